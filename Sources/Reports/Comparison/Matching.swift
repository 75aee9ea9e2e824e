import Model

/// Texts without the numbers that change where an agent does one thing more before.
enum Loose {
    /// `add / bash/nft#4 / nft.commit(inet lab) @ host # 2` as `add / bash/nft / nft.commit(inet lab) @ host`, and a point without
    /// its `nth 3`.
    static func text(_ text: String) -> String {
        var words: [Substring] = []
        var rest = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        while let word = rest.popFirst() {
            if ["#", "nth"].contains(word), let next = rest.first, !next.isEmpty {
                let digits = next.prefix { $0.isNumber }
                // Behind the number may stand the mark that ends a point.
                if !digits.isEmpty, [":", "", ","].contains(next.dropFirst(digits.count)) {
                    rest = rest.dropFirst()
                    if let last = words.popLast() { words.append(last + next.dropFirst(digits.count)) }
                    continue
                }
            }
            words.append(word)
        }
        return words.map(lineage).joined(separator: " ")
    }

    /// The texts without their numbers, sorted.
    static func texts(_ texts: [String]) -> [String] { texts.map(text).sorted() }

    /// `bash/nft#4` as `bash/nft`.
    private static func lineage(_ word: Substring) -> String {
        word.split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard let mark = part.lastIndex(of: "#"), mark > part.startIndex else { return String(part) }
            let number = part[part.index(after: mark)...]
            return number.isEmpty || !number.allSatisfy(\.isNumber) ? String(part) : String(part[..<mark])
        }.joined(separator: "/")
    }

    /// Whether a line of what is masked means a difference: `missing link eth0` by `link eth0` or `link eth0 after add`, and
    /// `changed link eth0` also by `mac of link eth0`.
    static func masks(_ line: String, _ difference: String) -> Bool {
        guard let blank = difference.firstIndex(of: " ") else { return false }
        let identity = String(difference[difference.index(after: blank)...])
        func begins(_ text: some StringProtocol) -> Bool { text == identity || text.hasPrefix("\(identity) after ") }
        if begins(line) { return true }
        guard difference.hasPrefix("changed "), let mark = line.firstRange(of: " of ") else { return false }
        return begins(line[mark.upperBound...])
    }
}

/// Which plan of one side is which of the other.
struct PlanMatching {
    private(set) var pairs: [(BaselinePlan, BaselinePlan)] = []
    private(set) var onlyBase: [BaselinePlan] = []
    private(set) var onlyHead: [BaselinePlan] = []

    /// Matches by name, without some values of the matrix.
    init(_ base: [BaselinePlan], _ head: [BaselinePlan], ignoring free: Set<String>) {
        var waiting: [String: [BaselinePlan]] = [:]
        for plan in base { waiting[plan.name(without: free), default: []].append(plan) }
        for plan in head {
            let name = plan.name(without: free)
            if let old = waiting[name]?.first {
                pairs.append((old, plan))
                waiting[name]?.removeFirst()
            } else {
                onlyHead.append(plan)
            }
        }
        onlyBase = waiting.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// That faults fire elsewhere than before; nil where they do not, or one side says nothing.
    static func move(_ old: [String], _ new: [String]) -> String? {
        let gone = old.filter { !new.contains($0) }
        let came = new.filter { !old.contains($0) }
        guard !gone.isEmpty, !came.isEmpty else { return nil }
        let isSame = Loose.texts(gone) == Loose.texts(came)
        return (isSame ? "the point moved" : "the fault fires elsewhere")
            + ": \(gone.joined(separator: "; ")) -> \(came.joined(separator: "; "))"
    }
}

/// Which finding of a plan is which of the same plan on the other side.
///
/// Missing and extra are never one thing: the kinds of the objects must agree. First what is equal, then what is equal but for
/// numbers, then what speaks of some of the same objects.
struct FindingMatching {
    private(set) var pairs: [(BaselineFinding, BaselineFinding)] = []
    private(set) var onlyBase: [BaselineFinding]
    private(set) var onlyHead: [BaselineFinding]

    init(_ base: [BaselineFinding], _ head: [BaselineFinding]) {
        onlyBase = base
        onlyHead = head
        take { ($0.oracle, $0.subject) == ($1.oracle, $1.subject) && $0.objects == $1.objects }
        take {
            ($0.oracle, Loose.text($0.subject), $0.step) == ($1.oracle, Loose.text($1.subject), $1.step)
                && Loose.texts($0.objects) == Loose.texts($1.objects)
        }
        take {
            ($0.oracle, Loose.text($0.subject), $0.step) == ($1.oracle, Loose.text($1.subject), $1.step)
                && !Set($0.objects).isDisjoint(with: $1.objects)
        }
    }

    private mutating func take(_ isSame: (BaselineFinding, BaselineFinding) -> Bool) {
        var left: [BaselineFinding] = []
        for new in onlyHead {
            if let place = onlyBase.firstIndex(where: { isSame($0, new) }) {
                pairs.append((onlyBase.remove(at: place), new))
            } else {
                left.append(new)
            }
        }
        onlyHead = left
    }
}
