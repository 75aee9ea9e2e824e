import Model

extension ConditionParser {
    /// What stands behind each `since` of a condition, with its place.
    static func sinces(of tree: Tree?) -> [(text: String, position: Position)] {
        guard let tree else { return [] }
        let own = tree["log"] == nil ? nil : tree["since"]
        return (own?.text.map { [($0, own?.position ?? tree.position)] } ?? []) + sinces(of: tree["not"])
    }

    /// What stands behind each `fired` of a condition, with its place.
    static func faults(of tree: Tree?) -> [(text: String, position: Position)] {
        guard let tree else { return [] }
        let own = tree["fired"]
        return (own?.text.map { [($0, own?.position ?? tree.position)] } ?? []) + faults(of: tree["not"])
    }

    func text(_ tree: Tree, _ word: String) -> String? {
        guard let text = tree.text else {
            diagnostics.add(tree.position, "`\(word)` is a text")
            return nil
        }
        return tree.isUnbound ? nil : text
    }

    func object(_ tree: Tree) -> Phrase? {
        PhraseParser(diagnostics: diagnostics, kind: .object).parse(tree)?.phrase
    }

    /// A part of a line, or `/regex/`.
    func log(_ value: Tree, in tree: Tree) -> Condition? {
        guard let text = text(value, "log") else { return nil }
        if text.isEmpty {
            diagnostics.add(value.position, "`log` has no value")
            return nil
        }
        guard let pattern = ConditionParser.pattern(text, at: value.position, diagnostics) else { return nil }
        if let agent = tree["agent"], let name = agent.text, !agents.contains(name) {
            diagnostics.add(agent.position, "no agent `\(name)`", misspelt: name, among: agents)
            return nil
        }
        if place == .ready, let since = tree["since"] {
            diagnostics.add(
                since.position, "`since` says nothing in `ready`: it looks at what was said since the start")
            return nil
        }
        return .log(pattern, agent: tree["agent"]?.text, since: tree["since"]?.text)
    }

    /// An agent of the scenario.
    func running(_ value: Tree) -> Condition? {
        guard let name = text(value, "running") else { return nil }
        guard agents.contains(name) else {
            diagnostics.add(value.position, "no agent `\(name)`", misspelt: name, among: agents)
            return nil
        }
        return .running(agent: name)
    }

    /// What is looked for in a line: a part of it, or `/regex/`.
    static func pattern(_ text: String, at position: Position, _ diagnostics: Diagnostics) -> LogPattern? {
        guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else { return .text(text) }
        let pattern = LogPattern.expression(String(text.dropFirst().dropLast()))
        if let problem = pattern.problem {
            diagnostics.add(position, "`\(text)` is no regular expression: \(problem)")
            return nil
        }
        return pattern
    }

    func tcp(_ value: Tree, in tree: Tree) -> Condition? {
        guard let (address, port) = endpoint(value, "tcp"), let from = namespace("from", of: tree) else { return nil }
        guard let server = tree["server"] else {
            return .tcp(address: address, port: port, from: from, server: nil)
        }
        let checker = Checker(diagnostics: diagnostics)
        checker.checkKeys(server, Schema.server)
        guard server.entries != nil else {
            diagnostics.add(server.position, "\(Schema.server.what) is a map of keys")
            return nil
        }
        guard let at = server["at"], let (own, ownPort) = endpoint(at, "at"), let place = namespace("in", of: server)
        else { return nil }
        return .tcp(
            address: address, port: port, from: from, server: TCPServer(namespace: place, address: own, port: ownPort))
    }

    /// `ADDRESS:PORT`, an IPv6 address in brackets.
    private func endpoint(_ tree: Tree, _ word: String) -> (address: String, port: Int)? {
        guard let text = text(tree, word) else { return nil }
        if let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        {
            let address = text[..<colon]
            let isBracketed = address.hasPrefix("[") && address.hasSuffix("]")
            let plain = isBracketed ? address.dropFirst().dropLast() : address
            if Prefix(plain) != nil, !plain.contains("/"), plain.contains(":") == isBracketed {
                return (String(plain), port)
            }
        }
        diagnostics.add(tree.position, "`\(text)` is no ADDRESS:PORT")
        return nil
    }

    /// The namespace that a key names; `host` where it is left out.
    func namespace(_ key: String, of tree: Tree) -> String? {
        guard let value = tree[key] else { return "host" }
        guard let text = text(value, key) else { return nil }
        guard Text.isNamespace(text), Pattern(text).isLiteral else {
            let why =
                Pattern(text).isLiteral ? "is no name of a namespace" : "is a pattern: a check names one namespace"
            diagnostics.add(value.position, "`\(text)` \(why)")
            return nil
        }
        return text
    }

    /// What only a point can wait for.
    func onlyOnce(_ word: String, _ value: Tree) -> Condition? {
        guard place == .countingFrom else {
            diagnostics.add(value.position, "`\(word)` is for `\(Point.countingFromKey)`")
            return nil
        }
        guard let text = text(value, word) else { return nil }
        guard word == "time" else { return .fired(text) }
        guard let time = Text.duration(text) else {
            diagnostics.add(value.position, Text.noDuration(text))
            return nil
        }
        return .time(time)
    }
}
