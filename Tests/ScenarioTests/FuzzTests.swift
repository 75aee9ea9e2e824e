import Scenario
import Testing

/// Whatever a file holds, loading it ends with plans or diagnostics.
@Suite struct FuzzTests {
    private static let path = "cni-namespace-replaced.yaml"
    private static let texts = [Examples.files, Examples.neutron, Examples.world].reduce(into: [:]) { texts, files in
        texts.merge(files.texts) { first, _ in first }
    }
    /// A file that is broken, and the one that uses it.
    private static let pairs = [
        ("cni.yaml", path), (path, path), ("neutron.yaml", "neutron-and-cleaner.yaml"),
        ("neutron-and-cleaner.yaml", "neutron-and-cleaner.yaml"), ("keepalived.yaml", "keepalived-link-down.yaml"),
        ("keepalived-link-down.yaml", "keepalived-link-down.yaml"),
        ("address-add-causes.yaml", "address-add-causes.yaml"),
    ]

    /// Loads the files with one of them replaced; every diagnostic must have a place.
    private func load(_ name: String, _ bytes: [UInt8], as path: String = FuzzTests.path) {
        let texts = FuzzTests.texts
        let environment = LoadEnvironment(agentsFolder: "/agents", currentFolder: "/base") { path in
            path == name ? bytes : texts[path].map { Array($0.utf8) }
        }
        do {
            _ = try loadPlans(path: path, environment: environment)
        } catch {
            #expect(!error.diagnostics.isEmpty)
            #expect(error.diagnostics.allSatisfy { $0.line > 0 && $0.column > 0 && !$0.message.isEmpty })
        }
    }

    @Test(arguments: pairs) func truncated(name: String, path: String) throws {
        let bytes = try Array(#require(FuzzTests.texts[name]).utf8)
        for length in stride(from: 0, to: bytes.count, by: 3) { load(name, Array(bytes[..<length]), as: path) }
    }

    @Test(arguments: pairs) func oneByteOther(name: String, path: String) throws {
        var generator = Xorshift(state: 0x2545_f491_4f6c_dd1d)
        let bytes = try Array(#require(FuzzTests.texts[name]).utf8)
        let marks = Array("{}[],:&*#!|>'\"%@`-?$()\n\t \\0x\u{0}".utf8)
        for _ in 0..<600 {
            var changed = bytes
            let place = Int(generator.next() % UInt64(bytes.count))
            let mark = marks[Int(generator.next() % UInt64(marks.count))]
            switch generator.next() % 3 {
            case 0: changed[place] = mark
            case 1: changed.insert(mark, at: place)
            default: changed[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            load(name, changed, as: path)
        }
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "&a [*a, ", "!!set {", "a:\n "]) func deep(opening: String) {
        load("x.yaml", Array(String(repeating: opening, count: 20_000).utf8), as: "x.yaml")
    }

    @Test func variablesOneInAnotherEndBeforeTheStackDoes() {
        var text = "tocsin: 1\nvariables:\n"
        for level in 1...20_000 { text += "  a\(level): $(a\(level + 1))\n" }
        load("x.yaml", Array("\(text)  a20001: x\n".utf8), as: "x.yaml")
    }

    @Test func aliasesThatDouble() {
        var text = "tocsin: 1\na0: &a0 [x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        load("x.yaml", Array(text.utf8), as: "x.yaml")
    }

    @Test(arguments: [
        "see: $(a40)", "host: { files: { /a: { json: $(a40) } } }", "matrix: { m: [$(a40)] }\nsee: [$(m)]",
    ])
    func listsThatDouble(line: String) {
        var text = "tocsin: 1\n\(line)\nvariables:\n  a0: [x]\n"
        for level in 1...40 { text += "  a\(level): [$(a\(level - 1)), $(a\(level - 1))]\n" }
        load("x.yaml", Array(text.utf8), as: "x.yaml")
    }

    private struct Xorshift {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
