import Faults
import Glibc
import Model
import Testing

/// What calls on files are refused with: by the table, and by the kernel where anybody can make it say so.
@Suite struct FileErrnoTests {
    private func names(_ word: String, _ qualifiers: [String: String] = [:]) -> Set<String> {
        Set(ErrnoTable.request(of: Phrase(word, "/x", qualifiers))?.answers.map(\.number.name) ?? [])
    }

    @Test func whatNeedsNoDescriptorLacksNone() {
        #expect(names("file.create", ["type": "file"]).isSuperset(of: ["EMFILE", "ENFILE", "ENOTDIR"]))
        for type in ["directory", "link", "symlink"] {
            #expect(names("file.create", ["type": type]).isDisjoint(with: ["EMFILE", "ENFILE"]), "\(type)")
        }
        #expect(!names("file.create").contains("EMFILE") && names("file.create").contains("ENOSPC"))
        #expect(names("file.create", ["type": "link"]).contains("EXDEV"))
    }

    @Test func foldersAndFilesDiffer() {
        #expect(names("file.delete", ["type": "directory"]).contains("ENOTEMPTY"))
        #expect(!names("file.delete", ["type": "file"]).contains("ENOTEMPTY"))
        #expect(names("file.delete", ["type": "file"]).contains("EISDIR") && names("file.open").contains("EISDIR"))
        #expect(names("file.rename").isSuperset(of: ["EEXIST", "ENOTEMPTY", "EISDIR"]))
        #expect(!names("file.lock", ["wait": "true"]).contains("EAGAIN"))
        #expect(names("sysctl.write").isDisjoint(with: ["EMFILE", "EACCES", "EROFS"]))
    }

    /// The kernel of this machine says what the table says it can.
    @Test func theKernelAgrees() throws {
        var template = Array("/tmp/tocsin-errno-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer {
            for name in ["full/x", "file", "other"] { unlink("\(folder)/\(name)") }
            for name in ["full", "empty"] { rmdir("\(folder)/\(name)") }
            rmdir(folder)
        }
        for name in ["full", "empty"] { #expect(mkdir("\(folder)/\(name)", 0o700) == 0) }
        for name in ["file", "full/x"] { close(open("\(folder)/\(name)", O_CREAT | O_WRONLY, 0o600)) }
        let seen: [(word: String, keys: [String: String], call: () -> Int32)] = [
            ("file.delete", ["type": "directory"], { rmdir("\(folder)/full") }),
            ("file.delete", ["type": "file"], { unlink("\(folder)/full") }),
            ("file.delete", ["type": "directory"], { rmdir("\(folder)/file") }),
            ("file.open", [:], { open("\(folder)/full", O_WRONLY) }),
            ("file.rename", [:], { rename("\(folder)/empty", "\(folder)/full") }),
            ("file.rename", [:], { rename("\(folder)/file", "\(folder)/full") }),
            ("file.rename", [:], { rename("\(folder)/full", "\(folder)/full/y") }),
            ("file.create", ["type": "file"], { open("\(folder)/file/x", O_CREAT | O_WRONLY, 0o600) }),
            ("file.create", ["type": "directory"], { mkdir("\(folder)/file/x", 0o700) }),
            ("file.create", ["type": "link"], { link("\(folder)/full", "\(folder)/other") }),
            ("file.create", ["type": "symlink"], { symlink("x", "\(folder)/file") }),
        ]
        for (word, keys, call) in seen {
            errno = 0
            #expect(call() == -1)
            let number = ErrorNumber(errno)
            #expect(names(word, keys).contains(number.name), "\(word) \(keys): \(number.name)")
        }
    }
}
