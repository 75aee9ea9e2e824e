import CKernelHeaders
import NetlinkCodec
import Testing

/// No input traps: whatever the bytes are, each reader ends, with a value or with a typed error.
@Suite struct FuzzTests {
    /// SplitMix64, so that a failure comes again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static let seeds: [[UInt8]] =
        RequestDecoderTests.captures.map(\.request) + [
            CapturedBatch.file, CapturedBatch.masquerade, CapturedBatch.flushRuleset, CapturedNft.rules,
            CapturedNft.chains, CapturedNft.sets, CapturedNft.tables, CapturedNft.generation, CapturedDump.addresses,
            CapturedDump.routes4, CapturedDump.routes6, CapturedDump.rules, CapturedDump.neighbours,
            CapturedDump.namespaceIDs, Array(CapturedDump.links[..<1600]), CapturedAck.extended,
            CapturedAck.chainAnswer,
        ]

    private func read(_ bytes: [UInt8]) -> Int {
        var outcomes = 0
        for netlink in [NETLINK_ROUTE, NETLINK_NETFILTER] {
            outcomes += RequestDecoder { _ in nil }.decode(bytes, protocol: netlink).requests.count
        }
        func attempt<Record: DumpRecord>(_ type: Record.Type) {
            outcomes += (try? DumpPart<Record>(bytes))?.records.count ?? 1
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
        attempt(NftGeneration.self)
        outcomes += (try? NoopPatch(messageAt: 0, in: bytes, token: 1)) == nil ? 1 : 0
        let failure = FailureAcknowledgement(errno: .min, text: "x", capsRequest: false, extendsAck: true)
        outcomes += (try? failure.bytes(answering: bytes, portID: 1))?.count ?? 1
        return outcomes
    }

    @Test func damagedCaptures() {
        var generator = Generator(state: 1)
        var outcomes = 0
        for seed in FuzzTests.seeds {
            for _ in 0..<300 {
                var bytes = seed
                for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                    let place = Int.random(in: bytes.indices, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                    case 1: bytes[place] = [0, 1, 3, 4, 127, 128, 255].randomElement(using: &generator) ?? 0
                    case 2: bytes.removeSubrange(place...)
                    default: bytes[place & ~3] = UInt8.random(in: 0...16, using: &generator)
                    }
                }
                outcomes += read(bytes)
            }
        }
        #expect(outcomes > 0)
    }

    @Test func everyTruncation() {
        for seed in [
            Captured.createVethInNamespace, Captured.addMultipath, CapturedBatch.masquerade, CapturedAck.extended,
        ] {
            for count in 0..<seed.count { #expect(read(Array(seed[..<count])) >= 0) }
        }
    }

    @Test func noise() {
        var generator = Generator(state: 2)
        for _ in 0..<400 {
            let count = Int.random(in: 0...200, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // A right length and a known type, so that more than the header is read.
            if count >= 16 {
                bytes.replaceSubrange(0..<4, with: [UInt8(count), 0, 0, 0])
                bytes[4] = UInt8.random(in: 0...100, using: &generator)
                bytes[5] = Bool.random(using: &generator) ? 10 : 0
            }
            _ = read(bytes)
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
        #expect(read(builder.bytes) > 0)
    }
}
