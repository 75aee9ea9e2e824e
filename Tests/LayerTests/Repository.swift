import FoundationEssentials

/// The repository that these tests are part of, as files.
enum Repository {
    /// Where its `Package.swift` stands.
    static let root: String = {
        // Tests/LayerTests/Repository.swift: three names up, behind any link.
        URL(filePath: #filePath).resolvingSymlinksInPath().path().split(separator: "/").dropLast(3).map { "/\($0)" }
            .joined()
    }()

    /// The text of one of its files.
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    /// The names of the folders in one of its folders.
    static func folders(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(path)").filter { name in
            var isFolder = false
            return FileManager.default.fileExists(atPath: "\(root)/\(path)/\(name)", isDirectory: &isFolder) && isFolder
        }.sorted()
    }

    /// The files below one of its folders whose names end so, as paths from the root.
    static func files(below path: String, endingIn endings: [String]) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(path)")
            .filter { name in endings.contains { name.hasSuffix($0) } }
            .map { "\(path)/\($0)" }.sorted()
    }

    /// The modules that a Swift file imports, whatever stands before the word.
    static func imports(of path: String) throws -> [String] {
        try text(path).split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")
            while let first = words.first, first.hasPrefix("@") || modifiers.contains(String(first)) {
                words.removeFirst()
            }
            guard words.first == "import", var module = words.dropFirst().first else { return nil }
            // `import struct Module.Name` and `import Module.Name` are both of Module.
            if kinds.contains(String(module)), let next = words.dropFirst(2).first { module = next }
            return String(module.prefix { $0 != "." && $0 != ";" })
        }
    }

    private static let modifiers: Set<String> = ["public", "internal", "package", "private", "fileprivate"]
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
}

/// One row of the table in `docs/layers.md`.
struct Layer: Hashable {
    var name: String
    var mayImport: Set<String>

    /// The rows, in their order.
    static func table() throws -> [Layer] {
        try Repository.text("docs/layers.md").split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
            guard line.hasPrefix("|"), cells.count == 3, let name = cells[0].first, name != "layer",
                !name.hasPrefix("-")
            else { return nil }
            return Layer(name: name, mayImport: Set(cells[1]).subtracting(["-"]))
        }
    }
}
