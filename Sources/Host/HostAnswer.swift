import CHost
public import Kernel
import SystemPackage

/// What pid 1 tells of a request that it has done.
public struct HostAnswer: Hashable, Sendable {
    /// The namespace that a name stood for before (delete, unmount, replace).
    public let removed: NamespaceHandle?
    /// The namespace that was made or identified.
    public let made: NamespaceHandle?

    init(_ answer: ch_answer) {
        removed = NamespaceHandle(answer.removed)
        made = NamespaceHandle(answer.made)
    }
}

extension NamespaceHandle {
    init?(_ namespace: ch_namespace) {
        guard namespace.id != 0 else { return nil }
        self.init(
            id: NetworkNamespaceID(rawValue: namespace.id), type: namespace.type, inode: namespace.inode)
    }
}

extension HostError {
    /// The failure in an answer, or nil when it tells of success.
    init?(_ answer: ch_answer) {
        guard answer.error != 0 else { return nil }
        self = .refused(
            SystemError(call: text(answer.call), stage: text(answer.stage), errno: Errno(rawValue: answer.error)),
            text: text(answer.text), offset: answer.offset)
    }
}

/// The text of a C array of characters that ends with NUL.
func text<Characters: BitwiseCopyable>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
