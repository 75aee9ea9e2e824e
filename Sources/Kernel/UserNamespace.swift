/// The user namespace of this process (user_namespaces(7)).
public enum UserNamespace {
    /// Lines of three numbers, of which the third is how many ids there are; what cannot be read is taken for not there.
    private static let map = ((try? readFile("/proc/self/uid_map")) ?? "").split { " \n".contains($0) }  // without /proc nothing runs anyway

    /// Whether it is the machine's first, which maps every id to itself, or nobody can tell.
    public static let isFirst = map.isEmpty || map == ["0", "0", "4294967295"]

    /// Whether it has users beside root, and a process may change to them.
    public static let hasOtherUsers =
        isFirst || map.count > 3 || map.last != "1" && (try? readFile("/proc/self/setgroups")) != "deny\n"  // the same

    /// The number that stands for users and groups which it has no number for: /proc/sys/kernel/overflowuid, unless changed.
    public static let foreignID: UInt32 = 65534
}
