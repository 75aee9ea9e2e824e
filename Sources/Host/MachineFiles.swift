import CHost
import Glibc

/// What of the kernel's files is the host's own.
public enum MachineFiles {
    /// What of a proc file system is read-only, by its paths.
    public static let heldOfProc =
        ["/sys"] + list(ch_machine_file).map { "/" + $0 }.filter { access("/proc" + $0, F_OK) == 0 }

    /// Whether what lies on a path of a proc file system is the machine's: neither a process's nor a namespace's.
    public static func ownsProc(_ path: String) -> Bool {
        guard let first = path.split(separator: "/").first else { return true }
        if first.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return false }
        return !isBelow(settings, path)
    }

    /// Whether what lies on a path of a sysfs is the machine's: no device of the host's.
    public static func ownsSysfs(_ path: String) -> Bool { !isBelow(devices, path) }

    private static let settings = list(ch_own_setting).map { "/sys/" + $0 }
    private static let devices = list(ch_own_device).map { "/" + $0 }

    private static func isBelow(_ places: [String], _ path: String) -> Bool {
        places.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private static func list(_ at: (Int) -> UnsafePointer<CChar>?) -> [String] {
        var found: [String] = []
        while let name = at(found.count) { found.append(String(cString: name)) }
        return found
    }
}
