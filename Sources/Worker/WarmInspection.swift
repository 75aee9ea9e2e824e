import CLinux
import Glibc
import Kernel

/// What a driver that forks into hosts may hold.
struct WarmInspection {
    /// The number of its socket to the worker.
    let socket: Int32
    /// Where further descriptors may lead, by their links in /proc, and how many of each.
    var allowed: [String: Int] = [:]

    /// Devices that give everybody the same, whoever opened them.
    private static let devices: Set<String> = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]

    /// Checks that a process has one thread.
    ///
    /// - Throws: ``WarmDriverError/threads(_:)``, or `SystemError` when it is gone.
    static func checkThreads(of process: Int32) throws {
        let count = try listThreads(of: process).count
        if count != 1 { throw WarmDriverError.threads(count) }
    }

    /// Checks that a process holds nothing but its standard descriptors, its socket, what is allowed, and its own pid
    /// namespace, without which it could not come home.
    ///
    /// - Throws: ``WarmDriverError/descriptors(_:)`` naming each of the others, or `SystemError` when it is gone.
    func checkDescriptors(of process: Int32, home: String) throws {
        let handle = try ProcessDescriptor(process)
        var unknown: [String] = []
        var left = allowed
        for number in try listDirectory("/proc/\(process)/fd").compactMap({ Int32($0) }).sorted() {
            if number <= 2 || number == socket { continue }
            // Closed meanwhile.
            guard let link = readLink("/proc/\(process)/fd/\(number)") else { continue }
            if link == home || WarmInspection.devices.contains(link) { continue }
            if let count = left[link], count > 0 {
                left[link] = count - 1
                continue
            }
            unknown.append("\(number) (\(WarmInspection.name(link, number, of: handle)))")
        }
        if !unknown.isEmpty { throw WarmDriverError.descriptors(unknown) }
    }

    /// What a descriptor leads to, in words: an inode number of a socket tells nobody anything.
    private static func name(_ link: String, _ number: Int32, of process: borrowing ProcessDescriptor) -> String {
        // Closed meanwhile: it is named by its link.
        guard link.hasPrefix("socket:"), let taken = try? process.take(number) else { return link }
        let protocolNumber = cl_netlink_protocol(taken.raw)
        if protocolNumber >= 0 { return "a netlink socket of protocol \(protocolNumber)" }
        let domain = cl_socket_domain(taken.raw)
        return domain == AF_UNIX ? "a unix socket" : "a socket of domain \(domain)"
    }
}
