import Model

/// A change of an object comes to the same before and after an operation that has nothing to do with it.
struct IndependentFootprint: PruningPass {
    let name = "independent"
    let reason = "the operation between two such changes has nothing to do with their object"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        guard let object = candidate.object else { return .kept }
        let place = view.place(candidate)
        // At the moment before an operation that leaves the object alone, it may as well be after it.
        if candidate.side == .before {
            guard !place.operation.mayTouch(object), place.isStable else { return .kept }
            if let next = view.next(place), next.isStable, let number = view.other(candidate, at: next.number, .before)
            {
                return .shown(by: number)
            }
            return view.other(candidate, .after).map { .shown(by: $0) } ?? .kept
        }
        // After it, another thread may come first: what it does is the next place.
        guard let next = view.next(place), next.isStable else { return .kept }
        return view.other(candidate, at: next.number, .before).map { .shown(by: $0) } ?? .kept
    }
}

extension Operation {
    /// Whether it could notice, or depend on, the loss of an object; in doubt it could.
    func mayTouch(_ object: ExploredObject) -> Bool {
        let texts = [phrase.argument] + phrase.qualifiers.values
        switch object.noun {
        case "netns":
            let roles = [phrase.namespace ?? "host", callerNamespace].compactMap { $0 }.map(NamespaceRole.name)
            if roles.contains(object.name) || phrase.noun == "netns" || phrase.noun == "nsid" { return true }
            return mentions(object.name, in: texts)
        case "file":
            guard phrase.noun == "file" || phrase.noun == "mount" || phrase.noun == "exec" else { return false }
            return texts.contains { text in
                text == object.name || text.hasPrefix(object.name + "/") || object.name.hasPrefix(text + "/")
                    || text.contains(object.name)
            }
        default:
            guard row?.isNetlink == true || ["sysctl", "tun", "address", "multicast", "iptables"].contains(phrase.noun)
            else {
                // Whoever enters the namespace, or begins in it, learns nothing of its devices.
                return false
            }
            guard
                NamespaceRole.name(phrase.namespace ?? "host") == NamespaceRole.name(object.namespace)
                    || mentions(object.name, in: texts)
            else { return false }
            // A list shows everything there is, and a request that names another device does not.
            if phrase.verb == "list" || row == nil || phrase.noun == "raw" { return true }
            if object.noun == "nft" { return phrase.noun == "nft" }
            if phrase.noun == "nft" { return false }
            let names = [object.name, object.device].compactMap { $0 }
            if phrase.noun == object.noun, object.device == nil, phrase.argument == object.name { return true }
            if names.contains(where: { mentions($0, in: texts) }) { return true }
            // Routes are reached by addresses and devices that they do not name.
            return phrase.noun == "route" || object.noun == "route"
        }
    }

    private func mentions(_ name: String, in texts: [String]) -> Bool {
        texts.contains { text in text == name || text.contains(name) }
    }
}
