import Model

/// Somebody deletes an address, a route, a rule, a neighbour or a table of nftables.
struct ObjectLoss: FaultSource {
    let name = "objects"
    let meaning =
        "`address.delete`, `route.delete`, `rule.delete`, `neighbour.delete` and `nft.delete` of what the agent acts on"

    func actions(in situation: Situation) -> [Action] {
        situation.objects.filter(\.isThere).compactMap { entry in
            let object = entry.object.phrase(situation.naming)
            switch entry.object.noun {
            case "address": return .change(.deleteAddress(object: object))
            case "route": return .change(.deleteRoute(object: object))
            case "rule": return .change(.deleteRule(object: object))
            case "neighbour": return .change(.deleteNeighbour(object: object))
            case "nft": return .change(.deleteNft(object: object))
            default: return nil
            }
        }
    }
}
