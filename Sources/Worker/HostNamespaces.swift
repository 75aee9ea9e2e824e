import CLinux
import Glibc
import Interception
import Kernel
import Observation

/// Names namespaces for the tracer, by the registry and the names that pid 1 of the host sees.
final class HostNamespaces: NamespaceDirectory {
    let registry: NamespaceRegistry
    private let initPID: Int32
    private let duplicateAddressDetection: Bool
    /// Told what could not be looked at or made: the run is then no evidence.
    var failed: (RunFailure) -> Void = { _ in }

    /// - Parameter duplicateAddressDetection: Whether it stays on in the namespaces that agents make.
    init(registry: NamespaceRegistry, initPID: Int32, duplicateAddressDetection: Bool = false) {
        self.registry = registry
        self.initPID = initPID
        self.duplicateAddressDetection = duplicateAddressDetection
    }

    func role(of id: NetworkNamespaceID) -> String { registry.role(of: id) }

    func isKnown(_ id: NetworkNamespaceID) -> Bool { registry.entry(of: id) != nil }

    func nextRole(creator: String) -> String { registry.nextRole(creator: creator) }

    func made(_ handle: NamespaceHandle, by key: String, creator: String) -> String {
        let role = registry.made(handle, by: key, creator: creator)
        if !duplicateAddressDetection { stopDuplicateAddressDetection(handle, role) }
        return role
    }

    func named(_ handle: NamespaceHandle, _ name: String) { registry.named(handle, name) }

    func device(withAddress address: [UInt8]) -> String? {
        registry.entries.lazy.filter(\.isAlive).compactMap { self.device(withAddress: address, in: $0) }.first
    }

    /// Looks through the first devices of a namespace, by a socket that lets go of it at once when it is closed.
    ///
    /// A netlink socket would hold the namespace until an RCU grace period has passed; one of AF_UNIX does not, and
    /// answers the same questions about devices (netdevice(7)).
    private func device(withAddress address: [UInt8], in entry: NamespaceRegistry.Entry) -> String? {
        let found = visit(entry.handle) { () throws(SystemError) -> String? in
            let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else {
                throw SystemError(call: "socket", stage: "devices of \(entry.role)", errno: .init(rawValue: errno))
            }
            defer { close(socket) }
            var name = [CChar](repeating: 0, count: 16)
            var mac = [UInt8](repeating: 0, count: 6)
            for index in UInt32(1)...64 where cl_interface_name(socket, index, &name) == 0 {
                guard cl_interface_address(socket, name, &mac) == 0, mac == address else { continue }
                return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            return nil
        } failed: { [failed] in
            failed(.refused("the devices of \(entry.role) could not be looked at: \($0)"))
        }
        return found ?? nil
    }

    func bearer(of name: String) -> NamespaceHandle? {
        // Looked up each time: an agent may have moved the name to another namespace by a call that is not traced.
        do { return try NamespaceHandle.atPath("/proc/\(initPID)/root/run/netns/\(name)") } catch {
            // EINVAL: the file that umount2(2) leaves behind, which leads nowhere.
            if ![.noSuchFileOrDirectory, .notDirectory, .invalidArgument].contains(error.errno) {
                failed(.refused("where the name \(name) leads could not be looked up: \(error)"))
            }
            return nil
        }
    }

    /// The names that lead somewhere now.
    var names: [String] {
        do { return try listDirectory("/proc/\(initPID)/root/run/netns").filter { bearer(of: $0) != nil } } catch {
            if error.errno != .noSuchFileOrDirectory {
                failed(.refused("the names of namespaces could not be listed: \(error)"))
            }
            return []
        }
    }

    /// Writes the one setting that a new namespace does not inherit: an address would be tentative for a second.
    ///
    /// `default` alone: `all` is 0 already, and the only device there yet is `lo`, which has no such detection.
    private func stopDuplicateAddressDetection(_ handle: NamespaceHandle, _ role: String) {
        visit(handle) { () throws(SystemError) in
            do throws(SystemError) {
                let file = try Descriptor.open("/proc/sys/net/ipv6/conf/default/accept_dad", flags: O_WRONLY)
                try file.writeAll([UInt8(ascii: "0")])
            } catch {
                // A kernel without IPv6 has nothing to wait for.
                if error.errno != .noSuchFileOrDirectory { throw error }
            }
        } failed: { [failed] in
            failed(.settingNotMade("accept_dad in \(role): \($0)"))
        }
    }

    /// Does something in a namespace; nil where it is gone, which it may be at any moment, and where that failed.
    @discardableResult
    private func visit<Result>(
        _ handle: NamespaceHandle, _ body: () throws(SystemError) -> Result, failed: (any Error) -> Void
    ) -> Result? {
        do { return try withNetworkNamespace(try handle.open(), body) } catch {
            do { if try handle.isAlive() { failed(error) } } catch { failed(error) }
            return nil
        }
    }
}
