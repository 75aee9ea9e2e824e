import Exploration
import FoundationEssentials
import Model

/// The plans of a campaign: each once, and of these the part that is run.
struct SelectedPlans {
    /// The digests of all plans, in their order, also of those in other parts.
    let digests: [String]
    /// The numbers of those that are run, from 1.
    let numbers: [Int]
    /// The plans that are run.
    let plans: [Plan]
    /// The part that they are; nil for all.
    let part: Shard?

    /// Chooses a part of some plans.
    ///
    /// That one is there twice, by its file and by its folder, is said.
    ///
    /// - Throws: what keeps the digest of a plan from being made.
    init(_ plans: [Plan], part: Shard?) throws {
        var all: [Plan] = []
        var digests: [String] = []
        var seen: Set<String> = []
        for plan in plans {
            let digest = try plan.digest(from: FileManager.default.currentDirectoryPath)
            guard seen.insert(digest).inserted else {
                Output.note("\(plan.name) is there twice, and is run once")
                continue
            }
            all.append(plan)
            digests.append(digest)
        }
        self.digests = digests
        self.part = part
        numbers = part?.part(of: Array(1...all.count)) ?? Array(1...all.count)
        // Thousands of plans that all are run are there once.
        self.plans = all.count == plans.count && part == nil ? plans : numbers.map { all[$0 - 1] }
    }

    /// Keeps in the folder of a run which part of all plans it is, and says it.
    ///
    /// - Throws: where the folder cannot be written.
    func writePart(in folder: String, runs: Int?) throws {
        guard let part else { return }
        try RunPart(part, of: digests, runs: runs, numbers: numbers).write(in: folder)
        Output.note("part \(part.number) of \(part.count): \(plans.count) of \(digests.count) plans")
    }
}
