import Model

extension FaultKind {
    /// `lock.hold`: somebody else holds the lock of a file, by flock(2) and by fcntl(2).
    static let lockHold = FaultKind(
        word: "lock.hold", argument: .path, qualifiers: [], actor: .world,
        cause: "another instance of the agent, a tool that shares its lock, or one that was stopped while it held it",
        isReversible: true, conflict: FaultKind.noFile, action: { .change(.holdLock(path: $0.argument)) })
}
