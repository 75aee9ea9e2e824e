import Model

extension Evidence {
    private static let makingWords: Set<String> = [
        "netns.create", "netns.name", "link.create", "link.set", "address.add", "route.add", "route.replace",
        "rule.add", "neighbour.add", "neighbour.replace", "nft.commit", "mount.bind", "mount.create", "file.open",
        "file.create", "file.write", "file.rename", "exec",
    ]

    /// The operations of a log that may have made an object; those that the kernel refused made none.
    static func creations(in log: OperationLog) throws -> [Operation] {
        var read = 0
        var creations: [Operation] = []
        for operation in log {
            read += 1
            if case .failed = operation.result { continue }
            if makingWords.contains(operation.phrase.word) { creations.append(operation) }
        }
        guard read == log.count else { throw EvidenceError.unreadableOperations(read: read, of: log.count) }
        return creations
    }

    /// A line that names the operation that made an object of the last state; nil where none can be told.
    func makerLine(of identity: Fact.Identity) -> String? {
        if identity.noun == "netns" {
            let role = end.byIdentity[identity]?.attributes["role"] ?? identity.which
            let made = record.header.namespacesMade
            if let key = made[role] ?? made[identity.which] ?? made[Role.name(role)] { return "made by: \(key)" }
        }
        let fact = originalsAtEnd[identity] ?? Fact(identity.noun, identity.which, in: identity.namespace)
        let candidates = creations.filter { Evidence.makes($0.phrase, fact) }
        // A device may have been made elsewhere and moved: the same namespace is better, but not needed.
        let here = candidates.last {
            Role.name($0.phrase.namespace ?? "host") == Role.name(fact.identity.namespace)
        }
        return (here ?? candidates.last).map { "made by: \($0.key)" }
    }

    private static func makes(_ phrase: Phrase, _ fact: Fact) -> Bool {
        let which = fact.identity.which
        let words = which.split(separator: " ").map(String.init)
        let first = words.first ?? ""
        let namespace = Role.name(fact.identity.namespace)
        switch fact.identity.noun {
        case "link":
            if phrase.word == "link.create" { return phrase.which == which || phrase.qualifiers["peer"] == which }
            return phrase.word == "link.set" && phrase.qualifiers["name"] == which
        case "address", "route", "rule", "neighbour":
            guard phrase.noun == fact.identity.noun, Role.name(phrase.namespace ?? "host") == namespace,
                Pattern(phrase.which).matches(first)
            else { return false }
            return ["dev", "table"].allSatisfy { name in
                guard let mine = phrase.qualifiers[name], let there = fact.attributes[name] else { return true }
                return mine == there
            }
        case "nft":
            // A commit names its table and perhaps its chain: `chain ip nat CNI-a`, `rule ip nat CNI-a #1`.
            guard phrase.noun == "nft", Role.name(phrase.namespace ?? "host") == namespace, words.count >= 3 else {
                return false
            }
            let said = phrase.spoken
            return said.contains(words[2])
                && (phrase.qualifiers["chain"].map { words.dropFirst(3).contains($0) } ?? true)
        case "file": return phrase.noun == "file" && (phrase.which == which || phrase.qualifiers["to"] == which)
        case "mount": return phrase.noun == "mount" && phrase.which == which
        case "netns": return phrase.noun == "netns" && Role.name(phrase.which) == Role.name(which)
        case "process":
            return phrase.word == "exec" && phrase.which.split(separator: "/").last == first.split(separator: "/").last
        default: return false
        }
    }
}
