import Model

/// Says where a value is not of its shape.
struct Checker {
    let diagnostics: Diagnostics

    /// Checks a value and everything in it.
    func check(_ tree: Tree, _ shape: Shape, called name: String) {
        if tree.isEmpty, !shape.mayBeEmpty {
            diagnostics.add(tree.position, "`\(name)` has no value")
            return
        }
        switch shape {
        case .any, .phrase, .nth: break
        case .table(let table): check(tree, table)
        case .list(let item):
            guard !tree.isUnbound else { return }
            guard let items = tree.list else { return complain(tree, name, "is a list") }
            for tree in items { check(tree, item, called: name) }
        case .some(let item):
            if tree.list?.isEmpty == true { complain(tree, name, "is an empty list: nothing would be right") }
            for tree in tree.list ?? [tree] { check(tree, item, called: name) }
        case .named(let item):
            guard !tree.isUnbound else { return }
            guard let entries = tree.entries else { return complain(tree, name, "is a map of names") }
            for entry in entries { check(entry.value, item, called: entry.key) }
        default:
            guard let text = tree.text else { return complain(tree, name, "is a text") }
            guard !tree.isUnbound else { return }
            if let problem = shape.problem(with: text, called: name) { diagnostics.add(tree.position, problem) }
        }
    }

    /// Checks a map: its keys, and their values.
    func check(_ tree: Tree, _ table: Table) {
        guard !tree.isUnbound else { return }
        guard let entries = tree.entries else {
            diagnostics.add(tree.position, "\(table.what) is a map of keys")
            return
        }
        checkKeys(tree, table)
        for entry in entries {
            if let key = table.key(entry.key), key.isBuilt { check(entry.value, key.shape, called: entry.key) }
        }
    }

    /// Checks the keys of a map and leaves their values.
    func checkKeys(_ tree: Tree, _ table: Table) {
        guard let entries = tree.entries else { return }
        for entry in entries {
            guard let key = table.key(entry.key) else {
                unknown(entry, in: tree, among: table.names)
                continue
            }
            if !key.isBuilt { diagnostics.add(entry.keyPosition, "`\(entry.key)` is not built yet") }
        }
        for key in table.keys where key.isRequired && tree[key.name] == nil {
            diagnostics.add(tree.position, "\(table.what) needs `\(key.name)`")
        }
    }

    /// Says that a key is none, and what was probably meant.
    func unknown(_ entry: Tree.Entry, in tree: Tree, among names: [String]) {
        if tree.isFlow, entry.value.isEmpty {
            diagnostics.add(
                entry.keyPosition, "`\(entry.key)` has no value",
                hint: "is it the rest of the text before it? a text with a comma needs quotes inside { }")
        } else {
            diagnostics.add(
                entry.keyPosition, "unknown key `\(entry.key)`", hint: Suggestion.key(entry.key, among: names))
        }
    }

    private func complain(_ tree: Tree, _ name: String, _ what: String) {
        diagnostics.add(tree.position, "`\(name)` \(what)")
    }
}

extension Shape {
    /// Whether no value at all is one: `commands:` with nothing behind it is not.
    var mayBeEmpty: Bool {
        switch self {
        case .any, .value: true
        default: false
        }
    }

    /// What is wrong with a text of this shape; nil where nothing is.
    func problem(with text: String, called name: String) -> String? {
        switch self {
        case .truth: Text.truth(text) == nil ? "`\(text)` is neither true nor false" : nil
        case .integer(let range):
            Int(text).map { range.contains($0) ? nil : "\($0) is no `\(name)`: \(Text.lineText(range))" }
                ?? "`\(text)` is no whole number"
        case .duration:
            Text.duration(text) == nil ? Text.noDuration(text) : nil
        case .limit:
            Text.duration(text).map { $0 > 0 ? nil : "nothing can be done in a `\(name)` of `\(text)`" }
                ?? Text.noDuration(text)
        case .word(let words):
            words.contains(text)
                ? nil
                : words.count > 20
                    ? "`\(text)` is no word of `\(name)`"
                    : "`\(text)` is none of \(words.map { "`\($0)`" }.joined(separator: " "))"
        case .name: Text.isName(text) ? nil : "`\(text)` is no name: letters, digits, - and _"
        case .path: text.hasPrefix("/") ? nil : "`\(text)` is no path: it begins with /"
        case .interface:
            Text.isInterface(text) ? nil : "`\(text)` is no interface name (15 characters, no / and no %)"
        case .hardwareAddress:
            Text.isHardwareAddress(text) ? nil : "`\(text)` is no hardware address: six pairs of hexadecimal digits"
        case .prefix: Prefix(text) == nil ? "`\(text)` is no address" : nil
        case .address:
            Prefix(text).map { $0.isAddress ? nil : "`\(text)` is a prefix, not one address" }
                ?? "`\(text)` is no address"
        case .routingTable:
            RoutingTable.number(text) == nil ? "`\(text)` is no table: main, local, default or a number from 1" : nil
        case .routingProtocol: ValueType.routingProtocol.problem(with: text)?.message
        case .mark: FirewallMark(text) == nil ? "`\(text)` is no mark: 16, 0x10 or 0x10/0xff" : nil
        case .prefixOr(let words):
            words.contains(text) || Prefix(text) != nil ? nil : "`\(text)` is neither a prefix nor `\(words[0])`"
        case .mode: Text.mode(text) == nil ? "`\(text)` is no mode: three or four octal digits" : nil
        case .weakness:
            text.hasPrefix("CWE-") && Int(text.dropFirst(4)) != nil
                ? nil : "`\(text)` is no weakness: CWE- and a number"
        case .value: nil
        default: text.isEmpty ? "`\(name)` has no value" : nil
        }
    }
}
