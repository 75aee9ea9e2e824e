import Model

/// Operations by the objects that they can have made or taken away, so that each finding need not look at all of them.
///
/// What is found by it only may be meant: ``Evidence/makes(_:_:)`` and ``Evidence/removes(_:_:)`` decide.
struct MakerIndex<Element> {
    /// All of them, in their order.
    let all: [Element]
    private var places: [String: [Int]] = [:]

    init(_ all: [Element], phrase: (Element) -> Phrase) {
        self.all = all
        for (place, element) in all.enumerated() {
            for key in Set(MakerIndex.keys(of: phrase(element))) { places[key, default: []].append(place) }
        }
    }

    /// Those that can have made an object, in their order.
    func makers(of fact: Fact) -> [Element] { elements(MakerIndex.keys(of: fact)) }

    /// Those that can have taken an object away, in their order.
    func removers(of fact: Fact) -> [Element] {
        // A commit that takes things out of a table need not name their chain.
        guard fact.identity.noun == "nft" else { return makers(of: fact) }
        return elements([MakerIndex.table(of: fact.identity.name)])
    }

    private func elements(_ keys: [String]) -> [Element] {
        let found = keys.compactMap { places[$0] }
        return found.count == 1 ? found[0].map { all[$0] } : Set(found.joined()).sorted().map { all[$0] }
    }

    private static func table(of name: String) -> String {
        "nft \(name.split(separator: " ").dropFirst().prefix(2).joined(separator: " "))"
    }

    private static func keys(of fact: Fact) -> [String] {
        let (noun, name) = (fact.identity.noun, fact.identity.name)
        let first = name.split(separator: " ").first.map(String.init) ?? ""
        switch noun {
        case _ where Fact.nounsByFirstWord.contains(noun): return ["\(noun) \(first)", "\(noun) *"]
        case "nft":
            let words = name.split(separator: " ")
            return words.count <= 3 ? [table(of: name)] : words.dropFirst(3).map { "\(table(of: name)) \($0)" }
        case "netns": return ["netns \(NamespaceRole.name(name))", "file /run/netns/\(name)"]
        case "process": return ["exec \(first.split(separator: "/").last ?? "")"]
        default: return ["\(noun) \(name)"]
        }
    }

    private static func keys(of phrase: Phrase) -> [String] {
        let (noun, argument) = (phrase.noun, phrase.argument)
        switch noun {
        case _ where Fact.nounsByFirstWord.contains(noun):
            let isSeveral = noun == "vlan" && argument.contains { "-,".contains($0) }
            if isSeveral || argument.contains(where: { "*?[".contains($0) }) { return ["\(noun) *"] }
            return ["\(noun) \(argument)"] + (argument == "::/0" ? ["\(noun) default"] : [])
        case "nft":
            let chains = phrase.qualifiers["chain"]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
            return argument.split(separator: ",").flatMap { table in
                let table = "nft \(table.drop { $0 == " " })"
                return [table] + chains.map { "\(table) \($0)" }
            }
        case "netns": return ["netns \(NamespaceRole.name(argument))"]
        case "exec": return ["exec \(argument.split(separator: "/").last ?? "")"]
        default:
            return [argument, phrase.qualifiers["peer"], phrase.qualifiers["name"], phrase.qualifiers["to"]]
                .compactMap(\.self).map { "\(noun) \($0)" }
        }
    }
}

extension MakerIndex: Sendable where Element: Sendable {}
