import Model

/// One family of faults: which of them apply at a place, by the table of operations and by what is there.
///
/// Each is a value in a file of its own below `Faults`; ``FaultSources`` lists them.
protocol FaultSource: Sendable {
    /// What it is called in the denominator: `refusals`.
    var name: String { get }
    /// What it does, in one sentence.
    var meaning: String { get }
    /// Its actions on one side of an operation, in a fixed order.
    func actions(in situation: Situation) -> [Action]
}

/// One side of an operation, with the world as it is there in the references.
struct Situation {
    /// The operation.
    var place: Place
    /// The side.
    var side: Point.Side
    /// The objects that the agent acts on anywhere in the steps that are explored, and what each is here.
    var objects: [(object: ExploredObject, isThere: Bool, isTouched: Bool)]
    /// The paths of which it is known that they are folders.
    var folders: Set<String>
    /// The commands that can be run here.
    var commands: [Command]
    /// A text with a wildcard in place of each random name.
    var naming: (String) -> String
}

/// The families of faults.
enum FaultSources {
    /// All of them, in the order in which their faults are counted.
    static let all: [any FaultSource] = [
        Refusals(), Interruptions(), Kills(), NamespaceLoss(), LinkLoss(), ObjectLoss(), FileLoss(), HeldLocks(),
        OtherCommands(),
    ]
}
