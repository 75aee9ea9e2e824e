import Campaign
import FoundationEssentials
import Model
import Reports
import ResultStore

/// One side of a comparison, wherever it lies.
struct ComparedSide {
    /// What it came to.
    var baseline: Baseline
    /// What it is called.
    var name: String

    /// Finds a side: the file of a baseline, a folder of results (its last run), the folder of a run, or the id of one.
    ///
    /// - Throws: `UnusableInput`.
    init(_ text: String, results: ResultsFolder) throws {
        guard !text.isEmpty else { throw UnusableInput("an empty text means no run and no baseline") }
        let path = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        let parts = FilePathText.absolute(path).split(separator: "/")
        func folder(above count: Int) -> ResultsFolder {
            ResultsFolder(existing: "/" + parts.dropLast(count).joined(separator: "/"))
        }
        if Files.exists(ResultsFolder(existing: path).store) {
            self = try ComparedSide(run: "latest", of: ResultsFolder(existing: path), called: text)
        } else if path.hasSuffix("/tocsin.sqlite"), Files.exists(path) {
            self = try ComparedSide(run: "latest", of: folder(above: 1), called: text)
        } else if parts.dropLast().last == "runs", let id = parts.last, Files.exists(path) {
            self = try ComparedSide(run: String(id), of: folder(above: 2), called: text)
        } else if Files.exists(path) {
            baseline = try Self.file(path)
            name = text
        } else if text.contains("/") || text.hasSuffix(".json") {
            throw UnusableInput("\(text): there is no such file or folder")
        } else {
            self = try ComparedSide(run: text, of: results, called: nil)
        }
    }

    private init(run id: String, of results: ResultsFolder, called text: String?) throws {
        guard Files.exists(results.store) else {
            throw UnusableInput(
                "\(text ?? id): there is no file of that name, and there are no results in \(FilePathText.short(results.path))"
            )
        }
        do {
            let store = try ResultStore(path: results.store, reading: true)
            guard let run = try store.run(id) else {
                throw UnusableInput(
                    id == "latest" ? "\(text ?? id): it has no run" : try ShowCommand.missing(id, in: store))
            }
            baseline = Baseline(try store.plans(of: run.id), versions: run.versions, in: results)
            name = (text.map { "\($0), " } ?? "") + "run \(run.id)"
            if run.status == nil { name += ", which has not ended" }
        } catch let error as StoreError {
            throw UnusableInput("\(error)")
        }
    }

    /// The baseline in a file.
    ///
    /// - Throws: `UnusableInput`.
    static func file(_ path: String) throws -> Baseline {
        do {
            return try Baseline(try Files.read(path, pipes: true))
        } catch let error as FileError {
            throw UnusableInput("\(error)")
        } catch {
            throw UnusableInput("\(path): \(explained(error))")
        }
    }

    /// Leaves the plans alone whose matrix has these values.
    ///
    /// - Returns: The names of these values.
    /// - Throws: `UnusableInput` for what is no `name=value`, and where no plan has it.
    mutating func select(_ only: [String], of option: String) throws -> Set<String> {
        var names: Set<String> = []
        for text in only {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw UnusableInput("\(option) \(text): name=value is needed")
            }
            let matrix = String(text[..<sign])
            let plans = baseline.plans.filter { $0.values[matrix] == String(text[text.index(after: sign)...]) }
            guard !plans.isEmpty else {
                let values = Set(baseline.plans.compactMap { $0.values[matrix] }).sorted().joined(separator: ", ")
                throw UnusableInput(
                    "\(option) \(text): no plan of \(name) has it"
                        + (values.isEmpty ? "" : "; \(matrix) can be \(values)"))
            }
            baseline = Baseline(versions: baseline.versions, plans: plans)
            names.insert(matrix)
        }
        if !only.isEmpty { name += ", \(only.joined(separator: ", "))" }
        return names
    }
}

extension Baseline {
    /// What the plans of a run came to, with what their agents do without faults as far as those records are there.
    init(_ plans: [StoredPlan], versions: [String: String], in results: ResultsFolder) {
        let names = Dictionary(
            plans.map { ($0.folder.split(separator: "/").last ?? "", $0.judgement.plan.name) },
            uniquingKeysWith: { first, _ in first })
        self.init(
            versions: versions,
            plans: plans.map { stored in
                let references = PlanFolder("\(results.path)/\(stored.folder)").records(.reference)
                // Plans that are equal without faults share their references, by links.
                let owner = references.first.flatMap(Baseline.owner).flatMap { names[$0[...]] }
                // What an agent did cannot be told of records that are gone.
                let runs = owner == nil ? references.compactMap { try? RecordFolder($0).read().operations } : []
                return BaselinePlan(
                    stored.judgement, replay: stored.replay,
                    operations: runs.isEmpty ? nil : OperationCounts(of: runs), reference: owner)
            })
    }

    /// The folder's name of the plan whose record a link leads to; nil for what is no link.
    private static func owner(_ record: String) -> String? {
        // Only a link has a place to which it leads.
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: record) else { return nil }
        return target.split(separator: "/").dropLast().last.map(String.init)
    }
}
