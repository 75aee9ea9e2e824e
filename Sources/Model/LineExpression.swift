/// A regular expression for some part of a line, tried without ever going back.
///
/// It has what a log needs: `.`, `[a-z]` and `[^a-z]`, `\d \w \s` and `\D \W \S`, `^ $ \b \B`, groups, `|`, and
/// `* + ? {2,5}`, also with a `?` behind them; `(?i)` at the beginning takes letters of both cases. All the places that it
/// may be at are followed together, a character after the other, so that no expression and no line takes longer than
/// both are long. Back references and looking ahead cannot be had that way, and are refused.
struct LineExpression: Sendable {
    /// Why a text is none.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// A test of one character.
    private indirect enum Test: Sendable {
        case any
        case one(Unicode.Scalar)
        case range(ClosedRange<UInt32>)
        case digit, word, space
        case not(Test)
        case several([Test])

        func accepts(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any: true
            case .one(let own): own == scalar
            case .range(let range): range.contains(scalar.value)
            case .digit: ("0"..."9").contains(scalar)
            case .word: LineExpression.isWord(scalar)
            case .space: scalar.properties.isWhitespace
            case .not(let other): !other.accepts(scalar)
            case .several(let tests): tests.contains { $0.accepts(scalar) }
            }
        }
    }

    private enum Edge: Sendable {
        case start, end, boundary, inside
    }

    /// What was written, as a tree.
    private indirect enum Node {
        case test(Test)
        case edge(Edge)
        case sequence([Node])
        case choice([Node])
        case `repeat`(Node, Int, Int?)
    }

    /// One place in the expression, and where it goes on.
    private enum Place: Sendable {
        case test(Test, Int)
        case edge(Edge, Int)
        case fork([Int])
        case found
    }

    /// So many places are enough for a line of a log.
    private static let limit = 1000

    private var places: [Place] = [.found]
    private var first = 0
    private var ignoresCase = false
    /// How often something was added: what repeats nothing adds no place.
    private var work = 0

    /// Reads an expression without its slashes.
    init(_ text: String) throws(Problem) {
        var scalars = Array(text.unicodeScalars)[...]
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            scalars = scalars.dropFirst(4)
        }
        let node = try choice(&scalars, depth: 0)
        guard scalars.isEmpty else { throw Problem(description: "`)` closes no group") }
        first = try add(node, before: 0)
    }

    /// Whether some part of the line is meant.
    func isFound(in line: some StringProtocol) -> Bool {
        let line = Array((ignoresCase ? line.lowercased() : String(line)).unicodeScalars)
        var now: [Int] = []
        var next: [Int] = []
        // When a place was last reached: each is followed once for a character.
        var reached = [Int](repeating: -1, count: places.count)
        for index in 0...line.count {
            // A part may begin at any character.
            if reach(first, at: index, of: line, &now, &reached) { return true }
            guard index < line.count else { return false }
            next.removeAll(keepingCapacity: true)
            for place in now {
                guard case .test(let test, let after) = places[place], test.accepts(line[index]) else { continue }
                if reach(after, at: index + 1, of: line, &next, &reached) { return true }
            }
            swap(&now, &next)
        }
        return false
    }

    /// The line with each part that is meant, the longest from its first character on, replaced.
    ///
    /// It takes as long as the square of the line: for lines that are short.
    func replacing(in text: String, with mark: String) -> String {
        let own = Array(text.unicodeScalars)
        let line = ignoresCase ? Array(text.lowercased().unicodeScalars) : own
        // A letter whose small one is two is never taken for another place.
        guard own.count == line.count else { return isFound(in: text) ? mark : text }
        var result = String.UnicodeScalarView()
        var start = 0
        while start < own.count {
            if let end = longest(from: start, in: line), end > start {
                result.append(contentsOf: mark.unicodeScalars)
                start = end
            } else {
                result.append(own[start])
                start += 1
            }
        }
        return String(result)
    }

    /// Where the longest part ends that is meant and begins there; nil where none does.
    private func longest(from start: Int, in line: [Unicode.Scalar]) -> Int? {
        var now: [Int] = []
        var reached = [Int](repeating: -1, count: places.count)
        var end = reach(first, at: start, of: line, &now, &reached) ? start : nil
        for index in start..<line.count where !now.isEmpty {
            var next: [Int] = []
            for place in now {
                guard case .test(let test, let after) = places[place], test.accepts(line[index]) else { continue }
                if reach(after, at: index + 1, of: line, &next, &reached) { end = index + 1 }
            }
            now = next
        }
        return end
    }

    /// Adds the tests to which a place leads without a character; true where it leads to the end.
    private func reach(
        _ place: Int, at index: Int, of line: [Unicode.Scalar], _ list: inout [Int], _ reached: inout [Int]
    ) -> Bool {
        var open = [place]
        var isFound = false
        while let place = open.popLast() {
            guard reached[place] != index else { continue }
            reached[place] = index
            switch places[place] {
            case .found: isFound = true
            case .test: list.append(place)
            case .fork(let ways): open += ways
            case .edge(let edge, let after): if LineExpression.holds(edge, at: index, of: line) { open.append(after) }
            }
        }
        return isFound
    }

    private static func holds(_ edge: Edge, at index: Int, of line: [Unicode.Scalar]) -> Bool {
        let isBoundary =
            (index > 0 && isWord(line[index - 1])) != (index < line.count && isWord(line[index]))
        return switch edge {
        case .start: index == 0
        case .end: index == line.count
        case .boundary: isBoundary
        case .inside: !isBoundary
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

// MARK: - Places

extension LineExpression {
    private mutating func add(_ place: Place) throws(Problem) -> Int {
        guard places.count < LineExpression.limit else { throw Problem(description: "it is too large") }
        places.append(place)
        return places.count - 1
    }

    /// Adds what a node means, and then goes on; returns where it begins.
    private mutating func add(_ node: Node, before next: Int) throws(Problem) -> Int {
        work += 1
        guard work < 20 * LineExpression.limit else { throw Problem(description: "it is too large") }
        switch node {
        case .test(let test): return try add(.test(test, next))
        case .edge(let edge): return try add(.edge(edge, next))
        case .sequence(let nodes):
            var place = next
            for node in nodes.reversed() { place = try add(node, before: place) }
            return place
        case .choice(let nodes):
            var ways: [Int] = []
            for node in nodes { ways.append(try add(node, before: next)) }
            return try add(.fork(ways))
        case .repeat(let node, let least, let most):
            var place = next
            if let most {
                for _ in least..<max(least, most) { place = try add(.fork([try add(node, before: place), next])) }
            } else {
                let fork = try add(.fork([next]))
                places[fork] = .fork([try add(node, before: fork), next])
                place = fork
            }
            for _ in 0..<least { place = try add(node, before: place) }
            return place
        }
    }
}

// MARK: - Reading

extension LineExpression {
    private typealias Scalars = ArraySlice<Unicode.Scalar>

    private func choice(_ scalars: inout Scalars, depth: Int) throws(Problem) -> Node {
        guard depth < 50 else { throw Problem(description: "its groups stand too deep in each other") }
        var nodes: [Node] = [try sequence(&scalars, depth)]
        while scalars.first == "|" {
            scalars.removeFirst()
            nodes.append(try sequence(&scalars, depth))
        }
        return nodes.count == 1 ? nodes[0] : .choice(nodes)
    }

    private func sequence(_ scalars: inout Scalars, _ depth: Int) throws(Problem) -> Node {
        var nodes: [Node] = []
        while let scalar = scalars.first, scalar != "|", scalar != ")" {
            scalars.removeFirst()
            let node = try item(scalar, &scalars, depth)
            nodes.append(try repeated(node, &scalars))
        }
        return .sequence(nodes)
    }

    private func item(_ scalar: Unicode.Scalar, _ scalars: inout Scalars, _ depth: Int) throws(Problem) -> Node {
        switch scalar {
        case ".": return .test(.any)
        case "^": return .edge(.start)
        case "$": return .edge(.end)
        case "[": return .test(try set(&scalars))
        case "\\": return try escaped(&scalars)
        case "(":
            if scalars.starts(with: "?:".unicodeScalars) { scalars = scalars.dropFirst(2) }
            guard scalars.first != "?" else {
                throw Problem(description: "of `(?` only `(?:` is known, and `(?i)` at the beginning")
            }
            let node = try choice(&scalars, depth: depth + 1)
            guard scalars.popFirst() == ")" else { throw Problem(description: "a group has no `)`") }
            return node
        case "*", "+", "?", "{": throw Problem(description: "`\(scalar)` repeats nothing")
        default: return .test(letter(scalar))
        }
    }

    private func letter(_ scalar: Unicode.Scalar) -> Test {
        let lower = String(scalar).lowercased().unicodeScalars
        return .one(ignoresCase ? lower.first ?? scalar : scalar)
    }

    private func repeated(_ node: Node, _ scalars: inout Scalars) throws(Problem) -> Node {
        var node = node
        while let sign = scalars.first, "*+?{".unicodeScalars.contains(sign) {
            scalars.removeFirst()
            switch sign {
            case "*": node = .repeat(node, 0, nil)
            case "+": node = .repeat(node, 1, nil)
            case "?": node = .repeat(node, 0, 1)
            default:
                guard let end = scalars.firstIndex(of: "}") else { throw Problem(description: "`{` has no `}`") }
                let counts = String(String.UnicodeScalarView(scalars[..<end])).split(
                    separator: ",", omittingEmptySubsequences: false)
                scalars = scalars[(end + 1)...]
                guard counts.count < 3, let least = Int(counts[0]), (0...limit).contains(least) else {
                    throw Problem(description: "`{2}`, `{2,}` or `{2,5}` says how often")
                }
                var most: Int? = least
                if counts.count == 2 { most = counts[1].isEmpty ? nil : Int(counts[1]) ?? -1 }
                if let most, !(least...limit).contains(most) {
                    throw Problem(description: "`{2}`, `{2,}` or `{2,5}` says how often")
                }
                node = .repeat(node, least, most)
            }
            // Whether the longest or the shortest is taken is all the same to the question whether there is one.
            if scalars.first == "?" { scalars.removeFirst() }
        }
        return node
    }

    private var limit: Int { LineExpression.limit }

    private func escaped(_ scalars: inout Scalars) throws(Problem) -> Node {
        switch scalars.first {
        case "b": scalars.removeFirst(); return .edge(.boundary)
        case "B": scalars.removeFirst(); return .edge(.inside)
        default: return .test(try escapedTest(&scalars))
        }
    }

    private func escapedTest(_ scalars: inout Scalars) throws(Problem) -> Test {
        guard let scalar = scalars.popFirst() else { throw Problem(description: "`\\` stands before nothing") }
        switch scalar {
        case "d": return .digit
        case "D": return .not(.digit)
        case "w": return .word
        case "W": return .not(.word)
        case "s": return .space
        case "S": return .not(.space)
        case "t": return .one("\t")
        case "r": return .one("\r")
        default:
            // Letters and digits may mean what is not had here, as `\1` does.
            guard !LineExpression.isWord(scalar) else { throw Problem(description: "`\\\(scalar)` is not known") }
            return .one(scalar)
        }
    }

    /// What stands in `[ ]`.
    private func set(_ scalars: inout Scalars) throws(Problem) -> Test {
        let isNegated = scalars.first == "^"
        if isNegated { scalars.removeFirst() }
        var tests: [Test] = []
        while let scalar = scalars.popFirst() {
            if scalar == "]", !tests.isEmpty {
                let all = Test.several(tests)
                return isNegated ? .not(all) : all
            }
            if scalar == "\\" {
                tests.append(try escapedTest(&scalars))
                continue
            }
            let behind = scalars.dropFirst().first
            if scalars.first == "-", let end = behind, end != "]", end != "\\" {
                scalars = scalars.dropFirst(2)
                let low = letter(scalar), high = letter(end)
                guard case .one(let from) = low, case .one(let to) = high, from.value <= to.value else {
                    throw Problem(description: "`\(scalar)-\(end)` holds nothing")
                }
                tests.append(.range(from.value...to.value))
            } else {
                tests.append(letter(scalar))
            }
        }
        throw Problem(description: "`[` has no `]`")
    }
}
