/// The words of the scenario format for what the world or the kernel does.
public enum ActionWords {
    /// The kinds of fault of this version, in the order of the documentation.
    public static let kinds = ofAgents + ofDevices + ofRouting + ofTheRest

    private static let ofAgents: [FaultKind] = [.fail, .dump, .kill, .delay, .limit]
    private static let ofDevices: [FaultKind] = [
        .netnsDelete, .netnsUnmount, .netnsReplace, .netnsHold, .linkCreate, .linkDelete, .linkSet, .linkReplace,
    ]
    private static let ofRouting: [FaultKind] = [
        .addressAdd, .addressDelete, .routeAdd, .routeReplace, .routeDelete, .ruleAdd, .ruleDelete, .neighbourAdd,
        .neighbourReplace, .neighbourDelete,
    ]
    private static let ofTheRest: [FaultKind] = [
        .nftDelete, .sysctlWrite, .fileWrite, .fileDelete, .fileRestore, .lockHold, .overflow, .exec,
    ]

    /// The words that the format has and this version has not: a scenario that uses one is refused.
    public static let notBuilt: [String] =
        ["late", "capability.drop", "user"]

    /// Every word of the format, built or not.
    public static let all: [String] = kinds.map(\.word) + notBuilt

    /// The kind of fault with that word, nil where it is unknown or not built.
    public static func kind(_ word: String) -> FaultKind? { byWord[word] }

    /// Whether the format has the word and this version has not.
    public static func isNotBuilt(_ word: String) -> Bool { notBuilt.contains(word) }

    private static let byWord = Dictionary(kinds.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })
}
