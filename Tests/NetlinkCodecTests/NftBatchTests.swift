import CKernelHeaders
import NetlinkCodec
import Testing

@Suite struct NftBatchTests {
    private func commit(_ bytes: [UInt8]) throws -> DecodedRequest {
        let send = RequestDecoder().decode(bytes, protocol: NETLINK_NETFILTER)
        #expect(send.error == nil)
        #expect(send.requests.count == 1)
        return try #require(send.requests.first)
    }

    private func members(_ bytes: [UInt8]) throws -> [String] {
        try commit(bytes).members.map { member in
            [
                "\(member.verb.rawValue) \(member.object.rawValue)", member.table ?? "-", member.chain ?? "-",
                member.name ?? "-", member.text,
            ].joined(separator: " | ")
        }
    }

    @Test func file() throws {
        let request = try commit(CapturedBatch.file)
        #expect(
            words(request).hasPrefix(
                "nft.commit inet t add=1 table, 2 chain, 2 rule, 1 set, 2 element chain=c2, in set=s"
                    + " text=type filter hook input priority 0 policy drop; 0a000001 0a000002; meta(nfproto) cmp(02)"))
        #expect(
            try members(CapturedBatch.file) == [
                "add table | inet t | - | - | ",
                "add chain | inet t | in | - | type filter hook input priority 0 policy drop",
                "add chain | inet t | c2 | - | ",
                "add set | inet t | - | s | ",
                "add element | inet t | - | s | 0a000001 0a000002",
                "add rule | inet t | in | - | meta(nfproto) cmp(02) payload(network+12,4) lookup(s) counter accept",
                "add rule | inet t | in | - | meta(l4proto) cmp(06) payload(transport+2,2) cmp(0016) counter jump c2"
                    + " comment \"ssh only\"",
                "add element | inet t | - | s | 0a000003",
            ])
        #expect(request.length == CapturedBatch.file.count)
    }

    @Test func offsetsFindTheMessages() throws {
        let bytes = CapturedBatch.file
        for member in try commit(bytes).members {
            let message = try NetlinkMessage(at: member.offset, in: bytes.span.bytes)
            #expect(message.sequence == member.sequence)
        }
    }

    @Test func iptables() throws {
        let request = try commit(CapturedBatch.masquerade)
        #expect(request.argument == "ip nat")
        #expect(request.value("chain") == "POSTROUTING")
        #expect(
            try members(CapturedBatch.masquerade).last
                == "add rule | ip nat | POSTROUTING | - | meta(oifname) cmp(706f72743100) payload(network+12,3)"
                + " cmp(0a0100) match(comment) counter target(MASQUERADE) comment \"to the world\"")
        #expect(try commit(CapturedBatch.newChain).value("add") == "1 chain")
        #expect(try members(CapturedBatch.jump).last?.hasSuffix("counter jump DOCKER") == true)
    }

    /// What a rule asks besides which fields it looks at: what is not so, how often, into which log, what is set.
    @Test func whatARuleMeansIsKept() throws {
        let said = try members(CapturedBatch.manyKinds)
        #expect(said.contains { $0.hasSuffix("| 0016=accept 0050=jump c2") })
        #expect(
            said.last?.hasSuffix(
                "lookup(!=s) limit(rate=10,unit=1,burst=7,flags=1) log(prefix=x,group=3) meta(mark)"
                    + " bitwise(feffffff^01000000) meta(set,mark) payload(network+8,2) bitwise(00ff^4000)"
                    + " payload(set,network+8,2) ct(ip-saddr,original) cmp(0a000001) meta(l4proto) cmp(06)"
                    + " payload(transport+2,2) lookup(__map%d) reject(type=1)") == true, "\(said.last ?? "")")
    }

    @Test func deletions() throws {
        #expect(words(try commit(CapturedBatch.deleteChain)) == "nft.commit inet t delete=1 chain chain=c2")
        #expect(words(try commit(CapturedBatch.flushChain)) == "nft.commit inet t flush=1 chain chain=in")
        #expect(words(try commit(CapturedBatch.deleteTable)) == "nft.commit inet t delete=1 table")
        #expect(words(try commit(CapturedBatch.flushRuleset)) == "nft.commit all flush=1 table")
    }

    @Test func batchWithoutEnd() throws {
        let bytes = Array(CapturedBatch.deleteTable.dropLast(20))
        #expect(try commit(bytes).value("incomplete") == "true")
    }

    @Test func others() throws {
        let list = RequestDecoder().decode(CapturedBatch.getRules, protocol: NETLINK_NETFILTER)
        #expect(list.requests.map(words) == ["nft.list all object=rule"])
        #expect(list.requests.first?.isDump == true)
        let compat = RequestDecoder().decode(CapturedBatch.compatRequest, protocol: NETLINK_NETFILTER)
        #expect(compat.requests.map(words) == ["nft.list all object=match comment"])
    }
}
