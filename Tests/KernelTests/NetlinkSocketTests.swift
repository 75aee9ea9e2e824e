import CLinux
import SystemPackage
import Testing

@testable import Kernel

/// `ip address add 10.0.HIGH.LOW/32 dev lo`: RTM_NEWADDR (20) with IFA_LOCAL (2).
private func newAddress(_ high: UInt8, _ low: UInt8) -> [UInt8] {
    message(type: 20, flags: 0x600, [2, 32, 0, 0] + bytes(UInt32(1)) + attribute(2, [10, 0, high, low]))
}

@Suite(.needs(.sysAdmin), .timeLimit(.patient(minutes: 1))) struct NetlinkSocketTests {
    @Test func dumpsAreComplete() async {
        await #expect(processExitsWith: .success) {
            try systemCall("unshare") { cl_unshare(CLONE_NEWNET) }
            let socket = try NetlinkSocket(.route)
            // Addresses, not links: the kernel takes seconds to bury hundreds of bridges, with its lock held.
            for number in 0..<1000 { try socket.transact(newAddress(UInt8(number / 250), UInt8(number % 250))) }
            let datagrams = try socket.dump(message(type: 22, [2, 0, 0, 0, 0, 0, 0, 0]))
            #expect(datagrams.count > 2)
            #expect(messageTypes(datagrams).filter { $0 == 20 }.count == 1000)
            #expect(messageTypes(datagrams).last == 3)
        }
    }

    @Test func refusalsCarryTheKernelsWords() async {
        await #expect(processExitsWith: .success) {
            try systemCall("unshare") { cl_unshare(CLONE_NEWNET) }
            let socket = try NetlinkSocket(.route)
            let unknown = #expect(throws: NetlinkError.self) { try socket.transact(newLink("x", kind: "nosuch")) }
            #expect(
                unknown?.description
                    == "netlink request 16: Operation not supported (EOPNOTSUPP): Unknown device type")
            // Strict checking: a dump with an unknown filter attribute is refused, with the attribute's offset.
            let body = [UInt8](repeating: 0, count: 16) + attribute(200, [1, 2, 3, 4])
            let strict = #expect(throws: NetlinkError.self) { try socket.dump(message(type: 18, body)) }
            #expect(strict?.errno == .invalidArgument)
            try socket.transact(newLink("br0", kind: "bridge"))
            #expect(throws: NetlinkError.self) { try socket.transact([1, 2, 3]) }
        }
    }

    @Test func eventsComeToTheListener() async {
        await #expect(processExitsWith: .success) {
            try systemCall("unshare") { cl_unshare(CLONE_NEWNET) }
            let listener = try NetlinkSocket(.route)
            try listener.join(group: 1)
            #expect(try listener.receive(timeout: .zero) == nil)
            #expect(try listener.receive(timeout: .milliseconds(1)) == nil)
            let sender = try NetlinkSocket(.route)
            try sender.transact(newLink("br0", kind: "bridge"))
            let event = try #require(try listener.receive(timeout: .seconds(1)))
            #expect(messageTypes([event]) == [16])
            // The listener's own requests work among events.
            try sender.transact(newLink("br1", kind: "bridge"))
            #expect(messageTypes(try listener.dump(message(type: 18, [UInt8](repeating: 0, count: 16)))).last == 3)
            #expect(try sender.cookie() != listener.cookie())
        }
    }
}

@Suite struct NetlinkSummaryTests {
    private func summary(_ datagram: [UInt8], sequence: UInt32 = 7) -> cl_netlink_summary {
        var result = cl_netlink_summary()
        datagram.withUnsafeBytes { all in
            if let base = all.baseAddress { cl_netlink_summarize(base, all.count, sequence, &result) }
        }
        return result
    }

    private func header(length: UInt32, type: UInt16, flags: UInt16 = 0, sequence: UInt32 = 7) -> [UInt8] {
        bytes(length) + bytes(type) + bytes(flags) + bytes(sequence) + bytes(UInt32(0))
    }

    @Test func marksInterruptionAndEnd() {
        let link = header(length: 20, type: 16, flags: 0x2 | 0x10) + [0, 0, 0, 0]
        let done = header(length: 20, type: 3, flags: 0x2) + bytes(Int32(-11))
        let both = summary(link + done)
        #expect(both.messages == 1 && both.interrupted == 1 && both.done == 1 && both.error == 11)
        #expect(summary(header(length: 16, type: 16, sequence: 8)).foreign == 1)
    }

    @Test func lengthsThatDoNotFitAreSeen() {
        #expect(summary(header(length: 15, type: 16)).malformed == 1)
        #expect(summary(header(length: 17, type: 16)).malformed == 1)
        #expect(summary(Array(header(length: 16, type: 16).dropLast())).malformed == 1)
        #expect(summary(header(length: 20, type: 2) + bytes(Int32(-1))).malformed == 1)
    }

    @Test func textOfAnyLengthFits() {
        let words = [UInt8](repeating: 65, count: 400)
        let body = bytes(Int32(-22)) + header(length: 16, type: 16) + attribute(1, words)
        let result = summary(header(length: UInt32(16 + body.count), type: 2, flags: 0x300) + body)
        #expect(result.error == 22 && result.acknowledged == 1)
        #expect(withUnsafeBytes(of: result.text) { $0.prefix { $0 != 0 }.count } == 255)
    }
}

private func messageTypes(_ datagrams: [[UInt8]]) -> [UInt16] {
    datagrams.flatMap { datagram in
        var types: [UInt16] = []
        var at = 0
        while at + 16 <= datagram.count {
            types.append(UInt16(datagram[at + 4]) | UInt16(datagram[at + 5]) << 8)
            let length = Int(datagram[at]) | Int(datagram[at + 1]) << 8 | Int(datagram[at + 2]) << 16
            at += max(16, (length + 3) & ~3)
        }
        return types
    }
}
