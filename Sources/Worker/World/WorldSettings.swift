import Glibc
import Kernel
import Model

extension WorldEditor {
    /// Writes a setting of a namespace; taking it back writes what was there.
    func write(_ setting: SysctlSpecification) throws -> WorldEdit {
        // Any other setting is the whole machine's, and no host's to change.
        guard setting.sysctl.hasPrefix("net.") else {
            throw WorldError.impossible("`\(setting.sysctl)` is no setting of a network namespace (`net.…`)")
        }
        let namespace = try host.worldNamespace(setting.namespace)
        let path = "/proc/sys/" + Topology.path(of: setting.sysctl)
        let former = try WorldEditor.read(path, in: namespace)
        try WorldEditor.enter(namespace) { () throws(SystemError) in try WorldEditor.put(setting.value, path) }
        let detail = "sysctl \(setting.sysctl) in \(namespace.name) was set to \(setting.value)"
        guard let former else { return WorldEdit(detail: detail) }
        return WorldEdit(detail: "\(detail); it was \(former)") {
            guard try namespace.handle.isAlive() else { return }
            do {
                try WorldEditor.enter(namespace) { () throws(SystemError) in try WorldEditor.put(former, path) }
            } catch let error as SystemError where error.errno.rawValue == ENOENT {
                // Its device is gone.
            }
        }
    }

    /// What a setting says; nil for one, such as net.ipv4.route.flush, that can only be written.
    ///
    /// Any other that cannot be read could not be put back.
    private static func read(_ path: String, in namespace: WorldNamespace) throws -> String? {
        do {
            let text = try enter(namespace) { () throws(SystemError) in try readFile(path) }
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        } catch let error as SystemError where error.errno == .permissionDenied {
            return nil
        }
    }

    /// /proc/sys/net shows the namespace of whoever opens it.
    private static func enter<Result>(
        _ namespace: WorldNamespace, _ body: () throws(SystemError) -> Result
    ) throws -> Result {
        try withNetworkNamespace(try namespace.handle.open(), body)
    }

    private static func put(_ value: String, _ path: String) throws(SystemError) {
        let file = try Descriptor.open(path, flags: O_WRONLY)
        do { try file.writeAll(Array(value.utf8)) } catch {
            throw SystemError(call: "write", stage: "`\(value)` to \(path)", errno: error.errno)
        }
    }
}
