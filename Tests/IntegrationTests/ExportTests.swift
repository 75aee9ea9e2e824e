import FoundationEssentials
import Kernel
import Model
import Reports
import Testing

@testable import tocsin

/// Reproducers that need no Tocsin.
@Suite(.needsHost, .serialized) final class ExportTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let hasStrace = ["/usr/bin/strace", "/bin/strace"].contains(where: Files.exists)

    /// Runs a shell with the program as `$tocsin`; what it says on both outputs.
    private func shell(_ script: String) throws -> (end: WaitStatus, output: String) {
        let setup = "exec >'\(folder)/output' 2>&1; tocsin='\(try builtProgram())'; cd '\(folder)';"
        let end = try Spawn.execute(["sh", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    @Test(
        .enabled(if: hasStrace, "needs strace(1)"),
        arguments: [
            // What is killed, refused, and deleted between two of its calls; each with what then differs.
            ("--fault 'before netns.name x: kill process' -- ip netns add x", "x leads to no namespace"),
            (
                "--fault 'before file.delete: fail EBUSY' -- sh -c 'ip netns add x; ip netns del x'",
                "> x leads to no namespace"
            ),
            (
                "--netns pod --fault 'before netns.enter pod: netns.delete pod' -- ip netns exec pod ip link set lo up mtu 1400",
                "< pod link: lo: "
            ),
            (
                "--fault 'after link.create d0: link.delete d0' -- sh -c 'ip link add d0 type ifb; true'",
                "< . link: d0: "
            ),
        ])
    func itShowsWhatTheFaultDoes(words: String, difference: String) throws {
        let exported = try shell("\"$tocsin\" export --write repro.sh \(words)")
        #expect(exported.end == .exited(0), "\(exported.output)")
        // By itself, and the machine has none of it afterwards.
        let by = try shell(
            "before=$(ls /run/netns 2>/dev/null); sh repro.sh; s=$?; test \"$(ls /run/netns 2>/dev/null)\" = \"$before\" && exit $s"
        )
        #expect(by.end == .exited(1), "\(by.output)")
        #expect(by.output.contains(difference), "\(by.output)")
        // The folder in which it was made is the test's own.
        let script = try readFile("\(folder)/repro.sh")
        #expect(!script.components(separatedBy: folder.dropLast()).joined().contains("tocsin"))
    }

    private static let hasCompiler = ["/usr/bin/cc", "/usr/local/bin/cc", "/bin/cc"].contains(where: Files.exists)

    @Test(
        .enabled(if: hasCompiler, "needs cc(1)"),
        arguments: [
            // What strace cannot do: the kernel's answer, a list, all processes at once; each with what then differs.
            (
                "--fault 'before link.create d0: fail EPERM' -- sh -c 'ip link add d0 type ifb; ip link add d1 type ifb; true'",
                "< . link: d0: "
            ),
            (
                "--fault 'before link.delete v0: fail EPERM' -- sh -c 'ip link add v0 type ifb; ip link del v0'",
                "> . link: v0: "
            ),
            (
                "--fault 'before link.create d1: kill all' -- sh -c 'ip link add d0 type ifb; ip link add d1 type ifb; ip link add d2 type ifb'",
                "< . link: d2: "
            ),
            (
                "--fault 'before link.list: dump interrupted' -- sh -c 'ip link show >/dev/null 2>/tmp/said; test -s /tmp/said || ip link add d0 type ifb'",
                "< . link: d0: "
            ),
            // Several processes make as many such calls: it is counted by what it says.
            (
                "--fault 'before link.create d1: kill process' -- sh -c 'ip link add d0 type ifb; ip link add d1 type ifb; true'",
                "< . link: d1: "
            ),
            (
                "--netns pod --fault 'after link.create d1: netns.delete pod' -- sh -c 'ip link add d0 type ifb; ip link add d1 type ifb; ip -n pod link set lo mtu 1400'",
                "< pod link: lo: "
            ),
        ])
    func aProgramShowsWhatStraceCannot(words: String, difference: String) throws {
        let exported = try shell("\"$tocsin\" export --write repro.sh \(words)")
        #expect(exported.end == .exited(0), "\(exported.output)")
        let by = try shell("sh repro.sh")
        #expect(by.end == .exited(1), "\(by.output)")
        #expect(by.output.contains(difference), "\(by.output)")
        let script = try readFile("\(folder)/repro.sh")
        #expect(script.contains("#define CALL SYS_"), "\(exported.output)")
        #expect(!script.contains("strace"))
    }

    @Test(arguments: [
        (
            "--fault 'before nft.commit: fail EPERM' -- nft add table ip t",
            "is no type of a message alone"
        ),
        ("--fault 'before netns.name y: kill process' -- ip netns add x", "no run without faults comes to"),
        ("--fault 'before step ip: netns.delete x' --netns x -- ip link", "at the edge of a step"),
        ("--fault 'before link.create d0: delay 1ms' -- ip link add d0 type ifb", "the shell cannot do delay 1ms"),
        (
            "--netns pod --fault 'before netns.enter pod: netns.delete p*' -- ip netns exec pod true",
            "`p*` is another name in each run"
        ),
    ])
    func thereIsNone(words: String, because reason: String) throws {
        let exported = try shell("\"$tocsin\" export \(words)")
        #expect(exported.end == .exited(4), "\(exported.output)")
        #expect(exported.output.contains("there is no reproducer without Tocsin: "), "\(exported.output)")
        #expect(exported.output.contains(reason), "\(exported.output)")
    }

    @Test func whatIsQuotedIsOneWord() throws {
        for word in ["", "a b", "it's", "$(x)", "a;b", "ü", "-n", "x=y"] {
            let said = try shell("printf %s \(Replay.quoted(word))")
            #expect(said.output == word)
        }
    }
}
