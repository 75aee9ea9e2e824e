import Glibc
import Model

/// What the kernel answered last about one namespace: what it says again in the same bytes is not taken apart again.
///
/// A look is repeated until two are equal, and most steps leave most namespaces as they were.
final class DumpMemory {
    /// An answer of more bytes is not kept.
    private static let most = 1 << 24

    private struct Answer {
        var datagrams: [[UInt8]]
        /// What it was decoded to, an array of records.
        var records: Any
    }

    /// The answers of the last look, in the order of its questions.
    private var answers: [Answer] = []
    private var next = 0
    /// Another number as soon as one of its answers was another.
    private(set) var version = 0
    /// What states show of it, and of which version that was.
    private var known: (inputs: FactInputs, facts: [Fact])?

    /// Begins a look: the same questions are asked in the same order.
    func begin() { next = 0 }

    /// Ends it.
    func end() {
        guard next < answers.count else { return }
        answers.removeLast(answers.count - next)
        version += 1
    }

    /// The records of the next answer.
    func records<Record>(_ datagrams: [[UInt8]], decoded: () throws -> [Record]) rethrows -> [Record] {
        defer { next += 1 }
        if next < answers.count, DumpMemory.isSame(answers[next].datagrams, datagrams),
            let records = answers[next].records as? [Record]
        {
            return records
        }
        version += 1
        let records = try decoded()
        let isKept = datagrams.reduce(0) { $0 + $1.count } <= DumpMemory.most
        let answer = Answer(datagrams: isKept ? datagrams : [], records: records)
        if next < answers.count { answers[next] = answer } else { answers.append(answer) }
        return records
    }

    /// What states show of it: what was made last, if nothing is other than it was then.
    func facts(_ inputs: FactInputs, made: () -> [Fact]) -> [Fact] {
        if let known, known.inputs == inputs { return known.facts }
        let facts = made()
        known = (inputs, facts)
        return facts
    }

    private static func isSame(_ one: [[UInt8]], _ other: [[UInt8]]) -> Bool {
        guard one.count == other.count, !one.isEmpty else { return false }
        return zip(one, other).allSatisfy { one, other in
            one.count == other.count
                && one.withUnsafeBytes { one in
                    other.withUnsafeBytes { other in
                        guard let one = one.baseAddress, let end = other.baseAddress else { return true }
                        return memcmp(one, end, other.count) == 0
                    }
                }
        }
    }
}

/// What the facts of a namespace are made of, but for the answers themselves.
struct FactInputs: Equatable {
    /// Of which version of the answers.
    var version: Int
    /// What the namespace is called.
    var label: String
    /// The other ends of its devices.
    var ends: [UInt32: String]
    /// The hardware addresses that somebody chose.
    var setMACs: Set<String>
}
