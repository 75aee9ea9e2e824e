/// The targets that `Package.swift` declares, read as text.
enum Manifest {
    /// The modules that each target of Sources depends on, packages' products by their module.
    static func targets() throws -> [String: Set<String>] {
        // A long call stands on several lines.
        let text = try Repository.text("Package.swift").replacing(/\(\s+/) { _ in "(" }
        let products = Self.products(in: text)
        var found: [String: Set<String>] = [:]
        for opening in ["layer(\"", ".executableTarget(", ".target(name: \"", ".systemLibrary("] {
            for call in calls(of: opening, in: text) {
                let strings = quoted(call.prefix { $0 != "[" })
                guard let name = strings.first else { continue }
                let list = call.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
                guard opening.hasPrefix("layer") || opening.hasPrefix(".executable") else {
                    found[name] = []
                    continue
                }
                let words = list.split { !$0.isLetter && !$0.isNumber && $0 != "\"" }.map(String.init)
                found[name] = Set(quoted(list)).union(words.compactMap { products[$0] })
            }
        }
        return found
    }

    /// `let yams: Target.Dependency = .product(name: "Yams", ...)` by the name of the constant.
    private static func products(in text: String) -> [String: String] {
        var products: [String: String] = [:]
        for line in text.split(separator: "\n") where line.contains(": Target.Dependency = .product(") {
            guard let name = line.dropFirst("let ".count).split(separator: ":").first,
                let module = quoted(line).first
            else { continue }
            products[String(name)] = module
        }
        return products
    }

    /// What stands in the brackets of each call that begins so, with what the opening has of it.
    private static func calls(of opening: String, in text: String) -> [Substring] {
        var calls: [Substring] = []
        var rest = text[...]
        while let start = rest.firstRange(of: opening) {
            var depth = 0
            var end = start.lowerBound
            while end < rest.endIndex {
                if rest[end] == "(" { depth += 1 }
                if rest[end] == ")" {
                    depth -= 1
                    if depth == 0 { break }
                }
                end = rest.index(after: end)
            }
            calls.append(rest[start.lowerBound..<end])
            rest = rest[end...]
        }
        return calls
    }

    private static func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
