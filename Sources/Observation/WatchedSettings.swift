import Kernel
import Model
import SystemPackage

/// The settings below /proc/sys/net that somebody wrote, with what each held before the first time.
///
/// All 600 of a namespace would cost more than everything else of a state, so only those are looked at that an agent is seen to
/// write; one that holds again what it held is no fact.
final class WatchedSettings {
    private struct Setting: Hashable {
        var namespace: NetworkNamespaceID
        var name: String
    }

    private var former: [Setting: String] = [:]

    /// Keeps what a setting holds now, unless that was done before.
    ///
    /// - Throws: `SystemError` where the namespace cannot be entered.
    func keep(_ name: String, in namespace: NamespaceHandle) throws(SystemError) {
        let setting = Setting(namespace: namespace.id, name: name)
        guard former[setting] == nil else { return }
        former[setting] = try value(of: name, in: namespace)
    }

    /// `sysctl NAME` of each that holds something else than at first.
    func facts(of namespace: NamespaceHandle, label: String) throws(SystemError) -> [Fact] {
        var facts: [Fact] = []
        for (setting, before) in former where setting.namespace == namespace.id {
            guard let now = try value(of: setting.name, in: namespace), now != before else { continue }
            facts.append(Fact(object: "sysctl", setting.name, in: label, ["value": now, "former": before]))
        }
        return facts
    }

    /// What it holds; nil where there is none such, as when its device is gone, and where it can only be written.
    private func value(of name: String, in namespace: NamespaceHandle) throws(SystemError) -> String? {
        let path = "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
        do {
            // /proc/sys/net shows the namespace of whoever opens it.
            let text = try withNetworkNamespace(try namespace.open()) { () throws(SystemError) in try readFile(path) }
            let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }
            return words.joined(separator: " ")
        } catch {
            let none: [Errno] = [
                .noSuchFileOrDirectory, .permissionDenied, .notPermitted, .staleNFSFileHandle, .invalidArgument,
                .ioError,
            ]
            guard none.contains(error.errno) else { throw error }
            return nil
        }
    }
}
