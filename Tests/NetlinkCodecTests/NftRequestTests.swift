import CKernelHeaders
import Testing

@testable import NetlinkCodec

@Suite struct NftRequestTests {
    /// What the world asks for is what nft(8) would, and no deletion is read as one of more than it means.
    @Test func deletions() throws {
        let inet = NftFamily(rawValue: 1)
        var table = NftTable()
        (table.family, table.name) = (inet, "t")
        var chain = NftChain()
        (chain.family, chain.table, chain.name) = (inet, "t", "c")
        var rule = NftRule()
        (rule.family, rule.table, rule.chain, rule.handle) = (inet, "t", "c", 7)
        var set = NftSet()
        (set.family, set.table, set.name) = (inet, "t", "s")
        var element = NftElement()
        element.key = [10, 0, 0, 1]
        let wanted: [(NftObject, [String])] = [
            (.table(table), ["delete table | inet t | - | - | "]),
            (.chain(chain), ["delete chain | inet t | c | - | "]),
            (.rule(rule), ["delete rule | inet t | c | - | "]), (.set(set), ["delete set | inet t | - | s | "]),
            (.element([element], of: set), ["delete element | inet t | - | s | 0a000001"]),
        ]
        for (object, words) in wanted {
            let batch = NetlinkRequest.nftBatch([.delete(object)]).flatMap(\.bytes)
            #expect(try members(of: batch) == words)
            #expect(try commit(batch).wantsAck)
        }
        #expect(try commit(NetlinkRequest.nftBatch([.delete(.rule(rule))]).flatMap(\.bytes)).members.first?.handle == 7)
    }

    private func commit(_ bytes: [UInt8]) throws -> DecodedRequest {
        let send = RequestDecoder().decode(bytes, protocol: NETLINK_NETFILTER)
        #expect(send.error == nil && send.requests.count == 1)
        return try #require(send.requests.first)
    }

    private func members(of bytes: [UInt8]) throws -> [String] {
        try commit(bytes).members.map { member in
            [
                "\(member.verb.rawValue) \(member.object.rawValue)", member.table ?? "-", member.chain ?? "-",
                member.name ?? "-", member.text,
            ].joined(separator: " | ")
        }
    }
}
