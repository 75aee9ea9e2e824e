import FoundationEssentials
import Glibc
import Testing

@testable import Model

@Suite struct PackedFileTests {
    /// Lines as a log has them.
    private func lines(_ bytes: Int) -> Data {
        var text = ""
        var number = 0
        while text.utf8.count < bytes {
            text += "{\"index\":\(number),\"call\":\"openat\"}\n"
            number += 1
        }
        return Data(text.utf8.prefix(bytes))
    }

    @Test(arguments: [
        (0, false), (1 << 14 - 1, false), (1 << 14, true), (300_000, true), (1 << 24, true), (1 << 24 + 1, false),
    ])
    func whatIsLargeIsPackedAndReadAsItWas(_ size: Int, _ isPacked: Bool) throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/record.json")
            let bytes = lines(size)
            try file.write(bytes)
            #expect(Files.exists(file.packedPath) == isPacked)
            #expect(Files.exists(file.path) == !isPacked)
            #expect(try file.read() == bytes)
            #expect(try file.read(mapped: true) == bytes)
            if isPacked { #expect(try Files.read(file.packedPath).count < size / 5) }
        }
    }

    @Test func whatWasWrittenPieceByPieceIsPackedAtItsEnd() throws {
        try withFolder { folder in
            let small = PackedFile(path: "\(folder)/small")
            try Files.write(lines(100), to: small.path)
            try small.pack()
            #expect(Files.exists(small.path) && !Files.exists(small.packedPath))
            let large = PackedFile(path: "\(folder)/large")
            try Files.write(lines(200_000), to: large.path)
            try large.pack()
            #expect(!Files.exists(large.path) && Files.exists(large.packedPath))
            #expect(try large.read() == lines(200_000))
        }
    }

    @Test func gzipReadsIt() throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/log")
            try file.write(lines(100_000))
            let bytes = try Files.read(file.packedPath)
            // RFC 1952: the magic number, deflate, no name and no time, which would make equal records differ.
            #expect(Array(bytes.prefix(8)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
        }
    }

    @Test(arguments: [0, 1, 10, 500, 2000])
    func whatEndsInTheMiddleIsNotRead(_ kept: Int) throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/log")
            try file.write(lines(1 << 20))
            let whole = try Files.read(file.packedPath)
            try Files.write(whole.prefix(kept), to: file.packedPath)
            let read = Result { try file.read() }
            switch read {
            case .success(let bytes): #expect(bytes.count < 1 << 20 && kept < 10, "no whole header is no gzip")
            case .failure(let error):
                #expect(error as? FileError == FileError(file.packedPath, cannotBe: "read", number: EBADMSG))
            }
        }
    }

    @Test func aByteThatWasChangedIsNoticed() throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/log")
            try file.write(lines(1 << 20))
            var bytes = try Files.read(file.packedPath)
            bytes[bytes.count / 2] ^= 0xff
            try Files.write(bytes, to: file.packedPath)
            #expect(throws: FileError.self) { try file.read() }
        }
    }

    @Test func whatUnpacksToMoreThanAnythingThatIsPackedIsRefused() throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/log")
            try file.write(Data(count: 1 << 24))
            // gzip's members follow each other: twice the file is twice the text.
            let once = try Files.read(file.packedPath)
            try Files.write(once + once, to: file.packedPath)
            #expect(throws: FileError(file.packedPath, cannotBe: "read", number: EBADMSG)) { try file.read() }
        }
    }

    /// As a disk that is full: the file may not grow, and nothing is left of it.
    @Test func whatCannotBeWrittenWholeIsNoFile() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { fatalError("setrlimit") }
            let folder = "/tmp/tocsin-packed-\(getpid())"
            mkdir(folder, 0o700)
            let file = PackedFile(path: "\(folder)/record.json")
            // Nothing can be packed of what is random; one piece is written at once, and one when it is closed.
            for count in [20_000, 300_000] {
                var generator = SystemRandomNumberGenerator()
                let bytes = Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
                let expected = FileError(file.packedPath, cannotBe: "written", number: EFBIG)
                #expect(throws: expected) { try file.write(bytes) }
                guard rmdir(folder) == 0 else { fatalError("something is left") }
                mkdir(folder, 0o700)
            }
            rmdir(folder)
        }
    }

    /// Nobody may ever hold the other end of a pipe.
    @Test(.timeLimit(.minutes(1))) func whatIsNoRegularFileIsRefused() throws {
        try withFolder { folder in
            let file = PackedFile(path: "\(folder)/record.json")
            #expect(mkfifo(file.packedPath, 0o600) == 0)
            #expect(throws: FileError(file.packedPath, cannotBe: "read", number: 0)) { try file.read() }
            unlink(file.packedPath)
            try Files.makeFolder(file.packedPath)
            #expect(throws: FileError(file.packedPath, cannotBe: "read", number: EISDIR)) { try file.read() }
        }
    }

    @Test func aPlaceInWhichNothingCanBeWrittenIsTold() throws {
        let file = PackedFile(path: "/proc/tocsin/record.json")
        #expect(throws: FileError(file.packedPath, cannotBe: "written", number: ENOENT)) {
            try file.write(lines(1 << 17))
        }
        #expect(throws: FileError(file.path, cannotBe: "read", number: ENOENT)) { try file.read() }
    }

    @Test func aRecordThatIsLargeIsReadAsItWas() throws {
        try withFolder { path in
            let folder = RecordFolder(path)
            try folder.create()
            let writer = try OperationLogWriter(path: folder.operationsPath)
            let operations = (0..<1000).map { operation($0, Phrase("link.set", "eth\($0)")) }
            try operations.forEach(writer.append)
            try writer.finish()
            var header = RecordHeader(plan: plan([]), role: .fault)
            header.startSnapshot = try folder.write(Snapshot(facts: []))
            header.operations = 1000
            header.notes = (0..<5000).map { "note \($0) of a run" }
            try folder.write(header)
            #expect(!Files.exists(folder.headerPath) && !Files.exists(folder.operationsPath))
            let record = try folder.read()
            #expect(record.header == header)
            #expect(Array(record.operations) == operations)
            #expect(folder.headerDigest?.count == 64)
        }
    }
}
