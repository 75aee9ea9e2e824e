import Campaign
import FoundationEssentials
import Glibc
import Model
import Reports
import ResultStore
import Worker

/// The parts of one run, to be joined.
struct RunParts {
    /// One part, in results of its own.
    private struct Part {
        var results: ResultsFolder
        var run: StoredRun
        var file: RunPart
        var plans: [StoredPlan]
    }

    private let parts: [Part]

    /// Finds the last run in each folder of results that is a part; nil where the first folder has none.
    ///
    /// - Throws: `UnusableInput` where a folder has none though the first has, or one of another run.
    init?(_ folders: [String]) throws {
        var parts: [Part] = []
        for folder in folders {
            guard let part = try RunParts.part(folder) else {
                if parts.isEmpty { return nil }
                throw UnusableInput("there is no part of a run in \(folder)")
            }
            if let first = parts.first, first.file.whole != part.file.whole {
                throw UnusableInput(
                    "\(folder) holds no part of the run of \(folders[0])\n"
                        + "hint: the same command and version, with another --shard, makes another part")
            }
            if let twin = parts.first(where: { $0.file.part == part.file.part }) {
                throw UnusableInput(
                    "\(FilePathText.short(twin.results.path)) and \(folder) both hold part \(part.file.part)")
            }
            parts.append(part)
        }
        self.parts = parts
    }

    private static func part(_ folder: String) throws -> Part? {
        let results = ResultsFolder(existing: folder)
        guard Files.exists(results.store) else { throw UnusableInput("there are no results in \(folder)") }
        do {
            let store = try ResultStore(path: results.store, reading: true)
            for run in try store.runs(limit: 200) {
                if try ExplorationFile.read(in: results.folder(of: run.id)) != nil { return nil }
                if let file = try RunPart.read(in: results.folder(of: run.id)) {
                    return Part(results: results, run: run, file: file, plans: try store.plans(of: run.id))
                }
            }
            return nil
        } catch {
            throw UnusableInput(explained(error))
        }
    }

    /// Makes them one run in a folder of results; returns its exit status.
    func join(into folder: String?) throws -> Int32 {
        let options = try RunOptions.parse(folder.map { ["--results", $0] } ?? [])
        var (target, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: parts.first?.run.versions ?? ["tocsin": Version.current])
            }
        }
        var plans: [StoredPlan] = []
        for part in parts {
            for plan in part.plans { plans.append(try plan.copied(from: part.results, to: target, run: run.id)) }
        }
        plans.sort { $0.number < $1.number }
        for plan in plans { try store.append(plan, to: run.id) }
        let status = ExitStatus.of(plans.map(\.judgement.verdict))
        let duration = parts.reduce(0) { $0 + ($1.run.duration ?? 0) }
        try store.end(run: run.id, status: status, duration: duration)
        run.duration = duration
        run.status = status
        let text = TextReport(style: Output.style, width: Output.width)
        var report = Reporting.report(run)
        report.plans = plans.map { Reporting(results: target).report($0) }
        Output.print(text.overview(report))
        tellMissing(plans)
        return status
    }

    /// Says what no part has run.
    private func tellMissing(_ plans: [StoredPlan]) {
        guard let first = parts.first else { return }
        let missing = first.file.plans - plans.count
        guard missing > 0 else { return }
        let count = first.file.part.split(separator: "/").last.flatMap { Int($0) } ?? parts.count
        let absent = (1...count).filter { number in !parts.contains { $0.file.part == "\(number)/\(count)" } }
        let reason =
            absent.isEmpty
            ? "the parts did not run them" : "part \(absent.map(String.init).joined(separator: ", ")) is not here"
        Output.note("\(missing) of \(first.file.plans) plans were not run: \(reason)")
    }
}

extension StoredPlan {
    /// The plan with its folder among those of a run in other results.
    func copied(from results: ResultsFolder, to target: ResultsFolder, run: String) throws -> StoredPlan {
        guard let name = folder.split(separator: "/").last else { return self }
        let own = "\(target.folder(of: run))/\(name)"
        // A plan that could not be begun has none.
        if Files.exists("\(results.path)/\(folder)") {
            try FileManager.default.copyItem(atPath: "\(results.path)/\(folder)", toPath: own)
        }
        var copied = self
        copied.folder = target.relative(own)
        copied.records = records.map { record in
            var record = record
            if record.path.hasPrefix(folder + "/") { record.path = copied.folder + record.path.dropFirst(folder.count) }
            return record
        }
        return copied
    }
}
