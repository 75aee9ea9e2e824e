import Kernel
import Model

/// Looks, while a step runs, whether what it must keep is so, and whether what agents say is.
///
/// What agents change, they change by their operations; so it is looked behind each of these whether what must be kept still
/// is, and before each whether what was said since the last one was so.
final class StateWatch {
    private let conditions: Conditions
    private let programs: Programs
    private let recorder: Recorder
    private let tracer: any Tracer
    private var step = Step(name: "start", body: .together([]))
    private var gaps: [Gap] = []
    private var claims: [FalseClaim] = []
    /// What claims mean that was so at a look of this step, or of the world's steps just before it: whoever says it later was told late.
    private var wasSo: Set<Condition> = []
    /// Whether what is to be kept has been so in this step: before that, nothing is lost.
    private var isKept = false
    /// What the world had changed when it was last so.
    private var worldBefore = 0
    /// The time for which agents had been held when the last gap began.
    private var heldBefore: Nanoseconds = 0
    /// Threads that wait until it was looked behind their operations.
    private var waiting: [Look] = []

    /// One look behind an operation.
    private final class Look {
        let operation: Operation?
        /// What is asked, for this step; another may have begun when the answer comes.
        let condition: Condition
        let step: String
        /// Lets the thread go on; nil until it is held.
        var release: (() -> Void)?
        var isOver = false

        init(behind operation: Operation?, for condition: Condition, of step: String) {
            self.operation = operation
            self.condition = condition
            self.step = step
        }
    }

    init(conditions: Conditions, programs: Programs, recorder: Recorder, tracer: any Tracer) {
        self.conditions = conditions
        self.programs = programs
        self.recorder = recorder
        self.tracer = tracer
    }

    /// A step begins; what it must keep must be so.
    ///
    /// - Returns: Why it is not; nil where it is, or nothing is to be kept.
    func begin(_ step: Step) throws -> String? {
        // What the world did in a step of its own may be told in the next one.
        if case .act = self.step.body {} else { wasSo = [] }
        self.step = step
        gaps = []
        claims = []
        try lookAtClaims()
        isKept = false
        guard let condition = step.keeps else { return nil }
        let why = try conditions.failure(of: condition)
        note(why, behind: nil)
        return why
    }

    /// A step has settled: the last look.
    ///
    /// - Returns: When what it must keep was not so, and what was said that was not.
    func end() throws -> (gaps: [Gap]?, claims: [FalseClaim]?) {
        hear(before: nil)
        if let condition = step.keeps, isKept || !gaps.isEmpty {
            let why = try conditions.failure(of: condition)
            note(why, behind: nil)
        }
        var said: [FalseClaim] = []
        for var claim in claims {
            claim.becameSo = try conditions.failure(of: claim.condition) == nil
            said.append(claim)
        }
        return (gaps.isEmpty ? nil : gaps, said.isEmpty ? nil : said)
    }

    // MARK: - Stops

    /// A thread is about to do something.
    func before(_ stop: any AgentStop) {
        guard stop.operations.contains(where: \.changesState) else { return }
        hear(before: stop.operations.first?.index)
        do { try lookAtClaims() } catch { programs.loop.fail(with: RunFailure(error)) }
    }

    /// A thread has done something.
    ///
    /// - Returns: Whether it is held until it was looked; `release` is called then, and not otherwise.
    func after(_ stop: any AgentStop, release: @escaping () -> Void) -> Bool {
        guard let condition = step.keeps, !stop.isLate, stop.operations.contains(where: \.changesState) else {
            return false
        }
        let look = Look(behind: stop.operations.last, for: condition, of: step.id)
        waiting.append(look)
        if waiting.count == 1 { lookForNext() }
        guard !look.isOver else { return false }
        look.release = release
        return true
    }

    private func lookForNext() {
        guard let look = waiting.first else { return }
        conditions.ask(look.condition) { [self] result in
            waiting.removeFirst()
            look.isOver = true
            switch result {
            case .success(let why): if look.step == step.id { note(why, behind: look.operation) }
            case .failure(let error): programs.loop.fail(with: .unreadable(look.condition, why: "\(error)"))
            }
            look.release?()
            if !waiting.isEmpty { lookForNext() }
        }
    }

    // MARK: - What is kept

    private func note(_ why: String?, behind operation: Operation?) {
        let world = recorder.worldChanges
        guard let why else {
            isKept = true
            worldBefore = world
            if let last = gaps.indices.last, !gaps[last].hasEnded {
                gaps[last].hasEnded = true
                gaps[last].until = operation?.index
                measure(last)
            }
            return
        }
        if let last = gaps.indices.last, !gaps[last].hasEnded { return measure(last) }
        guard isKept, let condition = step.keeps else { return }
        gaps.append(
            Gap(
                condition: "\(condition)", why: why, from: operation?.index, time: tracer.now,
                isWorlds: world != worldBefore))
        heldBefore = tracer.held
    }

    private func measure(_ place: Int) {
        let passed = tracer.now - gaps[place].time
        gaps[place].lasted = passed - min(passed, tracer.held - heldBefore)
    }

    // MARK: - What is said

    /// So many false claims of a step are kept, and so many characters of each.
    private static let most = 20
    private static let longest = 200

    /// Looks which of the things that agents may claim are so now.
    private func lookAtClaims() throws {
        for agent in programs.agents.values {
            for claim in agent.claims ?? [] where !wasSo.contains(claim.means) {
                if try conditions.failure(of: claim.means) == nil { wasSo.insert(claim.means) }
            }
        }
    }

    /// How much of what programs wrote was looked at, by their spawns, and of log files, by their paths.
    private var heard: [LogPattern: (programs: [Int: Int], files: [String: Int])] = [:]

    /// The whole lines that a program, or a log file of its agent, has got since this was asked before.
    private func lines(saying pattern: LogPattern, by program: RunningProgram) throws -> [String] {
        var new: [String] = []
        var heard = heard[pattern] ?? ([:], [:])
        for (number, output) in [program.output, program.errorOutput].enumerated() {
            try output.advance()
            let key = program.spawn * 2 + number
            let part = output.wholeLines(after: heard.programs[key] ?? 0)
            heard.programs[key] = part.end
            new += part.lines
        }
        for path in programs.agents[program.agent]?.logs ?? [] {
            guard let bytes = try conditions.text(ofFile: path).map({ Array($0.utf8) }) else { continue }
            let start = min(heard.files[path] ?? 0, bytes.count)
            guard let end = bytes[start...].lastIndex(of: UInt8(ascii: "\n")) else { continue }
            heard.files[path] = end + 1
            new += String(decoding: bytes[start..<end], as: UTF8.self).split(separator: "\n").map(String.init)
        }
        self.heard[pattern] = heard
        return try new.filter { try pattern.isFound(in: $0) }
    }

    /// Reads what agents have said since this was done before, and looks whether it is so.
    private func hear(before index: Int?) {
        do {
            for program in programs.all {
                for claim in programs.agents[program.agent]?.claims ?? [] {
                    let new = try lines(saying: claim.log, by: program)
                    guard !new.isEmpty, !wasSo.contains(claim.means), claims.count < StateWatch.most,
                        let why = try conditions.failure(of: claim.means)
                    else { continue }
                    claims += new.prefix(StateWatch.most).map { line in
                        FalseClaim(
                            agent: program.agent, line: String(line.prefix(StateWatch.longest)), condition: claim.means,
                            why: why, time: tracer.now, before: index)
                    }
                }
            }
        } catch {
            programs.loop.fail(with: RunFailure(error))
        }
    }
}

extension Operation {
    /// Whether it makes, changes or takes something, unless it fails.
    fileprivate var changesState: Bool {
        guard let row else { return false }
        if case .failed = result { return false }
        return row.effects.contains { $0.kind != .observes }
    }
}
