import Model

/// A plan as a shell script that needs no Tocsin: strace(1) stops, fails or kills the agent at the call, and the shell is the world.
///
/// The script makes a root of its own by an overlay, in namespaces of its own, tells the story once without the fault and once with it,
/// and prints how what is left differs.
struct Reproducer {
    /// Why a plan has no such script.
    struct Impossible: Error, Hashable, CustomStringConvertible {
        /// One sentence.
        var description: String
    }

    /// What stops the agent.
    enum Way: Hashable {
        /// strace(1), at a call that it counts.
        case strace(Call)
        /// A C program.
        case program(String)
    }

    /// Which call it is, as strace counts it.
    struct Call: Hashable {
        /// The name of the system call.
        var name: String
        /// The path by which it is found; nil where strace sees all calls of the name.
        var path: String?
        /// Which of the calls of its thread.
        var number: Int
    }

    let plan: Plan
    let fault: Fault
    let action: Action
    /// The operation at the point, as a run without faults has it.
    let operation: Operation
    /// Which one of those that look the same to strace it is, from 1.
    let rank: Int
    /// The step in which it is.
    let step: Step
    /// Whether strace cannot do it, and a program of its own must.
    let needsProgram: Bool

    /// Makes one of a plan with one fault.
    ///
    /// - Parameter record: A run of the plan without its faults.
    /// - Throws: `Impossible` with the reason.
    init(_ plan: Plan, _ record: Record) throws(Impossible) {
        func impossible(_ reason: String) -> Impossible { Impossible(description: reason) }
        self.plan = plan
        guard plan.faults.count == 1, let fault = plan.faults.first, fault.actions.count == 1,
            let action = fault.actions.first
        else { throw impossible("it has not one fault with one action") }
        guard fault.until == nil else { throw impossible("its fault is taken back, which takes more than one stop") }
        self.fault = fault
        self.action = action
        guard fault.point.operation.word != "step" else {
            throw impossible("the fault is at the edge of a step: run the commands by hand")
        }
        if let step = plan.allSteps.first(where: { $0.command == nil }) {
            throw impossible("step \(step.id) is no command: the script tells commands alone")
        }
        if let step = plan.allSteps.first(where: { $0.command?.request != nil }) {
            throw impossible("step \(step.id) asks a driver, which speaks with Tocsin alone")
        }
        if let word = ShellHost.otherSetting(of: plan.host) {
            throw impossible("ip(8) does not call the setting `\(word)` of a device so")
        }
        let inputs = plan.allSteps.compactMap { $0.command?.stdin?.bytes }
        let texts = plan.host.files.values.map(\.bytes) + inputs
        guard texts.allSatisfy({ !$0.contains(0) && String(validating: $0, as: UTF8.self) != nil }) else {
            throw impossible("a file or an input of it is no text, and stands in no shell script")
        }
        var cursor = PointCursor(fault.point)
        var found: Operation?
        for operation in record.operations where found == nil {
            let step = plan.allSteps.first { $0.id == operation.step }
            if cursor.meets(fault.point.side, operation, in: step, holds: { _ in false }) { found = operation }
        }
        guard let operation = found, let step = plan.allSteps.first(where: { $0.id == operation.step }) else {
            throw impossible("no run without faults comes to \(fault.point)")
        }
        self.operation = operation
        self.step = step
        let look = Reproducer.look(operation)
        rank =
            record.operations.filter {
                $0.index <= operation.index && $0.step == operation.step && $0.call == operation.call
                    && Reproducer.look($0) == look
            }.count
        let processes = Set(record.operations.filter { $0.step == operation.step }.map(\.lineage))
        let isOneProcess = processes.count == 1
        let isRequest = operation.row?.isNetlink == true && operation.call != "ioctl"
        switch action {
        case .fail where isRequest: needsProgram = true
        case .dump(.interrupted): needsProgram = true
        case .kill(.all, _, nil): needsProgram = !isOneProcess
        default: needsProgram = false
        }
        switch action {
        case .fail where isRequest && look.isEmpty, .dump(.interrupted) where look.isEmpty:
            throw impossible(
                "what tells the request \(operation.phrase.word) from others is no type of a message alone")
        case .fail, .dump(.interrupted), .netnsDelete, .netnsUnmount, .netnsReplace: break
        case .kill(let victims, _, let agent):
            guard agent == nil, victims != .main || isOneProcess else {
                throw impossible("it kills another process than the one at the call")
            }
        case .change(let change):
            if ShellChange.command(change) == nil {
                throw impossible("the shell has no one command for \(action.lineText)")
            }
        default: throw impossible("the shell cannot do \(action.lineText)")
        }
        if let word = action.names.first(where: { !Pattern($0).isLiteral }) {
            throw impossible("`\(word)` is another name in each run")
        }
    }

    /// What is seen of an operation in a line of strace: a path, or the type of a netlink message.
    static func look(_ operation: Operation) -> String {
        let phrase = operation.phrase
        if phrase.noun == "netns", !["create", "list"].contains(phrase.verb) { return "/run/netns/\(phrase.argument)" }
        if phrase.argument.hasPrefix("/") { return phrase.argument }
        let kinds = [
            "link": "LINK", "address": "ADDR", "route": "ROUTE", "rule": "RULE", "neighbour": "NEIGH", "qdisc": "QDISC",
        ]
        guard let kind = kinds[phrase.noun] else { return "" }
        let verb = ["get": "GET", "list": "GET", "delete": "DEL"][phrase.verb] ?? "NEW"
        return "RTM_\(verb)\(kind)"
    }

    /// The path by which strace finds the call; nil where it has none.
    var path: String? {
        let look = Reproducer.look(operation)
        return look.hasPrefix("/") ? look : nil
    }

    /// The call among what strace printed of a run without the fault.
    ///
    /// - Parameter lines: Of `strace -f -y`: the pid, then the call.
    /// - Throws: `Impossible` where it is not there, or where another thread makes as many.
    func call(in lines: [String]) throws(Impossible) -> Call {
        let look = Reproducer.look(operation)
        var counts: [Substring: Int] = [:]
        var found: (pid: Substring, number: Int)?
        var rank = rank
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[1].drop(while: { $0 == " " }).hasPrefix("\(operation.call)(") else {
                continue
            }
            counts[words[0], default: 0] += 1
            guard found == nil, look.isEmpty || words[1].contains(look) else { continue }
            rank -= 1
            if rank == 0 { found = (words[0], counts[words[0]] ?? 1) }
        }
        guard let found else {
            throw Impossible(
                description:
                    "strace saw no \(operation.call) with \(look.isEmpty ? "anything" : look) as the \(self.rank). in step \(step.id)"
            )
        }
        if let other = counts.first(where: { $0.key != found.pid && $0.value >= found.number }) {
            throw Impossible(
                description:
                    "several threads make \(found.number) such calls (\(operation.call), threads \(found.pid) and \(other.key)): which one it is, is not the same in each run"
            )
        }
        return Call(name: operation.call, path: path, number: found.number)
    }

}

extension Action {
    /// The names that it says, which a script can say only where they are literal.
    fileprivate var names: [String] {
        switch self {
        case .netnsDelete(let name, _), .netnsUnmount(let name, _), .netnsReplace(let name, _): [name]
        case .change(.execute): []
        case .change: [phrase.argument] + Array(phrase.qualifiers.filter { $0.key != "text" }.values)
        default: []
        }
    }
}

extension Step {
    /// The command that it runs; nil for a step of another kind.
    var command: Command? { if case .run(let command) = body { command } else { nil } }
}
