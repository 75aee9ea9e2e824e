import Model

/// An object that an agent acts on, as far as a change of the world can name it.
public struct ExploredObject: Hashable, Codable, Sendable {
    /// `netns`, `link`, `address`, `route`, `rule`, `neighbour`, `nft`, `file`.
    public var noun: String
    /// Which one, as the agent says it.
    public var name: String
    /// The device that it is on, where that tells it from its like.
    public var device: String?
    /// The role of its namespace; empty for objects that stand in none.
    public var namespace: String

    /// Makes an object.
    public init(_ noun: String, _ name: String, device: String? = nil, in namespace: String = "") {
        self.noun = noun
        self.name = name
        self.device = device
        self.namespace = namespace
    }

    /// The kinds that a change of the world can take away.
    static let nouns: Set<String> = ["netns", "link", "address", "route", "rule", "neighbour", "nft", "file"]
    /// The kinds of which a snapshot holds every one there is.
    static let complete: Set<String> = nouns.subtracting(["file"])

    /// The objects that an operation acts on, and what it does to each.
    static func touched(by operation: Operation) -> [(object: ExploredObject, kind: OperationRow.Effect.Kind)] {
        operation.effects.compactMap { effect in
            guard nouns.contains(effect.noun), !effect.name.isEmpty, effect.name != "all" else { return nil }
            var object = ExploredObject(effect.noun, effect.name)
            switch effect.noun {
            case "netns":
                object.name = NamespaceRole.name(effect.name)
                // The host's own namespace, and those that never had a name, bear none that could be taken away.
                guard object.name != "host", !object.name.contains("("), !object.name.contains("/") else { return nil }
            case "file":
                guard effect.name.hasPrefix("/"), !effect.name.hasPrefix("/proc/"), !effect.name.hasPrefix("/sys/"),
                    !effect.name.hasPrefix("/dev/")
                else { return nil }
            case "nft":
                object.name = "table \(effect.name)"
                object.namespace = effect.namespace
            default:
                object.namespace = effect.namespace
                object.device = operation.phrase.qualifiers["dev"]
            }
            return (object, effect.kind)
        }
    }

    /// The name of a namespace whose file has this path; nil for any other file.
    static func namespaceName(_ path: String) -> String? {
        for folder in ["/run/netns/", "/var/run/netns/"] where path.hasPrefix(folder) {
            let name = path.dropFirst(folder.count)
            return name.isEmpty || name.contains("/") ? nil : String(name)
        }
        return nil
    }

    /// The object as an action names it.
    func phrase(_ naming: (String) -> String) -> Phrase {
        let name = naming(noun == "netns" ? self.name : Pattern.literal(self.name))
        return Phrase(
            noun, name, device.map { ["dev": naming(Pattern.literal($0))] } ?? [:],
            in: namespace.isEmpty ? nil : naming(Pattern.literal(NamespaceRole.name(namespace))))
    }

    /// Whether a state has it.
    func isThere(in state: Snapshot) -> Bool {
        if noun == "netns" {
            return state.facts.contains {
                $0.identity.noun == "netns" && $0.identity.name == name && $0.attributes["state"] != "unnamed"
            }
        }
        let pattern = phrase { $0 }
        return state.facts.contains { pattern.matches($0) }
    }
}

extension ExploredObject: Comparable {
    /// By namespace, kind and name.
    public static func < (left: Self, right: Self) -> Bool {
        (left.namespace, left.noun, left.name, left.device ?? "")
            < (right.namespace, right.noun, right.name, right.device ?? "")
    }
}
