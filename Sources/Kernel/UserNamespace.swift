/// The user namespace of this process (user_namespaces(7)).
public enum UserNamespace {
    /// Lines of three numbers, of which the third is how many ids there are; what cannot be read is taken for not there.
    private static let map = words("/proc/self/uid_map")

    /// Whether it is the machine's first, which maps every id to itself, or nobody can tell.
    public static let isFirst = map.isEmpty || map == ["0", "0", "4294967295"]

    /// Whether it has users beside root, and a process may change to them.
    public static let hasOtherUsers =
        isFirst || map.count > 3 || map.last != "1" && words("/proc/self/setgroups") != ["deny"]

    /// The number that stands for users and groups which it has no number for: /proc/sys/kernel/overflowuid, unless changed.
    public static let foreignID: UInt32 = 65534

    private static func words(_ path: String) -> [Substring] {
        // Without /proc nothing runs anyway.
        ((try? readFile(path)) ?? "").split { " \n".contains($0) }
    }
}
