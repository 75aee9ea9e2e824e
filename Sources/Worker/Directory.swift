import CLinux
import Glibc
import Interception
import Kernel
import Observation

/// Names namespaces for the tracer, by the registry and the names that pid 1 of the host sees.
final class Directory: NamespaceDirectory {
    let registry: NamespaceRegistry
    private let initPID: Int32

    init(registry: NamespaceRegistry, initPID: Int32) {
        self.registry = registry
        self.initPID = initPID
    }

    func role(of id: NetworkNamespaceID) -> String { registry.role(of: id) }

    func isKnown(_ id: NetworkNamespaceID) -> Bool { registry.entry(of: id) != nil }

    func role(named name: String) -> String? {
        // Looked up each time: an agent may have moved the name to another namespace by a call that is not traced.
        handle(named: name).map { registry.role(of: $0.id) }
    }

    func nextRole() -> String { registry.nextRole() }

    func made(_ handle: NamespaceHandle, by key: String) -> String {
        let role = registry.made(handle, by: key)
        try? settle(handle)
        return role
    }

    func named(_ handle: NamespaceHandle, _ name: String) { registry.named(handle, name) }

    func device(withAddress address: [UInt8]) -> String? {
        registry.entries.lazy.filter(\.isAlive).compactMap { Directory.device(withAddress: address, in: $0.handle) }
            .first
    }

    /// Looks through the first devices of a namespace, by a socket that lets go of it at once when it is closed.
    ///
    /// A netlink socket would hold the namespace until an RCU grace period has passed; one of AF_UNIX does not, and
    /// answers the same questions about devices (netdevice(7)).
    private static func device(withAddress address: [UInt8], in handle: NamespaceHandle) -> String? {
        guard let namespace = try? handle.open() else { return nil }
        let found = try? withNetworkNamespace(namespace) { () -> String? in
            let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { return nil }
            defer { close(socket) }
            var name = [CChar](repeating: 0, count: 16)
            var mac = [UInt8](repeating: 0, count: 6)
            for index in UInt32(1)...64 where cl_interface_name(socket, index, &name) == 0 {
                guard cl_interface_address(socket, name, &mac) == 0, mac == address else { continue }
                return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            return nil
        }
        return found ?? nil
    }

    /// The namespace that bears the name now.
    func handle(named name: String) -> NamespaceHandle? {
        try? NamespaceHandle.atPath("/proc/\(initPID)/root/run/netns/\(name)")
    }

    /// The names that lead somewhere now.
    var names: [String] {
        ((try? listDirectory("/proc/\(initPID)/root/run/netns")) ?? []).filter { handle(named: $0) != nil }
    }

    /// Writes the settings that make runs equal, which a new namespace does not inherit.
    ///
    /// Without duplicate address detection, link-local addresses and router solicitations nothing in it depends on time.
    private func settle(_ handle: NamespaceHandle) throws {
        let namespace = try handle.open()
        try withNetworkNamespace(namespace) { () throws(SystemError) in
            for group in ["all", "default"] {
                for (name, value) in [("accept_dad", "0"), ("addr_gen_mode", "1"), ("router_solicitations", "0")] {
                    let file = try Descriptor.open("/proc/sys/net/ipv6/conf/\(group)/\(name)", flags: O_WRONLY)
                    try file.writeAll(Array(value.utf8))
                }
            }
        }
    }
}
