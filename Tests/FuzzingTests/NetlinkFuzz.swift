import CKernelHeaders
import NetlinkCodec
import Testing

/// Messages of rtnetlink and nftables: whatever the bytes are, each reader ends, with a value or with a typed error.
@Suite struct NetlinkFuzz {
    @Test func netlink() throws {
        let seeds = try Seeds.files(below: "Tests/Seeds/netlink", ending: ".bin").map(\.bytes)
        #expect(seeds.count > 20)
        Fuzz.run("netlink") { fuzz in
            var bytes = fuzz.damaged(fuzz.one(of: seeds))
            // A length that is right again, so that what follows is read.
            if bytes.count >= 16, fuzz.number(below: 2) == 0 {
                withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { bytes.replaceSubrange(0..<4, with: $0) }
            }
            return NetlinkFuzz.read(bytes) > 0 ? "read" : "refused"
        }
    }

    /// None traps, and none leaves anything behind that the next one meets.
    @Test func everyTruncation() throws {
        for seed in try Seeds.files(below: "Tests/Seeds/netlink", ending: ".bin") {
            let whole = NetlinkFuzz.read(seed.bytes)
            for count in 0..<min(seed.bytes.count, 2000) { _ = NetlinkFuzz.read(Array(seed.bytes[..<count])) }
            #expect(NetlinkFuzz.read(seed.bytes) == whole, "\(seed.name)")
        }
    }

    /// Attributes nested in themselves without end, within one message.
    @Test func deepNesting() {
        var payload: [UInt8] = []
        while payload.count < 30_000 {
            var builder = NetlinkBuilder()
            builder.attribute(1, bytes: payload)
            builder.attribute(2, bytes: Array(payload.prefix(40)))
            payload = builder.bytes
        }
        var builder = NetlinkBuilder()
        builder.message(type: 0x0a06, flags: 1) { message in
            message.append(UInt32(2))
            message.attribute(4, bytes: payload)
        }
        #expect(NetlinkFuzz.read(builder.bytes) > 0)
    }

    private static func read(_ bytes: [UInt8]) -> Int {
        var outcomes = 0
        for netlink in [NETLINK_ROUTE, NETLINK_NETFILTER] {
            outcomes += RequestDecoder { _ in nil }.decode(bytes, protocol: netlink).requests.count
        }
        func attempt<Record: DumpRecord>(_ type: Record.Type) {
            // All that it throws is that it cannot be read.
            outcomes += (try? DumpPart<Record>(bytes))?.records.count ?? 0
        }
        attempt(LinkRecord.self)
        attempt(AddressRecord.self)
        attempt(RouteRecord.self)
        attempt(RuleRecord.self)
        attempt(NeighbourRecord.self)
        attempt(NamespaceIDRecord.self)
        attempt(NftTable.self)
        attempt(NftChain.self)
        attempt(NftRule.self)
        attempt(NftSet.self)
        attempt(NftFlowtable.self)
        attempt(NftGeneration.self)
        _ = try? NoopPatch(messageAt: 0, in: bytes, token: 1)
        let failure = FailureAcknowledgement(errno: .min, text: "x", capsRequest: false, extendsAck: true)
        _ = try? failure.bytes(answering: bytes, portID: 1)
        return outcomes
    }
}
