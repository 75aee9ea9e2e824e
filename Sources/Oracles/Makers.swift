import Model

extension Evidence {
    /// What makes an object by its row, and what may: that a file is written or opened, an element added to a set, a table replaced.
    fileprivate static let makingWords = Set(
        OperationTable.rows.filter { $0.effects.contains { $0.kind == .makes } }.map(\.word)
            + ["file.open", "file.write", "ipset.add", "iptables.replace"])

    /// What of a log oracles ask for: operations that may have made an object, which the kernel did not refuse, and all
    /// that change something after a moment, refused or not; and which of some namespaces each step named or stood in.
    ///
    /// - Parameter points: The places of the operations at which the world changed something: they had begun before.
    static func changes(
        in log: OperationLog, after time: Nanoseconds?, at points: Set<Int> = [], removed: [String]
    ) throws -> (
        made: [Operation], tried: [Operation], named: [String: Set<String>]
    ) {
        let removed = Set(removed.map(NamespaceRole.name))
        var named: [String: Set<String>] = [:]
        var read = 0
        var made: [Operation] = []
        var tried: [Operation] = []
        for operation in log {
            read += 1
            if let time, operation.started >= time || points.contains(operation.index), operation.changesSomething {
                tried.append(operation)
            }
            if !removed.isEmpty {
                named[operation.step, default: []].formUnion(operation.phrase.namespacesNamed.intersection(removed))
            }
            if case .failed = operation.result { continue }
            if makingWords.contains(operation.phrase.word) { made.append(operation) }
        }
        guard read == log.count else { throw EvidenceError.unreadableOperations(read: read, of: log.count) }
        return (made, tried, named)
    }

    /// A line that names the operation that made an object; nil where none can be told.
    ///
    /// - Parameter step: Where it was seen; the end where nil. The operation is sought in the step in which the object
    ///   appeared for the last time before that: later ones that name it did not make it.
    func makerLine(of identity: Fact.Identity, seenAfter step: StepEvidence? = nil) -> String? {
        let seen = step ?? steps.last
        if identity.noun == "netns", seen?.after[identity]?.attributes["state"] != "dead" {
            let made = record.header.namespacesMade
            let role =
                identity.name.hasSuffix(NamespaceRole.deletedMark)
                ? identity.name.dropLast(NamespaceRole.deletedMark.count) : identity.name[...]
            if let key = made[String(role)] { return "created by: \(key)" }
        }
        if let here = seen?.after[identity], let fault = worldChanges(through: seen).maker(of: here) {
            return "created by: the fault \(fault)"
        }
        let fact = originalsAtEnd[identity] ?? Fact(identity.noun, identity.name, in: identity.namespace)
        let appeared = steps.prefix((seen?.index ?? 0) + 1).last {
            $0.before[identity] == nil && $0.after[identity] != nil
        }
        let makers = creations.makers(of: fact).filter { Evidence.makes($0.phrase, fact) }
        let places = appeared?.span ?? 0..<0
        let inStep = makers.filter { maker in steps[places].contains { $0.id == maker.step } }
        let candidates = inStep.isEmpty ? makers : inStep
        // A device may have been made elsewhere and moved: the same namespace is better, but not needed.
        let here = candidates.first {
            NamespaceRole.name($0.phrase.namespace ?? "host") == NamespaceRole.name(fact.identity.namespace)
        }
        let own = candidates.first { Evidence.isSpecific($0.phrase, to: fact) }
        return (own ?? here ?? candidates.first).map { "created by: \($0.key)" }
    }

    /// Whether an operation makes just such an object, not one in it or of it: a table and no rule, a folder and no file.
    private static func isSpecific(_ phrase: Phrase, to fact: Fact) -> Bool {
        guard
            NamespaceRole.name(phrase.namespace ?? "host") == NamespaceRole.name(fact.identity.namespace)
                || fact.identity.namespace.isEmpty
        else { return false }
        switch fact.identity.noun {
        case "nft":
            let kind = fact.identity.name.prefix { $0 != " " }
            return phrase.qualifiers["add"]?.firstRange(of: kind) != nil
        case "file": return phrase.word == "file.create" || phrase.word == "file.rename"
        default: return false
        }
    }

    /// Whether what stands behind the word of an operation is an object whose name begins so: of VLANs, one of a list or a range.
    private static func names(_ phrase: Phrase, _ first: String) -> Bool {
        guard phrase.noun == "vlan", let number = Int(first.prefix { $0 != "-" }) else {
            return Pattern(phrase.argument).matches(first)
        }
        return phrase.argument.split(separator: ",").contains { part in
            let ends = part.split(separator: "-").compactMap { Int($0.filter(\.isNumber)) }
            return ends.count == 2 ? (ends[0]...max(ends[0], ends[1])).contains(number) : ends == [number]
        }
    }

    /// Whether an operation takes an object away by what it says.
    static func removes(_ phrase: Phrase, _ fact: Fact) -> Bool {
        let name = fact.identity.name
        let first = name.split(separator: " ").first.map(String.init) ?? ""
        let isHere = NamespaceRole.name(phrase.namespace ?? "host") == NamespaceRole.name(fact.identity.namespace)
        switch fact.identity.noun {
        case "link": return phrase.word == "link.delete" && phrase.argument == name && isHere
        case _ where Fact.nounsByFirstWord.contains(fact.identity.noun):
            return phrase.word == "\(fact.identity.noun).delete" && isHere && phrase.isAbout(fact)
                && names(phrase, first)
        case "nft":
            let words = name.split(separator: " ").map(String.init)
            guard phrase.word == "nft.commit", isHere, words.count >= 3, let deleted = phrase.qualifiers["delete"]
            else { return false }
            let tables = phrase.argument.split(separator: ",").map { $0.drop { $0 == " " } }
            guard tables.contains("\(words[1]) \(words[2])") else { return false }
            let chains = phrase.qualifiers["chain"]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
            return deleted.firstRange(of: words[0]) != nil
                && (words.count == 3 || chains.isEmpty || chains.contains { words.dropFirst(3).contains(String($0)) })
        case "file":
            return phrase.word == "file.delete" && phrase.argument == name
                || phrase.word == "file.rename" && phrase.argument == name
        case "mount": return phrase.word == "mount.unmount" && phrase.argument == name
        case "netns":
            return phrase.word == "netns.unmount" && NamespaceRole.name(phrase.argument) == NamespaceRole.name(name)
                || phrase.word == "file.delete" && phrase.argument == "/run/netns/\(name)"
        default: return false
        }
    }

    /// Whether an operation makes an object by what it says.
    static func makes(_ phrase: Phrase, _ fact: Fact) -> Bool {
        let name = fact.identity.name
        let words = name.split(separator: " ").map(String.init)
        let first = words.first ?? ""
        let namespace = NamespaceRole.name(fact.identity.namespace)
        switch fact.identity.noun {
        case "link":
            if phrase.word == "link.create" { return phrase.argument == name || phrase.qualifiers["peer"] == name }
            return phrase.word == "link.set" && phrase.qualifiers["name"] == name
        case _ where Fact.nounsByFirstWord.contains(fact.identity.noun):
            guard phrase.noun == fact.identity.noun, NamespaceRole.name(phrase.namespace ?? "host") == namespace,
                names(phrase, first) || phrase.argument == "::/0" && first == "default"
            else { return false }
            // What only one of the two says tells nothing, but a gateway: a route without one is another route.
            return ["dev", "table", "metric", "priority", "proxy", "protocol"].allSatisfy { name in
                guard let mine = phrase.qualifiers[name], let there = fact.attributes[name] else { return true }
                return mine == there
            } && (phrase.noun != "route" || phrase.qualifiers["via"] == fact.attributes["via"])
        case "nft":
            // A commit names its table and perhaps its chain: `chain ip nat CNI-a`, `rule ip nat CNI-a #1`.
            guard phrase.noun == "nft", NamespaceRole.name(phrase.namespace ?? "host") == namespace, words.count >= 3
            else {
                return false
            }
            let tables = phrase.argument.split(separator: ",").map { $0.drop { $0 == " " } }
            guard phrase.qualifiers["add"] != nil, tables.contains("\(words[1]) \(words[2])") else { return false }
            // `chain ip nat CNI-a`, `rule ip nat CNI-a #1`: the commit names the chains that it touches.
            let chains = phrase.qualifiers["chain"]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
            return words.count == 3 || chains.contains { words.dropFirst(3).contains(String($0)) }
        case "file": return phrase.noun == "file" && (phrase.argument == name || phrase.qualifiers["to"] == name)
        case "mount": return phrase.noun == "mount" && phrase.argument == name
        case "netns":
            // A name is a file before it leads to a namespace.
            return phrase.word == "file.create" && phrase.argument == "/run/netns/\(name)"
                || phrase.noun == "netns" && NamespaceRole.name(phrase.argument) == NamespaceRole.name(name)
        case "process":
            return phrase.word == "exec"
                && phrase.argument.split(separator: "/").last == first.split(separator: "/").last
        default: return false
        }
    }
}

extension Phrase {
    /// Whether it is an operation that may make an object.
    var isMaking: Bool { Evidence.makingWords.contains(word) }

    /// The names of the namespaces that an operation names, in which it is done, or whose file below /run/netns it means.
    var namespacesNamed: Set<String> {
        var all = [namespace, qualifiers["netns"], qualifiers["peer-netns"]].compactMap(\.self)
        if noun == "netns" { all.append(argument) }
        if argument.contains("/run/netns/"), let name = argument.split(separator: "/").last { all.append(String(name)) }
        if word == "exec", let argv = qualifiers["argv"] { all += argv.split { " \"".contains($0) }.map(String.init) }
        return Set(all.map(NamespaceRole.name))
    }
}
