import Model

/// Reads `{ text: … }`, `{ json: … }` or `{ file: … }`, with `mode`.
struct ContentParser {
    let environment: LoadEnvironment
    let diagnostics: Diagnostics
    /// Whether it is a file, which has a mode; a standard input has none.
    var isFile = true

    func parse(_ tree: Tree) -> FileContent? {
        guard tree.entries != nil else { return nil }
        if !isFile, let mode = tree["mode"] { diagnostics.add(mode.position, "a standard input has no `mode`") }
        let given = ["text", "json", "file"].filter { tree[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = tree[kind] else {
            diagnostics.add(tree.position, "a content is one of { text: … }, { json: … } and { file: … }")
            return nil
        }
        guard let bytes = bytes(kind, value) else { return nil }
        guard bytes.count <= SourceFile.limit else {
            diagnostics.add(value.position, "a content of \(bytes.count) bytes: at most 1 MB")
            return nil
        }
        return FileContent(bytes: bytes, mode: tree["mode"]?.text.flatMap { Text.mode($0) } ?? 0o644)
    }

    /// A file of the host: a content or a folder, with its owners.
    func file(_ tree: Tree) -> FileContent? {
        guard tree.entries != nil else { return nil }
        var file: FileContent
        if let folder = tree["folder"] {
            if let other = ["text", "json", "file"].first(where: { tree[$0] != nil }) {
                diagnostics.add(folder.position, "`folder` or `\(other)`, not both: a folder has no content")
                return nil
            }
            file = FileContent(
                bytes: [], mode: tree["mode"]?.text.flatMap { Text.mode($0) } ?? 0o755, folder: true)
        } else {
            guard let content = parse(tree) else { return nil }
            file = content
        }
        file.owner = tree["owner"]?.integer.flatMap { UInt32(exactly: $0) }
        file.group = tree["group"]?.integer.flatMap { UInt32(exactly: $0) }
        return file
    }

    private func bytes(_ kind: String, _ value: Tree) -> [UInt8]? {
        switch kind {
        case "json":
            do {
                return Array(try JSONText.write(value).utf8)
            } catch {
                diagnostics.add(error.position, error.message)
                return nil
            }
        case "file":
            guard let name = value.text else { return nil }
            let path = FilePath.join(value.position.folder, name)
            return SourceFile.read(path, named: name, at: value.position, environment, diagnostics).map {
                Array($0.utf8)
            }
        default:
            guard let text = value.text else {
                diagnostics.add(value.position, "`text` is a text")
                return nil
            }
            return Array(text.utf8)
        }
    }
}

/// Reads files that scenarios name.
enum SourceFile {
    /// The largest file that a scenario reads, in bytes.
    static let limit = 1 << 20

    /// The text of the file; nil where it cannot be read, which is said at `position`.
    static func read(
        _ path: String, named name: String, at position: Position, _ environment: LoadEnvironment,
        _ diagnostics: Diagnostics
    ) -> String? {
        guard let bytes = environment.readFile(path) else {
            diagnostics.add(position, "no file \(name)")
            return nil
        }
        guard bytes.count <= limit else {
            diagnostics.add(position, "\(name) is over 1 MB")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            diagnostics.add(position, "\(name) is not UTF-8")
            return nil
        }
        return text
    }
}
