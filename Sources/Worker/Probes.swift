import CLinux
import Glibc
import Host
import Kernel
import Model

extension PlanRun {
    /// Why a condition does not hold now; nil where it does.
    ///
    /// Serves everybody while it waits for an answer of the network or of a program.
    /// - Parameter program: The service that is being started: its log is looked at from its beginning.
    func failure(of condition: Condition, since program: RunningProgram?) throws -> String? {
        switch condition {
        case .present(let object):
            return try snapshotter.take().facts.contains(where: object.matches) ? nil : "\(object) is not there"
        case .absent(let object):
            guard let found = try snapshotter.take().facts.first(where: object.matches) else { return nil }
            return "\(found.identity) is there"
        case .not(let other): return try failure(of: other, since: program) == nil ? "\(other) holds" : nil
        case .log(let pattern, let agent, let since):
            let mark = program == nil ? logMarks[stepID(since) ?? step.id] ?? LogMark() : LogMark()
            return logs(of: agent, program, after: mark).contains(where: pattern.isFound)
                ? nil : "no log says `\(pattern)`"
        case .tcp(let address, let port, let from, let server):
            return try TCPProbe(address: address, port: port, server: server).failure(from: from, in: self)
        case .ping(let address, let from): return try PingProbe(address: address).failure(from: from, in: self)
        case .exec(let argv, let namespace): return try execFailure(argv, in: namespace)
        case .fired(let fault): return header.deliveries.contains { $0.fault == fault } ? nil : "\(fault) has not fired"
        case .time(let time): return interceptor.now >= time ? nil : "it is too early"
        }
    }

    /// Whether a condition of `counting-from` holds at this moment; one that cannot be looked at ends the run.
    func holds(_ condition: Condition) -> Bool {
        switch condition {
        case .fired, .time, .log, .present, .absent:
            do { return try failure(of: condition, since: nil) == nil } catch {
                // Taken for false, its `not` would hold, and nobody would know that nothing was seen.
                problem = problem ?? "\(condition) could not be looked at: \(error)"
                return false
            }
        case .not(let other): return !holds(other)
        // The network and programs cannot be asked while an agent waits at its stop.
        case .tcp, .ping, .exec: return false
        }
    }

    /// What the programs of an agent, or of all, have written after a mark, and the files that are their logs.
    private func logs(of agent: String?, _ program: RunningProgram?, after mark: LogMark) -> [String] {
        let chosen = program.map { [$0] } ?? programs.values.filter { agent == nil || $0.agent == agent }
        let files = job.plan.agents.filter { agent == nil || $0.key == agent }.flatMap(\.value.logs)
        let written = chosen.flatMap { one in
            let former = mark.programs[one.spawn] ?? (0, 0)
            return [one.output.bytes.dropFirst(former.0), one.errorOutput.bytes.dropFirst(former.1)]
        }
        return written.map { String(decoding: $0, as: UTF8.self) }
            + files.compactMap { path in
                let text = try? readFile("/proc/\(host.initPID)/root\(path)")
                return text.map { String(decoding: Array($0.utf8).dropFirst(mark.files[path] ?? 0), as: UTF8.self) }
            }
    }

    /// The id of the last step so far that a text means.
    private func stepID(_ text: String?) -> String? {
        guard let text else { return nil }
        return (header.outcomes.map(\.step) + [step.id]).last { steps[$0]?.isMeant(by: text) ?? false }
    }

    /// Remembers how much the logs hold as a step begins.
    func markLogs() {
        var mark = LogMark()
        for program in programs.values {
            mark.programs[program.spawn] = (program.output.bytes.count, program.errorOutput.bytes.count)
        }
        for path in job.plan.agents.values.flatMap(\.logs) {
            mark.files[path] = (try? readFile("/proc/\(host.initPID)/root\(path)"))?.utf8.count ?? 0
        }
        for part in [step] + step.parts { logMarks[part.id] = mark }
    }

    /// Runs a program of the world in a namespace; why it says no.
    private func execFailure(_ argv: [String], in namespace: String) throws -> String? {
        let program = try WorldProgram(argv, in: namespace, run: self)
        guard try loop.run(until: Monotonic.now() + .seconds(10), { program.status != nil || problem != nil }) else {
            return "`\(argv.joined(separator: " "))` did not end"
        }
        return program.status == .exited(0) ? nil : "`\(argv.joined(separator: " "))` said no"
    }

    /// Opens something in a namespace of the host, by its name, and comes home.
    func inNamespace<Result: ~Copyable>(_ name: String, _ body: () throws(SystemError) -> Result) throws -> Result {
        let handle = name == "host" ? registry.entries.first?.handle : directory.bearer(of: name)
        guard let handle else { throw RunProblem(description: "no namespace bears the name `\(name)` now") }
        let namespace = try handle.open()
        return try withNetworkNamespace(namespace, body)
    }
}

/// How many bytes of each log there were at one moment.
struct LogMark {
    /// Standard output and standard error, by the number of the program's spawn.
    var programs: [Int: (Int, Int)] = [:]
    /// Log files, by path.
    var files: [String: Int] = [:]
}

extension LogPattern {
    /// Whether a log says it, in one of its lines.
    func isFound(in log: String) -> Bool {
        switch self {
        case .text(let text): return log.contains(text)
        case .expression(let text):
            guard let expression = try? Regex(text) else { return false }
            return log.split(separator: "\n").contains { $0.contains(expression) }
        }
    }
}

/// A program that the world runs in the host: neither traced nor filtered.
final class WorldProgram {
    private(set) var status: WaitStatus?
    private var process: AnyObject?

    init(_ argv: [String], in namespace: String, run: PlanRun, ended: @escaping () -> Void = {}) throws {
        let null = try Descriptor.open("/dev/null", flags: O_RDWR)
        let request = SpawnRequest(
            argv,
            environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C"],
            namespace: namespace == "host" ? nil : namespace, standard: (null.raw, null.raw, null.raw))
        try run.host.spawn(request) { [self] in
            status = $0
            ended()
        } completion: { [self, unowned run] result in
            do {
                let spawned = try result.get()
                process = spawned
                try spawned.go()
            } catch {
                run.problem = run.problem ?? "`\(argv.first ?? "")` of the world could not be begun: \(error)"
            }
        }
    }
}
