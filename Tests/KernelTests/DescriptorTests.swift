import Glibc
import SystemPackage
import Testing

@testable import Kernel

@Suite struct DescriptorTests {
    @Test func closesWithItsOwner() async {
        await #expect(processExitsWith: .success) {
            let number: Int32
            do {
                let file = try Descriptor.open("/dev/null")
                number = file.raw
                #expect(fcntl(number, F_GETFD) == FD_CLOEXEC)
            }
            #expect(fcntl(number, F_GETFD) == -1)
            let kept = try Descriptor.open("/dev/null").release()
            #expect(fcntl(kept, F_GETFD) != -1)
            close(kept)
        }
    }

    @Test func namesWhatIsMissing() {
        let error = #expect(throws: SystemError.self) { _ = try Descriptor.open("/none") }
        #expect(error?.description == "open(/none): No such file or directory (ENOENT)")
    }

    @Test func carriesBytesBothWays() throws {
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let file = try Descriptor.memory(name: "test", content: content)
        #expect(try Descriptor.open("/proc/self/fd/\(file.raw)").readAll() == content)
        let pipe = try Descriptor.pipe()
        try pipe.second.writeAll([1, 2, 3])
        #expect(try pipe.first.read(upTo: 2) == [1, 2])
        try pipe.first.setNonblocking(true)
        #expect(try pipe.first.read(upTo: 9) == [3])
        let empty = #expect(throws: SystemError.self) { try pipe.first.read(upTo: 9) }
        #expect(empty?.errno == .resourceTemporarilyUnavailable)
    }

    @Test func pollTellsWhatHappened() throws {
        let pair = try Descriptor.seqpacketPair()
        let item = PollItem(pair.first.raw, .readable)
        #expect(try poll([item], timeout: .milliseconds(1)).isEmpty)
        try pair.second.writeAll([1])
        #expect(try poll([item], timeout: nil) == [item])
        #expect(try poll([], timeout: .milliseconds(1)).isEmpty)
    }
}
