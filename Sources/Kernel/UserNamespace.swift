/// The user namespace of this process (user_namespaces(7)).
public enum UserNamespace {
    /// Lines of three numbers, of which the third is how many ids there are; what cannot be read is taken for not there.
    private static let map = words("/proc/self/uid_map")

    /// Whether it is the machine's first, which maps every id to itself, or nobody can tell.
    public static let isFirst = map.isEmpty || map == ["0", "0", "4294967295"]

    /// Whether a process may change to another user: one for whom it has a number.
    public static let hasOtherUsers =
        isFirst || map.count > 3 || map.last != "1" && words("/proc/self/setgroups") != ["deny"]

    /// Whether it has a number for a user, or a group, of this number in it.
    public static func has(user: UInt32? = nil, group: UInt32? = nil) -> Bool {
        (user.map { holds($0, map) } ?? true) && (group.map { holds($0, words("/proc/self/gid_map")) } ?? true)
    }

    /// - Parameter map: Its first number inside, the first one outside, and how many there are, of each range.
    static func holds(_ id: UInt32, _ map: [Substring]) -> Bool {
        let numbers = map.compactMap { UInt64($0) }
        return numbers.isEmpty
            || stride(from: 0, to: numbers.count - 2, by: 3).contains { place in
                UInt64(id) >= numbers[place] && UInt64(id) < numbers[place] + numbers[place + 2]
            }
    }

    /// The number that stands for users and groups which it has no number for: /proc/sys/kernel/overflowuid, unless changed.
    public static let foreignID: UInt32 = 65534

    private static func words(_ path: String) -> [Substring] {
        // Without /proc nothing runs anyway.
        ((try? readFile(path)) ?? "").split { " \n".contains($0) }
    }
}
