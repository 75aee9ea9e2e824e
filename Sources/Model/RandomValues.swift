extension Reference {
    /// What objects are called whose name holds a value that is another in every run: a mark, a chain, a priority, an id.
    public struct RandomValue: Hashable, Codable, Sendable {
        /// The kind of object.
        public var noun: String
        /// The namespace it stands in.
        public var namespace: String
        /// The words of its name; nil where the value stands.
        public var words: [String?]
        /// Names of this form that every run has: they are not random.
        public var fixed: Set<String>

        /// Makes the form of a name.
        public init(noun: String, namespace: String, words: [String?], fixed: Set<String> = []) {
            self.noun = noun
            self.namespace = namespace
            self.words = words
            self.fixed = fixed
        }

        /// Whether an object is called so.
        public func matches(_ identity: Fact.Identity) -> Bool {
            guard noun == identity.noun, namespace == identity.namespace, !fixed.contains(identity.name) else {
                return false
            }
            let there = RandomValue.words(of: identity.name)
            return there.count == words.count && zip(words, there).allSatisfy { $0.0 == nil || $0.0 == $0.1 }
        }

        /// The name of the i-th of them: its values are `*`, the first with the number.
        func name(_ number: Int) -> String {
            let first = words.firstIndex { $0 == nil }
            return words.enumerated().map { place, word in word ?? (place == first ? "*#\(number)" : "*") }
                .joined(separator: " ")
        }

        static func words(of text: String) -> [String] {
            text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// An attribute of some words of which single ones are another in every run: the id in the comment of a rule.
    public struct RandomWords: Hashable, Codable, Sendable {
        /// The object.
        public var identity: Fact.Identity
        /// The attribute.
        public var attribute: String
        /// Its words; nil where the random ones stand.
        public var words: [String?]

        /// Makes the form of an attribute.
        public init(identity: Fact.Identity, attribute: String, words: [String?]) {
            self.identity = identity
            self.attribute = attribute
            self.words = words
        }

        /// The text with `*` for its random words; as it is where it has another form.
        func canonical(_ text: String) -> String {
            let there = RandomValue.words(of: text)
            guard there.count == words.count, zip(words, there).allSatisfy({ $0.0 == nil || $0.0 == $0.1 }) else {
                return text
            }
            return words.map { $0 ?? "*" }.joined(separator: " ")
        }
    }
}

/// Learns and applies the forms of names that hold a random value.
enum RandomValues {
    /// Of what else may have a name that nobody chose, the names themselves are learned.
    private static let nouns: Set<String> = [
        "address", "neighbour", "nft", "route", "rule", "sysctl", "fdb", "nexthop", "class", "filter",
        "ipset", "iptables", "xfrm-state", "xfrm-policy", "conntrack", "wireguard",
    ]

    /// The forms of what is called otherwise in each of these states, which are those of one moment in several runs.
    ///
    /// The i-th of one run is that of the others; where the runs have different numbers of them, nothing is learned.
    static func learn(_ states: [[Fact.Identity]]) -> [Reference.RandomValue] {
        let sets = states.map(Set.init)
        let everywhere = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        let groups = states.map { identities in
            Dictionary(
                grouping: identities.filter { !everywhere.contains($0) && nouns.contains($0.noun) }, by: Group.init)
        }
        var found: [Reference.RandomValue] = []
        for group in Set(groups.flatMap(\.keys)).sorted(by: { $0.text < $1.text }) {
            let members = groups.map { ($0[group] ?? []).map(\.name).sorted() }
            guard let count = members.first?.count, members.allSatisfy({ $0.count == count }) else { continue }
            for place in 0..<count {
                let forms = members.map { Reference.RandomValue.words(of: $0[place]) }
                guard let words = common(forms), words.contains(where: { $0 != nil }) else { continue }
                let form = Reference.RandomValue(noun: group.noun, namespace: group.namespace, words: words)
                if !found.contains(form) { found.append(form) }
            }
        }
        return found
    }

    /// The forms that any of these moments shows, each with the names of that form that are none.
    static func learn(moments: [[Snapshot]]) -> [Reference.RandomValue] {
        let identities = moments.map { $0.map { $0.facts.map(\.identity) } }
        var forms: [Reference.RandomValue] = []
        for form in identities.flatMap({ learn($0) }) where !forms.contains(form) { forms.append(form) }
        guard !forms.isEmpty else { return [] }
        for moment in identities {
            let sets = moment.map(Set.init)
            let everywhere = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
            for index in forms.indices {
                forms[index].fixed.formUnion(everywhere.filter(forms[index].matches).map(\.name))
            }
        }
        return forms
    }

    /// The words that all the texts have at their place; nil where they differ in number.
    static func common(_ texts: [[String]]) -> [String?]? {
        guard let first = texts.first, texts.allSatisfy({ $0.count == first.count }) else { return nil }
        return first.indices.map { place in
            texts.allSatisfy { $0[place] == first[place] } ? first[place] : nil
        }
    }

    /// The facts, with `*#1` for the value in the name of the first of a form, in their order.
    static func apply(_ forms: [Reference.RandomValue], to facts: [Fact]) -> [Fact] {
        guard !forms.isEmpty else { return facts }
        var counts: [Reference.RandomValue: Int] = [:]
        var result = facts
        for index in facts.indices.sorted(by: { facts[$0].identity < facts[$1].identity }) {
            guard let form = forms.first(where: { $0.matches(facts[index].identity) }) else { continue }
            counts[form, default: 0] += 1
            result[index].identity.name = form.name(counts[form] ?? 1)
        }
        return result
    }

    /// What names may be one form: those of a kind and a namespace that have the same number of words.
    private struct Group: Hashable {
        var noun: String
        var namespace: String
        var count: Int
        /// A chain is no rule.
        var kind: String

        var text: String { "\(namespace) \(noun) \(kind) \(count)" }

        init(_ identity: Fact.Identity) {
            let words = Reference.RandomValue.words(of: identity.name)
            noun = identity.noun
            namespace = identity.namespace
            count = words.count
            kind = identity.noun == "nft" ? words.first ?? "" : ""
        }
    }
}

/// Names policy rules whose priority the kernel chose.
enum AutomaticPriorities {
    /// The facts, with `automatic` for the priority of each rule that one of these requests made without saying it.
    static func apply(_ requests: [Phrase], to facts: [Fact]) -> [Fact] {
        guard !requests.isEmpty else { return facts }
        var result = facts
        for index in facts.indices where requests.contains(where: { isMade(facts[index], by: $0) }) {
            guard let priority = facts[index].attributes["priority"] else { continue }
            var words = Reference.RandomValue.words(of: facts[index].identity.name)
            guard let place = words.firstIndex(of: "priority"), place + 1 < words.count, words[place + 1] == priority
            else { continue }
            words[place + 1] = "automatic"
            result[index].identity.name = words.joined(separator: " ")
            result[index].attributes["priority"] = "automatic"
        }
        // Two that differ in nothing else are told apart by their number.
        var counts: [Fact.Identity: Int] = [:]
        for index in result.indices {
            let identity = result[index].identity
            counts[identity, default: 0] += 1
            if let count = counts[identity], count > 1 { result[index].identity.name += " #\(count)" }
        }
        return result
    }

    private static func isMade(_ fact: Fact, by request: Phrase) -> Bool {
        guard fact.identity.noun == "rule",
            NamespaceRole.name(request.namespace ?? "host") == NamespaceRole.name(fact.identity.namespace),
            Pattern(request.argument).matches(fact.attributes["from"] ?? "all")
                || request.argument == fact.identity.name.split(separator: " ").first.map(String.init)
        else { return false }
        let isSame = ["to", "iif", "oif", "fwmark", "tos", "table", "action"].allSatisfy { name in
            guard let mine = request.qualifiers[name], let there = fact.attributes[name] else {
                // What a request does not say of a selector, its rule has not.
                return !["to", "iif", "oif", "fwmark"].contains(name)
                    || request.qualifiers[name] == nil && fact.attributes[name] == nil
            }
            return mine == there
        }
        // The kernel takes the place before the first rule but that of the local table.
        return isSame && (fact.attributes["priority"].flatMap { Int($0) }.map { (1..<32766).contains($0) } ?? false)
    }
}
