/// The random names of one run, and the roles that stand for them.
///
/// In a state, the roles are counted over the names that occur in it, in the order of creation: `veth#1` is the oldest
/// device of its form *that is there*. Counted over the whole run, a device that an earlier step could not make would
/// shift the roles of all later ones, and every later state would differ.
struct CanonicalNames {
    private struct Name {
        var bytes: [UInt8]
        var family: String
    }

    /// Longest first, so that a name inside a longer one is never taken for it.
    private var names: [Name] = []
    /// The place in the order of creation, by text.
    private var order: [[UInt8]: Int] = [:]

    /// Finds the random ones of the names that were made: those of a form, and never made in every reference.
    init(forms: [Reference.RandomName], made: [String], fixed: Set<String>) {
        guard !forms.isEmpty else { return }
        for name in CanonicalNames.expanded(made) where !fixed.contains(name) {
            guard let form = forms.first(where: { $0.matches(name) }) else { continue }
            let bytes = Array(name.utf8)
            if order.updateValue(order[bytes] ?? order.count, forKey: bytes) == nil {
                names.append(Name(bytes: bytes, family: form.prefix.isEmpty ? "name" : form.prefix))
            }
        }
        names.sort { ($1.bytes.count, order[$0.bytes] ?? 0) < ($0.bytes.count, order[$1.bytes] ?? 0) }
    }

    /// The names, each once, and with each file of a namespace the namespace's name.
    static func expanded(_ made: [String]) -> [String] {
        var seen: Set<String> = []
        var all: [String] = []
        for name in made {
            let folder = ["/run/netns/", "/var/run/netns/"].first { name.hasPrefix($0) && name.count > $0.count }
            let namespace = folder.map { String(name.dropFirst($0.count)) }
            for text in [namespace, name].compactMap(\.self) where !text.isEmpty && seen.insert(text).inserted {
                all.append(text)
            }
        }
        return all
    }

    /// The facts in their order, with roles in place of random names.
    func rename(_ snapshot: Snapshot) -> [Fact] {
        guard !names.isEmpty else { return snapshot.facts }
        var used: Set<[UInt8]> = []
        for fact in snapshot.facts {
            visit(fact.identity.name) { used.insert($0) }
            visit(fact.identity.namespace) { used.insert($0) }
            fact.attributes.values.forEach { visit($0) { used.insert($0) } }
        }
        let roles = roles(of: used)
        return snapshot.facts.map { fact in
            var fact = fact
            fact.identity.name = replace(fact.identity.name, roles)
            fact.identity.namespace = replace(fact.identity.namespace, roles)
            fact.attributes = fact.attributes.mapValues { replace($0, roles) }
            return fact
        }
    }

    /// The text with roles that count over the whole run.
    func renameOverRun(_ text: String) -> String {
        names.isEmpty ? text : replace(text, roles(of: Set(names.map(\.bytes))))
    }

    /// Which of the names occur in the facts.
    static func occurring(_ names: [String], in snapshots: some Sequence<Snapshot>) -> Set<String> {
        let forms = Set(names.map { Reference.RandomName(prefix: "", length: $0.utf8.count) })
        let all = CanonicalNames(forms: Array(forms), made: names, fixed: [])
        var found: Set<String> = []
        for snapshot in snapshots {
            for fact in snapshot.facts {
                for text in [fact.identity.name, fact.identity.namespace] + fact.attributes.values {
                    all.visit(text) { found.insert(String(decoding: $0, as: UTF8.self)) }
                }
            }
        }
        return found
    }

    private func roles(of used: Set<[UInt8]>) -> [[UInt8]: [UInt8]] {
        var counts: [String: Int] = [:]
        var roles: [[UInt8]: [UInt8]] = [:]
        for name in names.filter({ used.contains($0.bytes) }).sorted(by: { order[$0.bytes] ?? 0 < order[$1.bytes] ?? 0 }
        ) {
            counts[name.family, default: 0] += 1
            roles[name.bytes] = Array("\(name.family)#\(counts[name.family] ?? 1)".utf8)
        }
        return roles
    }

    private func visit(_ text: String, _ found: ([UInt8]) -> Void) {
        _ = scan(Array(text.utf8)) { name in
            found(name)
            return name
        }
    }

    private func replace(_ text: String, _ roles: [[UInt8]: [UInt8]]) -> String {
        guard let result = scan(Array(text.utf8), { roles[$0] ?? $0 }) else { return text }
        return String(decoding: result, as: UTF8.self)
    }

    /// Replaces each name that stands as a whole token; nil when there is none.
    private func scan(_ text: [UInt8], _ replacement: ([UInt8]) -> [UInt8]) -> [UInt8]? {
        guard let shortest = names.last, text.count >= shortest.bytes.count else { return nil }
        var result: [UInt8] = []
        var position = 0
        var copied = 0
        while position < text.count {
            let rest = text[position...]
            let starts = position == 0 || !CanonicalNames.isInner(text[position - 1])
            let name =
                !starts
                ? nil
                : names.first { name in
                    let end = position + name.bytes.count
                    return rest.starts(with: name.bytes) && (end == text.count || !CanonicalNames.isInner(text[end]))
                }
            if let name {
                result += text[copied..<position] + replacement(name.bytes)
                position += name.bytes.count
                copied = position
            } else {
                position += 1
            }
        }
        return copied == 0 ? nil : result + text[copied...]
    }

    /// Whether a byte goes on with a name: `veth1` is no token of `veth1-a`, but is one of `veth1/rp_filter`.
    private static func isInner(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}
