import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// A run that stands still, by somebody at a terminal.
@Suite(.needsHost, .serialized) final class PauseTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs the program at a terminal of its own, and types each line at a prompt.
    ///
    /// - Returns: What it says, with its status on the last line.
    private func session(_ words: String, _ lines: [String], prompt: String = "tocsin> ") throws -> String {
        // As posix_openpt(3) does; TIOCSPTLCK and TIOCGPTN are of asm-generic/ioctls.h.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: UInt32 = 0
        let isOpen = master >= 0 && ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0
        try #require(isOpen)
        defer { close(master) }
        let terminal = "/dev/pts/\(number)"
        let script = """
            cd '\(folder)'
            ( exec <'\(terminal)' >'\(terminal)' 2>&1
                setsid --ctty --wait '\(try builtProgram())' \(words); echo "status $?."; sleep 0.3 ) &
            """
        _ = try Spawn.execute(["sh", "-c", script])
        var said: [UInt8] = []
        var seen = 0
        func text() -> String { String(decoding: said[seen...], as: UTF8.self) }
        func read(until wanted: String) throws {
            for _ in 0..<1200 where !text().contains(wanted) {
                var item = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
                guard poll(&item, 1, 100) > 0 else { continue }
                var space = [UInt8](repeating: 0, count: 4096)
                let count = Glibc.read(master, &space, space.count)
                if count <= 0 { break }
                said += space[..<count]
            }
            try #require(text().contains(wanted), "\(String(decoding: said, as: UTF8.self))")
        }
        for line in lines {
            // An interrupt is for what runs, which says itself that it does: the shell loses one while it makes a child.
            try read(until: line == "!\u{3}" ? "running 2" : line.hasPrefix("!") ? "# " : prompt)
            seen = said.count
            let typed = Array((line.hasPrefix("!") ? line.dropFirst() : line[...]).utf8) + [UInt8(ascii: "\r")]
            _ = write(master, typed, typed.count)
        }
        try read(until: "status ")
        return String(decoding: said, as: UTF8.self).replacing("\r\n", with: "\n")
    }

    private static let deleted =
        "run --pause --netns pod --fault 'before netns.enter pod: netns.delete pod' -- ip netns exec pod true"

    @Test func itStandsBeforeTheFaultAndBehindIt() throws {
        let said = try session(
            Self.deleted,
            [
                "he\t", "held", "diff", "namespaces", "next", "diff", "namespaces", "enter pod ip -o link", "enter x",
                "go",
            ])
        #expect(said.contains("has not happened yet: in ip, before ip / ip / netns.enter(pod) @ host # 1"), "\(said)")
        #expect(said.contains("nothing differs from runs without faults at this moment"), "\(said)")
        #expect(said.contains("pod  by the name pod"), "\(said)")
        #expect(
            said.contains("netns.delete pod: namespace pod lost its name; it lives on, held by descriptor of ip"),
            "\(said)")
        #expect(said.contains("missing  netns pod"), "\(said)")
        #expect(said.contains("pod  without a name"), "\(said)")
        #expect(said.contains("1: lo: <LOOPBACK"), "\(said)")
        #expect(said.contains("there is no namespace `x`"), "\(said)")
        #expect(said.contains("ip: exit 0\n") && said.contains("never judged"), "\(said)")
        #expect(said.contains("status 0."), "\(said)")
        // Nothing of it is kept.
        #expect(!Files.exists("\(folder)/results"))
    }

    @Test func aShellStandsInANamespaceAndItsInterruptIsItsOwn() throws {
        let said = try session(
            Self.deleted,
            [
                "enter pod", "!readlink /proc/self/ns/net; sh -c 'echo running $((1 + 1)); exec sleep 1000'", "!\u{3}",
                "!echo still $((1 + 1)); exit", "go",
            ])
        #expect(said.contains("as long as you stand in pod, it cannot go"), "\(said)")
        #expect(said.contains("net:[") && said.contains("still 2"), "\(said)")
        #expect(said.contains("status 0."), "\(said)")
    }

    @Test func itEndsWhereItStands() throws {
        let said = try session(Self.deleted, ["end"])
        #expect(said.contains("never judged") && said.contains("status 0."), "\(said)")
        let never = try session("run --pause --fault 'before netns.enter nowhere: kill process' -- true", [])
        #expect(never.contains("it never came to the fault") && never.contains("status 4."), "\(never)")
    }

    @Test func withoutATerminalItIsRefused() throws {
        let script = "'\(try builtProgram())' \(Self.deleted) </dev/null >'\(folder)/said' 2>&1"
        #expect(try Spawn.execute(["sh", "-c", script]) == .exited(2))
        #expect(try readFile("\(folder)/said").contains("--pause asks at a terminal"))
    }
}
