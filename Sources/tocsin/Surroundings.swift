import Kernel
import Model

/// What a container, a sandbox or a limit takes from this process, and the option that gives it back.
struct Surroundings {
    /// How many files a worker must be able to have open, and how many it gets where it may.
    static let openFiles: (needed: UInt64, wanted: UInt64) = (256, 1024)

    /// What gives an ordinary user what is needed, in namespaces of its own (unshare(1)).
    static let withoutRoot = "unshare -Urmpnf --mount-proc"

    /// Whether a seccomp filter refuses calls.
    var isFiltered = false
    /// Whether this is a user namespace that is not the machine's own.
    var isUserNamespace = false
    /// Whether the root is an overlay, as in a container.
    var isOverlay = false
    /// The AppArmor profile that is enforced; nil where there is none.
    var profile: String?
    /// Whether /sys is not there.
    var lacksSysfs = false

    /// Asks the kernel; what cannot be read is taken for not there.
    init() {
        let status = try? ProcessStatus.ofThisProcess()  // without /proc nothing runs anyway
        isFiltered = (status?.seccompMode ?? 0) != 0
        isUserNamespace = !UserNamespace.isFirst
        let mounts = ((try? readFile("/proc/self/mountinfo")) ?? "").split(separator: "\n")  // the same
        isOverlay = mounts.contains { $0.split(separator: " ").dropFirst(4).first == "/" && $0.contains(" - overlay ") }
        // Not there without AppArmor.
        let label = (try? readFile("/proc/self/attr/current")) ?? ""
        if label.contains("(enforce)") { profile = label.split(separator: " ").first.map(String.init) }
        lacksSysfs = !Files.exists("/sys/class/net")
    }

    /// Whether it is no plain machine, and a host may be impossible although all capabilities are there.
    var areUnusual: Bool { isFiltered || isUserNamespace || isOverlay || profile != nil || lacksSysfs }

    /// What may keep a host from being made, each with the option of a container engine that gives it.
    var remedies: [String] {
        [
            isUserNamespace
                ? "this is a user namespace, which needs a /proc of which nothing is hidden (\(Surroundings.withoutRoot); of a"
                    + " container --security-opt unmask=ALL), or the machine's own (--userns=host)" : nil,
            isFiltered ? "a seccomp filter refuses calls: --security-opt seccomp=unconfined" : nil,
            profile.map { "the AppArmor profile \($0) refuses mounts: --security-opt apparmor=unconfined" },
            lacksSysfs ? "/sys is not mounted: mount -t sysfs sysfs /sys" : nil,
        ].compactMap(\.self)
    }

    /// How many files this process may have open, after the soft limit was raised as far as it may be and is wanted.
    static func openFileLimit() throws -> UInt64 {
        let former = try limitDescriptors(of: 0, to: openFiles.wanted)
        if former >= openFiles.wanted {
            try limitDescriptors(of: 0, to: former)
            return former
        }
        return try limitDescriptors(of: 0, to: openFiles.wanted)
    }
}

/// That Tocsin itself cannot work here: exit status 3.
struct MachineFailure: Error, CustomStringConvertible {
    let description: String
}
