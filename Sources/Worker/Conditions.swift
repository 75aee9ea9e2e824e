import Model

/// Says at a stop whether a condition of a point holds at this moment.
protocol ConditionReader: AnyObject {
    func holds(_ condition: Condition) -> Bool
}

/// Looks whether conditions hold: those of checks, of services that get ready, and of points.
final class Conditions: ConditionReader {
    private let state: any HostState
    private let programs: Programs
    private let recorder: Recorder
    private let steps: PlanSteps
    private let tracer: any Tracer
    /// How much programs and log files had said when a step began, by the step's id.
    private var marks: [String: LogMark] = [:]

    init(_ state: any HostState, programs: Programs, recorder: Recorder, steps: PlanSteps, tracer: any Tracer) {
        self.state = state
        self.programs = programs
        self.recorder = recorder
        self.steps = steps
        self.tracer = tracer
    }

    /// Why a condition does not hold now; nil where it does.
    ///
    /// Serves everybody while it waits for an answer of the network or of a program.
    /// - Parameter program: The service that is being started: its log is looked at from its beginning.
    /// - Throws: where it cannot be looked at.
    func failure(of condition: Condition, since program: RunningProgram? = nil) throws -> String? {
        switch condition {
        case .present(let object):
            return try state.facts().contains(where: object.matches) ? nil : "\(object) is not there"
        case .absent(let object):
            guard let found = try state.facts().first(where: object.matches) else { return nil }
            return "\(found.identity) is there"
        case .not(let other): return try failure(of: other, since: program) == nil ? "\(other) holds" : nil
        case .log(let pattern, let agent, let since):
            let mark = program == nil ? marks[stepID(since) ?? steps.current.id] ?? LogMark() : LogMark()
            return try isSaid(pattern, by: agent, program, after: mark) ? nil : "no log says `\(pattern)`"
        case .running(let agent): return programs.isRunning(agent) ? nil : "\(agent) does not run"
        case .tcp, .ping, .exec: return try state.probe(condition)
        case .fired(let fault): return recorder.hasFired(fault) ? nil : "\(fault) has not fired"
        case .time(let time): return tracer.now >= time ? nil : "it is too early"
        }
    }

    /// Asks whether a condition holds, without waiting for the answer.
    ///
    /// - Parameter done: Told why it does not hold, nil where it does; at once but for what is asked of the network.
    func ask(_ condition: Condition, _ done: @escaping (Result<String?, any Error>) -> Void) {
        switch condition {
        case .tcp, .ping:
            // An agent waits meanwhile, and whoever is there answers within a moment.
            do { try state.ask(condition, within: .milliseconds(300)) { done(.success($0)) } } catch {
                done(.failure(error))
            }
        case .not(let other):
            ask(other) { result in done(result.map { $0 == nil ? "\(other) holds" : nil }) }
        default: done(Result { try failure(of: condition) })
        }
    }

    /// A file of the host as text; nil where there is none.
    func text(ofFile path: String) throws -> String? { try state.text(ofFile: path) }

    func holds(_ condition: Condition) -> Bool {
        switch condition {
        case .fired, .time, .log, .running, .present, .absent:
            do { return try failure(of: condition) == nil } catch {
                programs.loop.fail(with: .unreadable(condition, why: "\(error)"))
                return false
            }
        case .not(let other): return !holds(other)
        // The network and programs cannot be asked while an agent waits at its stop.
        case .tcp, .ping, .exec: return false
        }
    }

    /// Remembers how much the logs hold as a step begins.
    func markLogs() throws {
        var mark = LogMark()
        for program in programs.all {
            mark.programs[program.spawn] = (program.output.written, program.errorOutput.written)
        }
        for path in programs.agents.values.flatMap(\.logs) {
            mark.files[path] = try state.text(ofFile: path)?.utf8.count ?? 0
        }
        for part in [steps.current] + steps.current.parts { marks[part.id] = mark }
    }

    /// Whether the programs of an agent, or of all, have written it after a mark, or it stands in files that are their logs.
    private func isSaid(
        _ pattern: LogPattern, by agent: String?, _ program: RunningProgram?, after mark: LogMark
    ) throws -> Bool {
        let chosen = program.map { [$0] } ?? programs.all.filter { agent == nil || $0.agent == agent }
        let files = programs.agents.filter { agent == nil || $0.key == agent }.flatMap(\.value.logs)
        for one in chosen {
            let former = mark.programs[one.spawn] ?? (0, 0)
            if try one.output.says(pattern, after: former.0) { return true }
            if try one.errorOutput.says(pattern, after: former.1) { return true }
        }
        return try files.contains { path in
            guard let text = try state.text(ofFile: path) else { return false }
            return try pattern.isFound(
                in: String(decoding: Array(text.utf8).dropFirst(mark.files[path] ?? 0), as: UTF8.self))
        }
    }

    /// The id of the last step so far that a text means.
    private func stepID(_ text: String?) -> String? {
        guard let text else { return nil }
        return (recorder.steps + [steps.current.id]).last { steps[$0]?.isMeant(by: text) ?? false }
    }
}

/// How many bytes of each log there were at one moment.
struct LogMark {
    /// Standard output and standard error, by the number of the program's spawn.
    var programs: [Int: (Int, Int)] = [:]
    /// Log files, by path.
    var files: [String: Int] = [:]
}

extension Plan {
    /// Everything that is looked for in logs.
    var logPatterns: Set<LogPattern> {
        let points =
            faults.map(\.point)
            + faults.compactMap { fault in
                if case .point(let point)? = fault.until { point } else { nil }
            }
        var conditions = (points + order).compactMap(\.countingFrom)
        for step in allSteps { if case .check(let condition, _) = step.body { conditions.append(condition) } }
        for agent in agents.values { if case .service(let service) = agent.kind { conditions.append(service.ready) } }
        return Set(conditions.compactMap(\.logPattern))
    }
}

extension Condition {
    /// What is looked for in a log.
    fileprivate var logPattern: LogPattern? {
        switch self {
        case .log(let pattern, _, _): pattern
        case .not(let other): other.logPattern
        default: nil
        }
    }
}
