import Model

/// How often the programs of each step do what, in some runs without faults.
public struct OperationCounts: Hashable, Decodable, Sendable {
    /// By step, then by program: `netns.open 2, route.add 1-3`, with the least and the most where the runs differ.
    private var steps: [String: [String: String]] = [:]

    private struct Place: Hashable {
        var step: String
        var program: String
        var word: String
    }

    /// Counts the operations of each run.
    public init(of runs: [some Sequence<Operation>]) {
        let counted = runs.map { operations in
            operations.reduce(into: [Place: Int]()) { counts, operation in
                let place = Place(step: operation.step, program: operation.program, word: operation.phrase.word)
                counts[place, default: 0] += 1
            }
        }
        for place in Set(counted.flatMap(\.keys)).sorted(by: { $0.word < $1.word }) {
            let numbers = counted.map { $0[place] ?? 0 }
            let least = numbers.min() ?? 0
            let most = numbers.max() ?? 0
            let text = "\(place.word) \(least == most ? "\(least)" : "\(least)-\(most)")"
            let former = steps[place.step]?[place.program].map { "\($0), " } ?? ""
            steps[place.step, default: [:]][place.program] = former + text
        }
    }

    /// What another does otherwise, a line a step and program: `add bridge: route.add 1 -> 2, rule.add 0 -> 1`.
    ///
    /// Numbers that differ from run to run are other ones where no run of one side has what a run of the other has.
    func changes(to other: OperationCounts) -> [String] {
        Set(steps.keys).union(other.steps.keys).sorted().flatMap { step in
            let mine = steps[step] ?? [:]
            let theirs = other.steps[step] ?? [:]
            return Set(mine.keys).union(theirs.keys).sorted().compactMap { program -> String? in
                let before = OperationCounts.numbers(mine[program])
                let after = OperationCounts.numbers(theirs[program])
                let parts = Set(before.keys).union(after.keys).sorted().compactMap { word -> String? in
                    let (old, new) = (before[word] ?? 0...0, after[word] ?? 0...0)
                    return old.overlaps(new)
                        ? nil : "\(word) \(OperationCounts.text(old)) -> \(OperationCounts.text(new))"
                }
                return parts.isEmpty ? nil : "\(step) \(program): \(parts.joined(separator: ", "))"
            }
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }

    /// The numbers of a text; what is none is left out.
    private static func numbers(_ text: String?) -> [String: ClosedRange<Int>] {
        var numbers: [String: ClosedRange<Int>] = [:]
        for part in (text ?? "").split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count == 2 else { continue }
            let ends = words[1].split(separator: "-").compactMap { Int($0) }
            guard let least = ends.first, let most = ends.last, least <= most else { continue }
            numbers[String(words[0])] = least...most
        }
        return numbers
    }

    /// Reads what ``json`` is.
    public init(from decoder: any Decoder) throws {
        steps = try decoder.singleValueContainer().decode([String: [String: String]].self)
    }

    /// The texts by step and program.
    var json: JSONValue { .object(steps.mapValues { .texts($0) }) }
}
