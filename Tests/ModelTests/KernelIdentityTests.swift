import FoundationEssentials
import Testing

@testable import Model

/// What an operation acts on is kept in its line; lines of before are read.
@Suite struct KernelIdentityTests {
    private func operation(_ identity: KernelIdentity?) -> Operation {
        Operation(
            index: 3, step: "run", agent: "agent", lineage: "ip", program: "ip", thread: 7, call: "sendmsg",
            phrase: Phrase("link.create", "d0", ["type": "bridge"], in: "host"), identity: identity, started: 5)
    }

    @Test(arguments: [
        KernelIdentity(namespace: 1),
        KernelIdentity(namespace: .max, target: 2, links: [3, 4], file: nil, socket: 5),
        KernelIdentity(namespace: 1, file: KernelIdentity.File(device: 40, inode: .max)),
    ])
    func isKeptInTheLine(identity: KernelIdentity) throws {
        var bytes: [UInt8] = []
        OperationLine.append(operation(identity), to: &bytes)
        #expect(try OperationLine.read(Data(bytes)) == operation(identity))
    }

    @Test func isAbsentInLinesOfBefore() throws {
        var bytes: [UInt8] = []
        OperationLine.append(operation(nil), to: &bytes)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("identity"))
        #expect(try OperationLine.read(Data(bytes)) == operation(nil))
    }
}
