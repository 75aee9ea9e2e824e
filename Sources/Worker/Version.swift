import Glibc

/// What ran: for records and reports.
public enum Version {
    /// The version of Tocsin.
    public static let current = "0.1.0"

    /// The release of the running kernel, as uname(2) tells it.
    public static var kernel: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        return withUnsafePointer(to: &name.release) { release in
            release.withMemoryRebound(to: CChar.self, capacity: 65) { String(cString: $0) }
        }
    }
}
