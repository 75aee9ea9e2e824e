/// The words of the scenario format for what the world or the kernel does.
public enum ActionWords {
    /// The kinds of fault of this version, in the order of the documentation.
    public static let kinds = ofAgents + ofDevices + ofRouting + ofTheRest

    private static let ofAgents: [FaultKind] = [
        .fail, .dump, .kill, .delay, .limit, .capabilityDrop, .user,
    ]
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

    /// Words that say what another says already: a scenario that uses one is told which.
    public static let saidOtherwise = [
        "late": "the kernel puts a notice into each queue at once, so it is late where its reader is: "
            + "`delay` at `before: { notice.receive: … }`"
    ]

    /// Every word of the format.
    public static let all: [String] = kinds.map(\.word)

    /// The kind of fault with that word, nil where it is unknown or not built.
    public static func kind(_ word: String) -> FaultKind? { byWord[word] }

    private static let byWord = Dictionary(kinds.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })
}
