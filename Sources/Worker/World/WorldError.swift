import Kernel

/// A change of the world that could not be made.
enum WorldError: Error, CustomStringConvertible {
    /// The pattern means none, and this is there.
    case none(what: String, pattern: String, place: String?, there: [String])
    /// The pattern means more than one.
    case several(what: String, pattern: String, place: String?, found: [String])
    /// The kernel refused it: what was tried, and its errno and words.
    case refused(tried: String, error: NetlinkError)
    /// Nothing is there that it could act on, and what that is.
    case nothing(String)
    /// It cannot be done, and why.
    case impossible(String)

    /// The kernel's error number, where it gave one.
    var errno: Int32? {
        if case .refused(_, let error) = self { error.errno?.rawValue } else { nil }
    }

    /// Whether it had nothing to act on.
    var isAboutNothing: Bool {
        switch self {
        case .none, .nothing: true
        case .several, .refused, .impossible: false
        }
    }

    var description: String {
        switch self {
        case .none(let what, let pattern, let place, let there):
            let some = there.prefix(WorldError.shown).joined(separator: ", ")
            let rest =
                there.isEmpty ? "there is none" : "there are: \(some)\(there.count > WorldError.shown ? ", …" : "")"
            return "no \(what) matches `\(pattern)`\(place.map { " in \($0)" } ?? "") at that moment; \(rest)"
        case .several(let what, let pattern, let place, let found):
            let some = found.prefix(WorldError.shown).joined(separator: ", ")
            return
                "\(found.count) \(WorldError.plural(of: what)) match `\(pattern)`\(place.map { " in \($0)" } ?? "") at that moment: \(some)"
                + (found.count > WorldError.shown ? ", …" : "")
        case .refused(let tried, .refused(_, let errno, let text, _)):
            return "\(tried): \(errno.explained)\(text.isEmpty ? "" : ": \(text)")"
        case .refused(let tried, let error): return "\(tried): \(error)"
        case .nothing(let why), .impossible(let why): return why
        }
    }

    private static func plural(of what: String) -> String {
        if what.hasPrefix("object of") { return "objects" + what.dropFirst("object".count) }
        return what + (what.hasSuffix("s") ? "es" : "s")
    }

    /// How many names a message tells.
    private static let shown = 8
}
