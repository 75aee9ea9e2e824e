extension Phrase {
    /// Whether this pattern means `operation`.
    ///
    /// The word must be the same; the argument, every qualifier and `in` are patterns. `by` is compared with the program,
    /// `result` with what came of it (so it can only match once that is known).
    public func matches(_ operation: Operation) -> Bool {
        guard word == operation.phrase.word, argumentMatches(operation.phrase) else { return false }
        if let namespace, !NamespaceRole.pattern(namespace, means: operation.phrase.namespace ?? "host") {
            return false
        }
        return qualifiers.allSatisfy { name, text in
            switch name {
            case "by": Pattern(text).matches(operation.program)
            case "result": Pattern(text).matches(operation.result.description)
            default: (operation.phrase.qualifiers[name] ?? usual(name)).map { means($0, by: text, of: name) } ?? false
            }
        }
    }

    /// Whether this pattern of an object means the one that `identity` names, with these attributes.
    ///
    /// A table, a mark and a prefix are compared by value: `table: 254` is `main`, and `0.0.0.0/0` is IPv4's `default`.
    public func matches(_ fact: Fact) -> Bool {
        guard noun == fact.identity.noun else { return false }
        let name = fact.identity.name
        guard
            Pattern(argument).matches(name) || Pattern(argument).matches(String(name.prefix { $0 != " " }))
                || meansEverything(of: fact) || noun == "nft" && Pattern(argument).matches(ObjectText.line(fact))
        else { return false }
        if let namespace, !NamespaceRole.pattern(namespace, means: fact.identity.namespace) { return false }
        return qualifiers.allSatisfy { name, text in
            guard let value = fact.attributes[name] else { return false }
            if Pattern(canonical(text, of: name)).matches(canonical(value, of: name)) { return true }
            // Of a rule of a packet filter also as a report says it.
            guard noun == "nft", name == "text" else { return false }
            return Pattern(text).matches(RuleText.line(value, family: fact.attributes["family"] ?? ""))
        }
    }

    /// Whether the argument is the prefix of all addresses, or all that is within it, and the fact is the `default` or the
    /// `all` of that family.
    private func meansEverything(of fact: Fact) -> Bool {
        if argument == "within default" { return meansWithinDefault(fact.identity.noun) }
        if argument == "all", noun == "route" { return fact.identity.name.split(separator: " ").first == "default" }
        guard let prefix = Prefix(argumentWithoutWithin), prefix.length == 0 else { return false }
        let words = fact.identity.name.split(separator: " ")
        guard words.first == "default" && noun == "route" || words.first == "all" && noun == "rule" else {
            return false
        }
        return words.contains("inet6") == (prefix.bytes.count == 16)
    }

    /// `within default` is every route, rule and address of both families, as `within 0.0.0.0/0` is every one of IPv4.
    private func meansWithinDefault(_ noun: String) -> Bool { ["route", "rule", "address"].contains(noun) }

    /// The prefix behind `within`.
    private var argumentWithoutWithin: Substring {
        argument.hasPrefix("within ") ? argument.dropFirst(7) : argument[...]
    }

    /// What ip(8) says of a key where nothing else is said, which operations leave out; nil for any other key.
    private func usual(_ key: String) -> String? {
        let makes = ["add", "append", "change", "replace"].contains(verb)
        return switch (noun, key) {
        case ("route", "table") where makes || verb == "delete": "main"
        case ("route", "proto") where makes: "boot"
        case ("route", "scope") where makes, ("address", "scope") where makes: "global"
        case ("neighbour", "state") where makes: "permanent"
        default: nil
        }
    }

    /// The text of a qualifier as facts and operations print it.
    private func canonical(_ text: String, of name: String) -> String {
        if noun == "file", name == "mode", text.count > 1 { return String(text.drop { $0 == "0" }) }
        guard noun == "route" || noun == "rule" else { return text }
        switch name {
        case "table": return RoutingTable.canonical(text)
        case "fwmark": return FirewallMark.canonical(text)
        case "proto": return RoutingProtocol.canonical(text)
        case "sport", "dport": return PortRange.canonical(text)
        default: return text
        }
    }

    /// A program is meant by its name or, where the pattern holds a slash, by its path; a namespace by name or role.
    private func argumentMatches(_ phrase: Phrase) -> Bool {
        let pattern = Pattern(argument)
        if pattern.matches(phrase.argument) { return true }
        if noun == "netns" { return NamespaceRole.pattern(argument, means: phrase.argument) }
        if argument == "within default", meansWithinDefault(noun) { return true }
        if noun == "route" || noun == "rule", meansAll(phrase) { return true }
        if OperationTable.row(word)?.argument == .tables { return pattern.matches(anyOf: phrase.argument) }
        guard word == "exec", !argument.contains("/"), let name = phrase.argument.split(separator: "/").last else {
            return false
        }
        return pattern.matches(String(name))
    }
}

extension Phrase {
    /// Whether the text means the value of a key; of several values, as a route with two gateways has, one is enough.
    private func means(_ value: String, by text: String, of key: String) -> Bool {
        let pattern = Pattern(canonical(text, of: key))
        if pattern.matches(canonical(value, of: key)) { return true }
        guard OperationTable.row(word)?.qualifier(key)?.isList == true else { return false }
        return pattern.matches(anyOf: value)
    }

    /// Whether both are the prefix of all addresses: `default` is that of IPv4 and IPv6, `0.0.0.0/0` of IPv4 alone.
    private func meansAll(_ operation: Phrase) -> Bool {
        let words = ["default", "all"]
        if words.contains(argument) { return Prefix(operation.argument)?.length == 0 }
        guard let mine = Prefix(argumentWithoutWithin), mine.length == 0, words.contains(operation.argument) else {
            return false
        }
        // The default route of IPv6 is `::/0` in an operation.
        return mine.bytes.count == 4
    }
}

extension Pattern {
    /// Whether one of several values, with commas between them, is meant.
    fileprivate func matches(anyOf list: String) -> Bool {
        list.contains(",") && list.split(separator: ",").contains { matches(String($0.drop { $0 == " " })) }
    }
}
