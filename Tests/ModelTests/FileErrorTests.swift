import FoundationEssentials
import Glibc
import Testing

@testable import Model

/// What is said of files that cannot be used.
struct FileErrorTests {
    @Test func theKernelsReasonIsTold() throws {
        try withFolder { folder in
            let missing = "\(folder)/no/such"
            let unread = #expect(throws: FileError.self) { try Files.read(missing) }
            #expect(unread?.description == "\(missing): cannot be read: No such file or directory")
            let unwritten = #expect(throws: FileError.self) { try Files.write(Data(), to: missing) }
            #expect(unwritten?.description == "\(missing): cannot be written: No such file or directory")
            let whole = #expect(throws: FileError.self) { try Files.write(Data(), to: missing, atomically: true) }
            #expect(whole == unwritten)
            let unlinked = #expect(throws: FileError.self) { try Files.link(missing, to: "x") }
            #expect(unlinked?.description == "\(missing): cannot be made: No such file or directory")
            #expect(throws: FileError(folder, cannotBe: "read", number: EISDIR)) { try Files.read(folder) }
        }
    }

    @Test func aDiskThatIsFullIsTold() {
        let error = #expect(throws: FileError.self) { try Files.write(Data("x".utf8), to: "/dev/full") }
        #expect(error?.description == "/dev/full: cannot be written: No space left on device")
    }

    @Test func foldersAreMadeWithThoseAbove() throws {
        try withFolder { folder in
            try Files.makeFolder("\(folder)/a/b/c")
            try Files.makeFolder("\(folder)/a/b/c")
            #expect(Files.exists("\(folder)/a/b/c"))
            try Files.write(Data("text".utf8), to: "\(folder)/file")
            for path in ["\(folder)/file", "\(folder)/file/below"] {
                let error = #expect(throws: FileError.self) { try Files.makeFolder(path) }
                #expect(error?.number == ENOTDIR)
            }
        }
    }

    @Test func aPipeIsReadOnlyWhereThatIsAsked() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let path = "/dev/fd/\(ends[0])"
        #expect(throws: FileError(path, cannotBe: "read", number: 0)) { try Files.read(path) }
        #expect(write(ends[1], "abc", 3) == 3)
        close(ends[1])
        #expect(try Files.read(path, pipes: true) == Data("abc".utf8))
    }

    @Test func whatIsWrittenAtOnceLeavesNoOtherName() throws {
        try withFolder { folder in
            let path = "\(folder)/file"
            try Files.write(Data("long and old".utf8), to: path)
            try Files.write(Data("new".utf8), to: path, atomically: true)
            #expect(try Files.read(path) == Data("new".utf8))
            #expect(try Files.read(path, mapped: true) == Data("new".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test func recordsThatAreNoneSayWhereAndWhy() throws {
        try withFolder { folder in
            let record = RecordFolder(folder)
            let absent = #expect(throws: RecordError.self) { try record.read() }
            #expect(absent?.description == "\(record.headerPath) cannot be read: No such file or directory")
            try Files.write(Data("{\"format\":".utf8), to: record.headerPath)
            let torn = #expect(throws: RecordError.self) { try record.read() }
            #expect(torn?.description == "\(record.headerPath) cannot be read: no JSON, or only a part of it")
            try Files.write(Data("{}".utf8), to: record.headerPath)
            let empty = #expect(throws: RecordError.self) { try record.read() }
            #expect(empty?.description.contains("cannot be read: no \"") == true)
        }
    }

    @Test func aWrongValueIsFoundByItsPlace() {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([String: [[String: Int]]].self, from: Data("{\"a\":[{},{\"b\":\"x\"}]}".utf8))
        }
        #expect(error?.explained == "a[1].b: a value of another kind")
    }
}
