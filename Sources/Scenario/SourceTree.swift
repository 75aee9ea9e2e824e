/// Reads a scenario file and what it uses into one tree.
struct SourceTree {
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    /// The merged tree; nil where a file cannot be read, which the diagnostics then say.
    func load(_ path: String) -> Tree? {
        let start = Position(file: path, line: 1, column: 1)
        return load(path, named: path, at: start, chain: [])
    }

    private func load(_ path: String, named name: String, at position: Position, chain: [String]) -> Tree? {
        guard !chain.contains(path) else {
            diagnostics.add(position, "\(name) uses itself")
            return nil
        }
        guard let text = SourceFile.read(path, named: name, at: position, environment, diagnostics),
            let tree = read(text, of: path)
        else { return nil }
        guard tree.entries != nil else {
            diagnostics.add(tree.position, "a scenario is a map of keys")
            return nil
        }
        Checker(diagnostics: diagnostics).checkKeys(tree, Schema.file)
        if let version = tree["tocsin"], version.text != "1" {
            diagnostics.add(
                version.position, "format `\(version.lineText)` is not known: this is the reader of format 1")
        }
        guard let use = tree["use"] else {
            if let lines = tree["disallow"] {
                diagnostics.add(lines.position, "`disallow` takes back what a used file allows: this one uses none")
            }
            return tree
        }
        guard let used = use.text, !used.isEmpty else {
            diagnostics.add(use.position, "`use` is the path of a file")
            return nil
        }
        guard used.split(separator: "/").last.map({ $0 != "." && $0 != ".." }) ?? false, !used.hasSuffix("/") else {
            diagnostics.add(use.position, "`\(used)` is a folder: `use` is the path of a file")
            return nil
        }
        let place = FilePath.join(FilePath.folder(of: path), used)
        return load(place, named: used, at: use.position, chain: chain + [path]).map { base in
            SourceTree.merge(tree.removing("disallow"), over: without(tree["disallow"], base))
        }
    }

    /// What a file allows without those lines that another takes back: they are about the same, whatever their reasons.
    private func without(_ lines: Tree?, _ base: Tree) -> Tree {
        func isSame(_ line: Tree, _ other: Tree) -> Bool {
            let mine = line.entries?.first { !["because", "if"].contains($0.key) }
            let theirs = other.entries?.first { !["because", "if"].contains($0.key) }
            guard let mine, let theirs else { return false }
            return mine.key == theirs.key && mine.value.lineText == theirs.value.lineText
        }
        var base = base
        for line in lines?.list ?? [] {
            let allowed = base["allow"]?.list ?? []
            let rest = allowed.filter { !isSame($0, line) }
            guard rest.count < allowed.count, var both = base["allow"] else {
                diagnostics.add(line.position, "no file that this one uses allows that")
                continue
            }
            both.content = .list(rest)
            base = base.setting("allow", to: both)
        }
        return base
    }

    private func read(_ text: String, of path: String) -> Tree? {
        var reader = YAMLReader(file: path, diagnostics: diagnostics)
        return reader.read(text)
    }

    /// Each top-level key that `tree` has not is the other file's; three merge by name, `allow` adds up.
    static func merge(_ tree: Tree, over base: Tree) -> Tree {
        var result = tree.adding(base)
        if let mine = tree["variables"], let theirs = base["variables"] {
            result = result.setting("variables", to: mine.adding(theirs))
        }
        if let mine = tree["agents"], let theirs = base["agents"] {
            result = result.setting("agents", to: agents(mine, over: theirs))
        }
        if let mine = tree["allow"]?.list, let theirs = base["allow"]?.list, var both = tree["allow"] {
            both.content = .list(theirs + mine)
            result = result.setting("allow", to: both)
        }
        return result
    }

    private static func agents(_ mine: Tree, over theirs: Tree) -> Tree {
        var result = mine.adding(theirs)
        for entry in mine.entries ?? [] {
            guard let base = theirs[entry.key] else { continue }
            var agent = entry.value.adding(base)
            if let commands = entry.value["commands"], let others = base["commands"] {
                agent = agent.setting("commands", to: commands.adding(others))
            }
            result = result.setting(entry.key, to: agent)
        }
        return result
    }
}
