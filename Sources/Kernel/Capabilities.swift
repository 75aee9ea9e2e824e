import CLibcap
import CLinux

/// A capability of capabilities(7) that the tool or its tests may need.
public enum Capability: String, Sendable, CaseIterable, CustomStringConvertible {
    case chown, dacOverride, dacReadSearch, kill, netAdmin, netRaw, setgid, setpcap, setuid, sysAdmin, sysChroot
    case sysNice, sysPtrace, sysResource
    case auditControl, auditRead, blockSuspend, macAdmin, macOverride, sysBoot, sysModule, sysPacct, sysRawio, sysTime
    case sysTTYConfig, syslog, wakeAlarm

    /// The kernel's number.
    public var number: Int32 {
        switch self {
        case .chown: CAP_CHOWN
        case .dacOverride: CAP_DAC_OVERRIDE
        case .dacReadSearch: CAP_DAC_READ_SEARCH
        case .kill: CAP_KILL
        case .netAdmin: CAP_NET_ADMIN
        case .netRaw: CAP_NET_RAW
        case .setgid: CAP_SETGID
        case .setuid: CAP_SETUID
        case .setpcap: CAP_SETPCAP
        case .sysAdmin: CAP_SYS_ADMIN
        case .sysChroot: CAP_SYS_CHROOT
        case .sysNice: CAP_SYS_NICE
        case .sysPtrace: CAP_SYS_PTRACE
        case .sysResource: CAP_SYS_RESOURCE
        case .auditControl: CAP_AUDIT_CONTROL
        case .auditRead: CAP_AUDIT_READ
        case .blockSuspend: CAP_BLOCK_SUSPEND
        case .macAdmin: CAP_MAC_ADMIN
        case .macOverride: CAP_MAC_OVERRIDE
        case .sysBoot: CAP_SYS_BOOT
        case .sysModule: CAP_SYS_MODULE
        case .sysPacct: CAP_SYS_PACCT
        case .sysRawio: CAP_SYS_RAWIO
        case .sysTime: CAP_SYS_TIME
        case .sysTTYConfig: CAP_SYS_TTY_CONFIG
        case .syslog: CAP_SYSLOG
        case .wakeAlarm: CAP_WAKE_ALARM
        }
    }

    /// The name as in the manual, such as "CAP_SYS_ADMIN".
    public var description: String {
        guard let name = cap_to_name(number) else { return "capability \(number)" }
        defer { cap_free(name) }
        return String(cString: name).uppercased()
    }
}

/// A capability that was needed and is not effective.
public struct MissingCapability: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which one.
    public let capability: Capability
    /// "needs CAP_SYS_ADMIN".
    public var description: String { "needs \(capability)" }
}

/// The effective capabilities of the calling process.
public struct Capabilities: Hashable, Sendable {
    /// Those of ``Capability`` that are effective.
    public let effective: Set<Capability>

    /// A given set, for tests of what depends on one.
    public init(effective: Set<Capability>) { self.effective = effective }

    /// Asks the kernel (cap_get_proc(3)).
    public static func current() throws(SystemError) -> Capabilities {
        guard let state = cap_get_proc() else {
            throw SystemError(call: "cap_get_proc", stage: "own capabilities", errno: .permissionDenied)
        }
        defer { cap_free(UnsafeMutableRawPointer(state)) }
        return Capabilities(
            effective: Set(
                Capability.allCases.filter { capability in
                    var value = CAP_CLEAR
                    return cap_get_flag(state, capability.number, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET
                }))
    }

    /// Whether a capability is effective for the caller; false also when the kernel cannot be asked.
    public static func has(_ capability: Capability) -> Bool {
        // Who cannot be asked has none, and is told what he lacks.
        (try? current().effective.contains(capability)) ?? false
    }

    /// Throws unless a capability is there.
    public func require(_ capability: Capability) throws(MissingCapability) {
        guard effective.contains(capability) else { throw MissingCapability(capability: capability) }
    }
}
