import Model

/// Candidates that were pruned and are run anyway, to see whether the pruning was right.
public enum Audit {
    /// Which of the pruned candidates are run: all of them where there are no more, else so many, drawn by the seed.
    ///
    /// Those of every pass are among them, so that none is audited by chance alone.
    public static func sample(_ denominator: Denominator, count: Int, seed: UInt64) -> [Int] {
        // What shows nothing that counts cannot contradict anything.
        let shown = denominator.representatives(of: denominator.pruned.map(\.candidate))
        let pruned = denominator.pruned.filter { shown[$0.candidate] != nil }
        guard pruned.count > count else { return pruned.map(\.candidate).sorted() }
        var generator = SeededGenerator(seed: seed)
        let passes = Dictionary(grouping: pruned, by: \.pass).sorted { $0.key < $1.key }
        var chosen: Set<Int> = []
        var queues = passes.map { $0.value.map(\.candidate).shuffled(using: &generator) }
        while chosen.count < count, queues.contains(where: { !$0.isEmpty }) {
            for index in queues.indices where chosen.count < count {
                if let number = queues[index].popLast() { chosen.insert(number) }
            }
        }
        return chosen.sorted()
    }

    /// Which of the pruned pairs are run: so many, of all runs with one fault alike, drawn by the seed.
    public static func sample(_ second: SecondFaults, count: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        let queues = second.aftermaths.map { aftermath in
            sample(aftermath.denominator, count: count, seed: seed).shuffled(using: &generator).map {
                aftermath.offset + $0
            }
        }
        let rounds = queues.map(\.count).max() ?? 0
        let all = (0..<rounds).flatMap { round in queues.compactMap { round < $0.count ? $0[round] : nil } }
        return all.prefix(count).sorted()
    }

    /// What a pruned candidate shows and the one that was run in its place does not: a defect of the pass.
    public struct Contradiction: Hashable, Codable, Sendable {
        /// The candidate that had been pruned.
        public var candidate: Int
        /// The pass that had taken it out.
        public var pass: String
        /// What it shows: `residue: link eth0`.
        public var finding: String
    }

    /// The contradictions among some outcomes.
    ///
    /// A finding counts where the one that is run in its place was run, and nothing that was run shows its oracle about the same.
    public static func contradictions(_ outcomes: [Outcome], in exploration: Exploration) -> [Contradiction] {
        var pruned: [Int: String] = [:]
        var representatives: [Int: Int] = [:]
        let numbers = outcomes.map(\.candidate)
        let parts =
            [(exploration.denominator, 0)] + (exploration.second?.aftermaths ?? []).map { ($0.denominator, $0.offset) }
        for (denominator, offset) in parts {
            for entry in denominator.pruned { pruned[offset + entry.candidate] = entry.pass }
            let own = numbers.filter { offset < $0 && $0 <= offset + denominator.candidates.count }.map { $0 - offset }
            for (number, shown) in denominator.representatives(of: own) {
                representatives[offset + number] = offset + shown
            }
        }
        let shown = outcomes.filter { pruned[$0.candidate] == nil }.flatMap(\.findings)
        let known = Set(shown.map(\.name))
        let judged = Set(outcomes.filter(\.isJudged).map(\.candidate))
        return outcomes.sorted { $0.candidate < $1.candidate }.flatMap { outcome -> [Contradiction] in
            guard let pass = pruned[outcome.candidate], let other = representatives[outcome.candidate],
                judged.contains(other)
            else { return [] }
            return outcome.findings.filter { !known.contains($0.name) }.map {
                Contradiction(candidate: outcome.candidate, pass: pass, finding: "\($0.oracle.rawValue): \($0.subject)")
            }
        }
    }
}

extension Finding {
    /// The oracle, and what it is about whatever the number of the step.
    fileprivate var name: String {
        object == nil ? "\(oracle.rawValue) \(subject.prefix { $0 != "." })" : "\(oracle.rawValue) \(subject)"
    }
}
