import FoundationEssentials
import Kernel

/// Where this process stands, as the first line of `doctor` says it: on a machine or in a container, and with which rights.
struct Standing: CustomStringConvertible {
    /// How many capabilities are effective, and how many the kernel has.
    var capabilities: (effective: Int, all: Int)
    /// Whether processes of the machine are not seen: the PID namespace is not its own.
    var hasOwnProcesses: Bool
    /// Whether paths of /proc or /sys are covered or read-only, as engines do it unless a container is privileged.
    var isMasked: Bool
    /// What else there is.
    var surroundings: Surroundings

    /// Asks the kernel; what cannot be read is taken for what a machine has.
    init() {
        let effective = UInt64(Self.status("CapEff"), radix: 16) ?? 0
        let last = ((try? readFile("/proc/sys/kernel/cap_last_cap")) ?? "").filter(\.isNumber)  // as of 5.9
        capabilities = (effective.nonzeroBitCount, (Int(last) ?? 40) + 1)
        // PROC_PID_INIT_INO of linux/proc_ns.h: the number of the machine's own.
        // Without /proc nothing can be said, and nothing runs.
        let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        hasOwnProcesses = namespace.map { $0 != "pid:[4026531836]" } ?? false
        let mounts = ((try? readFile("/proc/self/mountinfo")) ?? "").split(separator: "\n")  // without /proc
        isMasked = Self.isMasked(mounts.map(String.init))
        surroundings = Surroundings()
    }

    /// Whether a line of mountinfo covers a path below /proc or /sys, or makes one read-only that the kernel lets be written.
    static func isMasked(_ mounts: [String]) -> Bool {
        mounts.contains { line in
            let words = line.split(separator: " ")
            guard words.count > 5 else { return false }
            let (place, options) = (words[4], words[5].split(separator: ","))
            if place == "/sys" { return options.contains("ro") }
            return covered.contains(String(place))
        }
    }

    /// Paths that Docker and podman cover or make read-only.
    private static let covered: Set<String> = [
        "/proc/sys", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sysrq-trigger", "/sys/firmware",
    ]

    /// Whether it looks like a container.
    var isContainer: Bool {
        hasOwnProcesses || surroundings.isOverlay || surroundings.isUserNamespace || isMasked
    }

    /// `a container (an overlay as root): 14 of 41 capabilities, …`.
    var description: String {
        let signs = [
            hasOwnProcesses ? "processes of its own" : nil, surroundings.isOverlay ? "an overlay as root" : nil,
            surroundings.isUserNamespace ? "a user namespace" : nil,
            isMasked ? "parts of /proc and /sys covered or read-only" : nil,
        ].compactMap(\.self)
        let kind = isContainer ? "a container (\(signs.joined(separator: ", ")))" : "a machine, no container"
        let filters = [
            surroundings.isFiltered ? "a seccomp filter" : "no seccomp filter",
            surroundings.profile.map { "the AppArmor profile \($0)" } ?? "no AppArmor profile",
        ]
        let rights = ["\(capabilities.effective) of \(capabilities.all) capabilities"] + filters
        return "\(kind): \(rights.joined(separator: ", "))" + (isPrivileged ? "; as with --privileged" : "")
    }

    /// Whether it is a container from which nothing was taken that counts here.
    var isPrivileged: Bool {
        // A machine that lacks one itself, as some virtual ones do, has none to give.
        isContainer && capabilities.effective + 1 >= capabilities.all && !isMasked && !surroundings.isFiltered
            && !surroundings.isUserNamespace && surroundings.profile == nil
    }

    /// A field of /proc/self/status; empty where there is none.
    private static func status(_ name: String) -> String {
        let lines = ((try? readFile("/proc/self/status")) ?? "").split(separator: "\n")  // the same
        let line = lines.first { $0.hasPrefix("\(name):") } ?? ""
        return line.split(separator: "\t").dropFirst().first.map(String.init) ?? ""
    }
}
