import Model
import Reports

/// A change of the world as one command of a shell.
enum ShellChange {
    /// The command that makes a change; nil where there is not one alone.
    static func command(_ change: WorldChange) -> String? {
        func ip(_ object: Phrase, _ words: [String]) -> String {
            let place = object.namespace.flatMap { $0 == "host" ? nil : ["-n", $0] } ?? []
            return (["ip"] + place + words).map(Replay.quoted).joined(separator: " ")
        }
        func on(_ object: Phrase) -> [String] { object.qualifiers["dev"].map { ["dev", $0] } ?? [] }
        switch change {
        case .deleteLink(let object): return ip(object, ["link", "del", object.argument])
        case .setLink(let object, let settings) where settings == LinkSettings(up: false):
            return ip(object, ["link", "set", object.argument, "down"])
        case .deleteAddress(let object):
            return on(object).isEmpty ? nil : ip(object, ["address", "del", object.argument] + on(object))
        case .deleteRoute(let object): return ip(object, ["route", "del", object.argument] + on(object))
        case .deleteFile(let path): return "rm -rf \(Replay.quoted(path))"
        case .writeFile(let path, let text): return "printf %s \(Replay.quoted(text)) >\(Replay.quoted(path))"
        case .execute(let argv, let namespace):
            let place = namespace == "host" ? [] : ["ip", "netns", "exec", namespace]
            return (place + argv).map(Replay.quoted).joined(separator: " ")
        default: return nil
        }
    }
}
