import CKernelHeaders
import NetlinkCodec
import Testing

/// The acknowledgements that we make are those that the kernel made on the same request, byte for byte.
@Suite struct FailureTests {
    private func acknowledgement(_ bytes: [UInt8]) throws -> Acknowledgement {
        let message = try NetlinkMessage(at: 0, in: bytes.span.bytes)
        return try #require(try Acknowledgement.decode(message, in: bytes.span.bytes))
    }

    @Test(arguments: [false, true], [false, true])
    func options(caps: Bool, extends: Bool) throws {
        let captured =
            switch (caps, extends) {
            case (false, false): CapturedAck.plain
            case (false, true): CapturedAck.extended
            case (true, false): CapturedAck.capped
            case (true, true): CapturedAck.cappedAndExtended
            }
        let failure = FailureAcknowledgement(
            errno: 101, text: "Nexthop has invalid gateway", capsRequest: caps, extendsAck: extends)
        let made = try failure.bytes(answering: CapturedAck.request, inPlaceOf: captured)
        #expect(digits(made) == digits(captured))
        let read = try acknowledgement(captured)
        #expect(read.errno == 101)
        #expect(read.text == (extends ? "Nexthop has invalid gateway" : nil))
        #expect(read.requestType == 24)
        #expect(read.kind == .acknowledgement)
    }

    @Test func againstTools() throws {
        let failure = FailureAcknowledgement(
            errno: 101, text: "Nexthop has invalid gateway", capsRequest: false, extendsAck: true)
        #expect(
            digits(try failure.bytes(answering: CapturedAck.route, inPlaceOf: CapturedAck.routeAnswer))
                == digits(CapturedAck.routeAnswer))
        let missing = FailureAcknowledgement(errno: 19, capsRequest: false, extendsAck: true)
        #expect(
            digits(try missing.bytes(answering: CapturedAck.link, inPlaceOf: CapturedAck.linkAnswer))
                == digits(CapturedAck.linkAnswer))
    }

    @Test func reading() throws {
        let namespace = try acknowledgement(CapturedAck.namespaceID)
        #expect(namespace.errno == 17)
        #expect(namespace.text == "Peer netns already has a nsid assigned")
        let chain = try acknowledgement(CapturedAck.chainAnswer)
        #expect(chain.errno == 16)
        #expect(chain.text == nil)
        #expect(chain.attributeOffset == 28)
        #expect(try acknowledgement(CapturedAck.success).errno == 0)
        let done = try acknowledgement(hex("14000000030012005cfd006bfb190000f5ffffff"))
        #expect(done.kind == .done)
        #expect(done.errno == 11)
        #expect(done.isInterrupted)
    }

    private func token(in bytes: [UInt8]) -> UInt32? { NoopPatch.token(acknowledgedIn: bytes.span.bytes) }

    /// The kernel acknowledged the request that these bytes made of it: `CapturedAck.noop`.
    @Test func patch() throws {
        var bytes = CapturedBatch.deleteChain
        let request = RequestDecoder().decode(bytes, protocol: NETLINK_NETFILTER)
        let member = try #require(request.requests.first?.members.first)
        let patch = try NoopPatch(messageAt: member.offset, in: bytes, token: 0x0403_0201)
        #expect(patch.range == 24..<36)
        #expect(patch.original.prefix(4) == hex("050a0100")[...])
        #expect(patch.replacement.prefix(4) == hex("01000500")[...])
        #expect(patch.replacement[4..<8] == patch.original[4..<8])
        #expect(patch.replacement.suffix(4) == hex("01020304")[...])
        bytes.replaceSubrange(patch.range, with: patch.replacement)
        bytes.replaceSubrange(patch.range, with: patch.original)
        #expect(bytes == CapturedBatch.deleteChain)

        let route = try NoopPatch(messageAt: 0, in: CapturedAck.request, token: 0)
        #expect(route.replacement.prefix(4) == hex("01000506")[...])
        #expect(try acknowledgement(CapturedAck.noop).errno == 0)
        #expect(try acknowledgement(CapturedAck.noop).requestType == 1)
        #expect(token(in: CapturedAck.noop) != nil)
        #expect(token(in: CapturedAck.plain) == nil)
        #expect(token(in: Array(CapturedAck.noop.prefix(35))) == nil)
        #expect(throws: NetlinkDecodingError.self) {
            try NoopPatch(messageAt: 30, in: CapturedAck.request, token: 0)
        }
    }

    /// The last datagram of a dump becomes its end, with the error; where it holds nothing else, nothing can be left out.
    @Test func shortDumps() {
        let object = hex("18000000100002000700000000000000aabbccddeeff0011")
        let done = hex("1400000003000200070000000000000000000000")
        let end = hex("14000000030002000700000000000000a6ffffff")
        #expect(ShortDump(object + object, sequence: 7) == .more)
        #expect(ShortDump(object + done, sequence: 7) == .last(end))
        #expect(ShortDump(done, sequence: 7) == .empty)
        #expect(ShortDump(object + done, sequence: 8) == .foreign)
        let foreign = hex("14000000100002000900000000000000aabbccdd")
        #expect(ShortDump(foreign + object + done, sequence: 7) == .empty)
        #expect(ShortDump(hex("14000000020000000700000000000000eaffffff"), sequence: 7) == .refused)
    }

    /// The flag goes to the first message of the datagram that ends the dump.
    @Test func interruptedDumps() {
        let object = hex("18000000100002000700000000000000aabbccddeeff0011")
        let done = hex("1400000003000200070000000000000000000000")
        #expect(DumpInterruption(object + object, sequence: 7) == .more)
        #expect(DumpInterruption(object + done, sequence: 7) == .last(offset: 6, flags: [0x12, 0]))
        #expect(DumpInterruption(done, sequence: 7) == .last(offset: 6, flags: [0x12, 0]))
        #expect(DumpInterruption(object, sequence: 8) == .foreign)
        let foreign = hex("14000000100002000900000000000000aabbccdd")
        #expect(DumpInterruption(foreign + object + done, sequence: 7) == .last(offset: 26, flags: [0x12, 0]))
        #expect(DumpInterruption(hex("14000000020000000700000000000000eaffffff"), sequence: 7) == .refused)
        #expect(DumpInterruption(Array(object.dropLast(3)), sequence: 7) == .foreign)
    }
}
