import Model
import NetlinkCodec
import Observation

extension WorldEditor {
    /// Deletes a table or a chain of nftables with all that is in it, a rule, a set or an element of one.
    func deleteNft(_ object: Phrase) throws -> WorldEdit {
        let namespace = try host.worldNamespace(object.namespace ?? "host")
        let socket = try namespace.open(.netfilter)
        let builder = FactBuilder(namespace: namespace.name, links: [], setMACs: [])
        let all = try builder.nftObjects(over: socket.socket)
        let (chosen, text) = try socket.one(object, among: all.map { ($0.object, $0.fact) }) { object, fact in
            (object, fact.identity.name)
        }
        try socket.commit(.delete(chosen), "nft.delete \(text)")
        return WorldEdit(detail: "nft \(text) in \(namespace.name) was deleted")
    }
}
