import Model
import Oracles

/// Reads `allow` and `known`.
struct ExpectationParser {
    enum Kind: String {
        case allow
        case known
    }

    let steps: StepList
    let diagnostics: Diagnostics

    func parse(_ items: [Tree], _ kind: Kind) -> [Expectation] { items.compactMap { line($0, kind) } }

    /// Says which lines of `known` an `allow` hides.
    func checkHidden(_ known: [Expectation], by allow: [Expectation], at items: [Tree]) {
        for line in known where allow.contains(where: { $0.hides(line) }) {
            guard let item = items.first(where: { ExpectationParser.location($0) == line.location }) else { continue }
            diagnostics.add(item.position, "an `allow` hides it: it could never be seen")
        }
    }

    private func line(_ item: Tree, _ kind: Kind) -> Expectation? {
        guard let entries = item.entries else {
            diagnostics.add(item.position, "\(kind.what) is a map: { ORACLE: OBJECT or STEP, because: TEXT }")
            return nil
        }
        let others = ["because", "if", "kind"] + (kind == .known ? ["see", "seen"] : [])
        var oracles: [(OracleName, Tree.Entry)] = []
        var isWhole = true
        for entry in entries where !others.contains(entry.key) {
            if let oracle = OracleCatalogue.names.first(where: { $0.rawValue == entry.key }) {
                oracles.append((oracle, entry))
                continue
            }
            isWhole = false
            Checker(diagnostics: diagnostics).unknown(
                entry, in: item, among: others + OracleCatalogue.names.map(\.rawValue))
        }
        let because = reason(item, kind)
        let seen = seen(item)
        let difference = difference(item)
        guard oracles.count == 1, let (oracle, entry) = oracles.first else {
            if oracles.count > 1 {
                diagnostics.add(
                    item.position, "`\(oracles[0].1.key)` or `\(oracles[1].1.key)`, not both: two lines")
            } else if isWhole {
                diagnostics.add(item.position, "\(kind.what) needs an oracle: { residue: { link: eth0 } }")
            }
            return nil
        }
        guard let subject = subject(oracle, entry.value, item, kind), let because, let seen, let difference, isWhole
        else { return nil }
        var expectation = Expectation(
            oracle: oracle, subject: subject, because: because, seen: seen,
            location: ExpectationParser.location(item))
        expectation.kind = difference.kind
        return expectation
    }

    /// How an object must differ; nil where that cannot be read.
    private func difference(_ item: Tree) -> (kind: String?, Void)? {
        guard let tree = item["kind"] else { return (nil, ()) }
        let kinds = ["missing", "extra", "changed"]
        if let text = tree.text, kinds.contains(text) { return (text, ()) }
        diagnostics.add(
            tree.position, "`\(tree.lineText)` is none of \(kinds.map { "`\($0)`" }.joined(separator: " "))")
        return nil
    }

    private func reason(_ item: Tree, _ kind: Kind) -> String? {
        let see = item["see"].map { $0.texts } ?? []
        if let because = item["because"] {
            guard let text = because.text, !text.isEmpty else {
                diagnostics.add(
                    because.position,
                    because.isEmpty || because.text == "" ? "`because` has no value" : "`because` is a text")
                return nil
            }
            return text
        }
        if !see.isEmpty { return see.joined(separator: ", ") }
        let needed = kind == .known ? "`because` or `see`" : "`because`"
        diagnostics.add(item.position, "\(kind.what) needs \(needed)")
        return nil
    }

    private func seen(_ item: Tree) -> Expectation.Seen? {
        guard let tree = item["seen"] else { return .always }
        if let seen = tree.text.flatMap(Expectation.Seen.init(rawValue:)) { return seen }
        diagnostics.add(tree.position, "`\(tree.lineText)` is none of `always` `sometimes`")
        return nil
    }

    private func subject(_ oracle: OracleName, _ tree: Tree, _ item: Tree, _ kind: Kind) -> Expectation.Subject? {
        if OracleCatalogue.isAboutText(oracle) {
            guard let text = tree.text, !text.isEmpty, text != "*" else {
                diagnostics.add(
                    tree.position,
                    "every \(oracle.rawValue) would be \(kind.participle): name what it is about, as a report says it")
                return nil
            }
            return .text(text)
        }
        guard OracleCatalogue.isAboutObject(oracle) else {
            guard let text = tree.text, !text.isEmpty else {
                diagnostics.add(tree.position, "`\(oracle.rawValue)` is about a step: { \(oracle.rawValue): STEP }")
                return nil
            }
            guard steps.check(text, at: tree.position, diagnostics) else { return nil }
            if oracle == .notReady, !steps.isUnread(text), !steps.all.contains(where: { $0.starts(meant: text) }) {
                diagnostics.add(tree.position, "`\(text)` starts no service: it is always ready")
                return nil
            }
            return .step(text)
        }
        let isAny = tree.text.map { $0.isEmpty || $0 == "*" || $0 == "all" || $0 == "true" } ?? false
        if isAny || (tree.entries.map(\.isEmpty) ?? false) {
            diagnostics.add(
                item.position, "every \(oracle.rawValue) would be \(kind.participle): name what it is about")
            return nil
        }
        return PhraseParser(diagnostics: diagnostics, kind: .object).parse(tree).map { .object($0.phrase) }
    }

    private static func location(_ item: Tree) -> String {
        item.position.description
    }
}

extension Step {
    /// Whether `text` means it and it starts a service.
    fileprivate func starts(meant text: String) -> Bool {
        if case .start = body { isMeant(by: text) } else { false }
    }
}

extension ExpectationParser.Kind {
    fileprivate var what: String { self == .allow ? "an allowance" : "a known finding" }
    fileprivate var participle: String { self == .allow ? "allowed" : "known" }
}

extension Expectation {
    /// Whether every finding that `other` means is one that this line means.
    fileprivate func hides(_ other: Expectation) -> Bool {
        guard oracle == other.oracle, kind == nil || kind == other.kind else { return false }
        switch (subject, other.subject) {
        case (.step(let mine), .step(let theirs)): return mine == theirs || theirs.hasPrefix("\(mine).")
        case (.text(let mine), .text(let theirs)):
            return Pattern(mine).matches(theirs) || theirs.hasPrefix("\(mine) in ")
        case (.object(let mine), .object(let theirs)):
            guard mine.word == theirs.word, Pattern(mine.argument).matches(theirs.argument) else { return false }
            let qualifiers = mine.qualifiers.allSatisfy { name, text in
                theirs.qualifiers[name].map { Pattern(text).matches($0) } ?? false
            }
            return qualifiers && (mine.namespace == nil || mine.namespace == theirs.namespace)
        default: return false
        }
    }
}
