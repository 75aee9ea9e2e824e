import Glibc
import Kernel
import Model
import Testing

@testable import Observation

/// What needs no kernel: mount tables, unique identities, the upper layer of a tree made by hand.
struct CanonicalTests {
    @Test func equalIdentitiesAreNumberedByTheirAttributes() {
        let facts = [Fact("rule", "all", in: "h", ["table": "9"]), Fact("rule", "all", in: "h", ["table": "5"])]
        let numbered = FactBuilder.numbered(facts)
        #expect(Snapshot(facts: numbered) == Snapshot(facts: FactBuilder.numbered(facts.reversed())))
        #expect(Snapshot(facts: numbered).facts.map(\.identity.name) == ["all", "all #2"])
        #expect(Snapshot(facts: numbered).facts.map { $0.attributes["table"] } == ["5", "9"])
    }

    @Test func mountTablesAreRead() {
        let table = MountEntry.all(
            in: Array(
                """
                25 1 0:22 / / rw,relatime - overlay overlay rw
                26 25 0:23 / /a\\040b\\134 rw shared:1 master:2 - tmpfs none ro
                27 25 0:4 net:[4026532460] /run/netns/pod ro,nosuid - nsfs nsfs rw
                28 25 0:4 net:[4026532461] /var/ns rw - nsfs nsfs rw
                broken
                29 25 0:4 / /\\04 rw
                x 25 0:4 / / rw - nsfs nsfs rw
                """.utf8))
        #expect(table.map(\.id) == [25, 26, 27, 28] && table.map(\.parent) == [1, 25, 25, 25])
        #expect(table.map(\.isShared) == [false, true, false, false])
        #expect(table.map(\.isReadOnly) == [false, false, true, false])
        #expect(table.map(\.point) == ["/", "/a b\\", "/run/netns/pod", "/var/ns"])
        let facts = table.facts { $0 == "net:[4026532461]" ? "pod" : nil }
        #expect(
            facts == [
                Fact("mount", "/", ["type": "overlay"]), Fact("mount", "/a b\\", ["type": "tmpfs"]),
                Fact("mount", "/var/ns", ["type": "nsfs", "netns": "pod"]),
            ])
    }
}

/// The upper layer of a tree made by hand.
@Suite(.enabled(if: Capabilities.has(.sysAdmin), "needs CAP_SYS_ADMIN"))
struct ChangedFilesTests {
    private func facts(_ script: String, opaque: String? = nil) throws -> [Fact] {
        let top = "/tmp/changed-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { system("rm -rf \(top)") }
        let trees = "mkdir -p \(top)/lower/etc/sub \(top)/lower/gone \(top)/lower/made \(top)/upper && cd \(top)/lower"
        let made = system(
            "umask 022 && \(trees) && echo old > etc/file && echo x > same && cd ../upper && { \(script)\n}")
        try #require(made == 0)
        if let opaque {
            try #require(setxattr("\(top)/upper/\(opaque)", "trusted.overlay.opaque", "y", 1, 0) == 0)
        }
        let upper = try Descriptor.open("\(top)/upper", flags: O_DIRECTORY)
        return try ChangedFiles(lower: "\(top)/lower").facts(upper: upper.raw).sorted { $0.identity < $1.identity }
    }

    @Test func eachKindOfChange() throws {
        let found = try facts(
            """
            mkdir -p etc new/inner && echo new > etc/file && echo 1 > new/inner/f && chmod 600 new/inner/f
            echo x > same
            mknod gone c 0 0 && mknod never c 0 0 && ln -s /etc/file link && mkfifo pipe
            """)
        #expect(
            found.map { "\($0.identity.name) \($0.attributes["type"] ?? "")" } == [
                "/etc/file file", "/gone deleted", "/link symlink", "/new directory", "/new/inner directory",
                "/new/inner/f file", "/pipe pipe",
            ])
        let byIdentity = Snapshot(facts: found).byIdentity
        let inner = byIdentity[Fact.Identity(noun: "file", name: "/new/inner/f")]?.attributes
        #expect(inner?["mode"] == "600")
        #expect(inner?["size"] == "2")
        #expect(inner?["digest"] == Digest.of(Array("1\n".utf8)))
        #expect(byIdentity[Fact.Identity(noun: "file", name: "/link")]?.attributes["target"] == "/etc/file")
    }

    /// What there is more of than a state holds is an error, and nothing is looked at beyond it.
    @Test func aStateHasBounds() throws {
        func failure(_ script: String) -> StateBound? {
            do { _ = try facts(script) } catch SnapshotError.tooLarge(let bound) { return bound } catch {
                Issue.record("\(error)")
            }
            return nil
        }
        let depth = StateBound.depth.limit
        #expect(failure("seq \(StateBound.objects.limit + 1) | xargs touch") == .objects)
        #expect(failure("p=.; for n in $(seq \(depth)); do p=$p/d; done; mkdir -p $p") == .depth)
        let name = String(repeating: "n", count: 250)
        #expect(failure("mkdir -p \(name)/\(name)/\(name)/\(name)/\(name)") == .path)
        #expect(failure("p=.; for n in $(seq \(depth - 1)); do p=$p/d; done; mkdir -p $p") == nil)
    }

    /// 20 GB of nothing are looked at in no time, and what stands behind them counts.
    @Test func holesAreNotRead() throws {
        let began = Monotonic.now()
        let found = try facts(
            """
            truncate -s 20G a b c && printf x | dd of=b bs=1 seek=15000000000 conv=notrunc status=none
            printf x | dd of=c bs=1 seek=16000000000 conv=notrunc status=none
            """)
        #expect(Monotonic.now() - began < .seconds(5))
        #expect(found.map { $0.attributes["size"] } == Array(repeating: "21474836480", count: 3))
        #expect(Set(found.map { $0.attributes["digest"] }).count == 3)
        #expect(found.allSatisfy { $0.attributes["digested"] == nil })
    }

    /// How a file came to its zeros does not matter, by a hole or by writing them.
    @Test func writtenZerosAreHoles() throws {
        let found = try facts(
            """
            printf begin > a && truncate -s 1M a && printf end >> a
            printf begin > b && dd if=/dev/zero bs=4096 count=256 status=none | tail -c +6 >> b && printf end >> b
            """)
        #expect(found.map(\.attributes).first == found.map(\.attributes).last && found.count == 2)
        #expect(found.first?.attributes["size"] == "1048579")
    }

    @Test func aFileIsReadUpToALimitThatIsSaid() throws {
        let file = try Descriptor.memory(name: "content", content: Array(repeating: 7, count: 300_000))
        let whole = try ContentDigest(file)
        #expect(whole.limit == nil && whole.text == Digest.of(Array(repeating: 7, count: 300_000)))
        let cut = try ContentDigest(file, limit: 1 << 17)
        #expect(cut.limit == 1 << 17 && cut.text == Digest.of(Array(repeating: 7, count: 1 << 17)))
    }

    @Test func aCopyForItsContentIsNoChange() throws {
        #expect(try facts("mkdir -p etc/sub made && cp ../lower/etc/file etc/file").isEmpty)
        #expect(try facts("mkdir -m 700 made").map(\.attributes) == [["type": "directory", "mode": "700"]])
        #expect(try facts("mkdir etc && echo old > etc/file && chmod 755 etc/file").count == 1)
    }

    @Test func whatIsLookedAtElsewhereIsLeftOut() throws {
        #expect(try facts("mkdir -p run/netns proc sys dev && touch run/netns/a proc/a dev/a").count == 1)
    }

    /// A root without overlay: what was copied and is as it was is no change, and what is missing was deleted.
    @Test func copiedDirectoriesAreCompared() throws {
        let mark =
            "python3 -c 'import os, sys; [os.setxattr(p, \"trusted.tocsin.copied\", b\"y\") for p in sys.argv[1:]]'"
        let copy =
            "cp -a ../lower/. . && mkfifo ../lower/pipe && ln -s a ../lower/link && cp -a ../lower/pipe ../lower/link ."
        #expect(try facts("\(copy) && \(mark) . etc etc/sub gone made").isEmpty)
        let changes = "rm etc/file link && rmdir gone made && mkdir made && ln -s b link && echo x > etc/new"
        let found = try facts("\(copy) && \(mark) . etc etc/sub gone made && \(changes)")
        #expect(
            found.map { "\($0.identity.name) \($0.attributes["type"] ?? "") \($0.attributes["replaced"] ?? "")" } == [
                "/etc/file deleted ", "/etc/new file ", "/gone deleted ", "/link symlink ", "/made directory true",
            ])
    }

    /// What the machine does meanwhile, its results and logs among it, is no change of the host's.
    @Test func theMachineGoesOnBesideItsCopy() throws {
        let mark =
            "python3 -c 'import os, struct, time; [os.setxattr(p, \"trusted.tocsin.copied\", b\"y\") for p in (\".\", \"etc\", \"etc/sub\", \"gone\", \"made\")]; os.setxattr(\".\", \"trusted.tocsin.stood\", struct.pack(\"qq\", *divmod(time.time_ns(), 10**9)))'"
        let machine =
            "echo newer > ../lower/etc/file && echo x > ../lower/etc/later && mkdir ../lower/folder && rm ../lower/same && rmdir ../lower/gone && ln -s x ../lower/link"
        let copied = "cp -a ../lower/. . && sleep 0.05 && \(mark) && sleep 0.05"
        #expect(try facts("\(copied) && \(machine)").isEmpty)
        let own = "echo y >> etc/file && rmdir made && echo z > etc/later"
        #expect(
            try facts("\(copied) && \(machine) && \(own)").map {
                "\($0.identity.name) \($0.attributes["type"] ?? "")"
            } == ["/etc/file file", "/etc/later file", "/made deleted"])
    }

    /// Its size, mode and time of modification are those of the machine's.
    @Test func aCopyThatWasWrittenIsAChange() throws {
        let mark =
            "python3 -c 'import os, struct; os.setxattr(\".\", \"trusted.tocsin.copied\", b\"y\"); os.setxattr(\".\", \"trusted.tocsin.stood\", struct.pack(\"qq\", \(time(nil) - 60), 0))'"
        let found = try facts("cp -a ../lower/. . && \(mark) && echo y > same && touch -r ../lower/same same")
        #expect(found.map(\.identity.name).contains("/same"))
    }

    @Test func aDirectoryMadeAnewHidesTheOldOne() throws {
        let found = try facts("mkdir etc && echo old > etc/file", opaque: "etc")
        #expect(found.map(\.identity.name) == ["/etc", "/etc/file"])
        #expect(found.first?.attributes["replaced"] == "true")
    }
}

/// setxattr(2): <sys/xattr.h> is no part of Swift's Glibc module.
@_silgen_name("setxattr")
private func setxattr(
    _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>, _ size: Int,
    _ flags: Int32
) -> Int32
