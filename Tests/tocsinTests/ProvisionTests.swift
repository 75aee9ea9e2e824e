import FoundationEssentials
import Glibc
import Kernel
import Testing

@testable import tocsin

/// Agents that are installed one after the other.
struct ProvisionTests {
    @Test func whatFailsDoesNotStopTheOthers() throws {
        let commands = ["first", "second", "third", "fourth"].map { ["install", $0] }
        var begun: [String] = []
        let failed = try ProvisionCommand.failures(of: commands) { argv in
            begun.append(argv[1])
            switch argv[1] {
            case "second": return .exited(7)
            case "third": throw SystemError(call: "posix_spawn", stage: "install", errno: .noSuchFileOrDirectory)
            case "fourth": return .killed(signal: 9, core: false)
            default: return .exited(0)
            }
        }
        #expect(begun == ["first", "second", "third", "fourth"])
        #expect(failed.map { $0.argv[1] } == ["second", "third", "fourth"])
        #expect(failed.first?.reason == "exit status 7")
        #expect(failed.last?.reason == "ended by signal 9")
        #expect(failed.dropFirst().first?.reason.contains("posix_spawn") == true)
    }

    @Test func programsAreRunAndTheirStatusIsTold() throws {
        let folder = "/tmp/tocsin-provision-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ends = [
            ("exit 3", "exit status 3"), ("kill -9 $$", "ended by signal 9"), ("kill -15 $$", "ended by signal 15"),
        ]
        for (script, reason) in ends {
            let process = try provision("sh, -c, \"\(script)\"", in: folder)
            #expect(try waitBlocking(for: process).status == .exited(3))
            #expect(try readFile("\(folder)/said").contains(": \(reason)"))
        }
        let words = "sh, -c, \"test \\\"$0 $*\\\" = 'a -- b'\", a, --, b"
        #expect(try waitBlocking(for: provision(words, in: folder)).status == .exited(0))
        #expect(try waitBlocking(for: provision("/no/such/program", in: folder)).status == .exited(3))
        #expect(try readFile("\(folder)/said").contains("No such file or directory"))
    }

    /// Whoever is killed, the installer and what it began end too.
    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGKILL], [true, false])
    func nothingOfAnInstallerOutlivesUs(signal: Int32, isMain: Bool) throws {
        let folder = "/tmp/tocsin-provision-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = "trap '' TERM; (setsid sh -c 'sleep 600; :' &) ; sleep 600 & touch \(folder)/begun; wait"
        let main = try provision("sh, -c, \"\(script)\"", in: folder)
        let patience = Monotonic.now() + .seconds(20).patient
        while access("\(folder)/begun", F_OK) != 0, Monotonic.now() < patience { usleep(1000) }
        var below = descendants(of: main)
        while below.count < 5, Monotonic.now() < patience {
            usleep(1000)
            below = descendants(of: main)
        }
        #expect(below.count >= 5, "the one in between, a shell, what that began, and what this began")
        let victim = try isMain ? main : #require(below.first)
        kill(victim, signal)
        let status = try waitBlocking(for: main).status
        if isMain, signal != SIGKILL {
            #expect(status == .exited(128 + signal))
            #expect(try readFile("\(folder)/said").contains("the same command goes on where it stopped"))
        } else {
            #expect(isMain ? status == .killed(signal: signal, core: false) : status == .exited(3))
        }
        let end = Monotonic.now() + .seconds(10).patient
        while below.contains(where: { kill($0, 0) == 0 }), Monotonic.now() < end { usleep(10_000) }
        #expect(below.filter { kill($0, 0) == 0 } == [])
    }

    /// Begins `tocsin provision` of an agent whose `provision` has these words.
    private func provision(_ words: String, in folder: String) throws -> Int32 {
        let scenario = """
            tocsin: 1
            title: one that is installed
            agents: { a: { provision: [\(words)], commands: { b: { run: ['true'] } } } }
            steps: [{ run: b }]
            """
        try Data(scenario.utf8).write(to: URL(filePath: "\(folder)/a.yaml"))
        let shell = ["sh", "-c", "exec \"$@\" >'\(folder)/said' 2>&1", "sh"]
        return try Spawn.begin("sh", shell + [try builtTocsin(), "provision", "\(folder)/a.yaml"])
    }
}

/// `tocsin` beside the bundle that holds these tests.
func builtTocsin() throws -> String {
    let maps = try readFile("/proc/self/maps").split(separator: "\n")
    let bundle = try #require(maps.first { $0.hasSuffix(".xctest") }?.drop { $0 != "/" })
    return "/\(bundle.split(separator: "/").dropLast().joined(separator: "/"))/tocsin"
}
