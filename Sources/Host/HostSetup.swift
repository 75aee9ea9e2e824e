public import Kernel

extension Host {
    /// Makes a named namespace and waits for it; lo is up and DAD off unless `settled` is false.
    @discardableResult
    public func makeNamespace(_ name: String, settled: Bool = true) throws -> NamespaceHandle {
        guard let made = try perform(.createNamespace(name, settled: settled)).made else {
            throw HostError.died(stage: "namespace \(name) without identity")
        }
        return made
    }

    /// The identity of a namespace by its name, of the host's own by "host".
    public func identify(_ name: String) throws -> NamespaceHandle {
        guard let found = try perform(.identifyNamespace(name)).made else {
            throw HostError.died(stage: "namespace \(name) without identity")
        }
        return found
    }

    /// Sends one netlink message in a namespace and waits for its ack.
    /// - Throws: ``HostError/refused(_:text:offset:)`` with the kernel's errno and words.
    public func send(
        _ request: [UInt8], in namespace: String = "host", protocol family: NetlinkProtocol = .route,
        patches: [NamespacePatch] = []
    ) throws {
        try perform(.netlink(request, in: namespace, protocol: family, patches: patches))
    }

    /// Writes a file of the host, making its parents.
    public func writeFile(_ path: String, _ content: [UInt8], mode: UInt32 = 0o644) throws {
        try perform(.writeFile(path, content: content, mode: mode))
    }

    /// Writes a sysctl ("net/ipv4/ip_forward") as seen from a namespace.
    public func writeSysctl(_ path: String, _ value: String, in namespace: String = "host") throws {
        try perform(.writeSysctl(path, value: value, in: namespace))
    }
}
