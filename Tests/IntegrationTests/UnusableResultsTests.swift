import FoundationEssentials
import Kernel
import Model
import Testing

@testable import tocsin

/// Results on disks that take nothing, and several runs that begin in one new folder.
@Suite(.needsHost) final class UnusableResultsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a shell in a mount namespace of its own, with a small disk at `disk` and the program as `$tocsin`.
    private func shell(_ script: String) throws -> (end: WaitStatus, output: String) {
        try Files.makeFolder("\(folder)/disk")
        let setup =
            "exec >'\(folder)/output' 2>&1; tocsin='\(try builtProgram())'; cd '\(folder)';"
            + "mount -t tmpfs -o size=256k tmpfs disk || exit 99;"
        let end = try Spawn.execute(["unshare", "-m", "sh", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    @Test func aDiskThatCannotBeWrittenIsUnusable() throws {
        let result = try shell("mount -o remount,ro disk; \"$tocsin\" run --results disk/results -- /bin/true")
        #expect(result.end == .exited(2))
        #expect(result.output.contains("disk/results: cannot be made: Read-only file system\nhint: --results"))
    }

    @Test func aDiskThatIsFullIsUnusable() throws {
        let fill = "dd if=/dev/zero of=disk/fill bs=4k 2>/dev/null;"
        let result = try shell("\(fill) \"$tocsin\" run --results disk -- /bin/true")
        #expect(result.end == .exited(2))
        #expect(result.output.contains("disk/tocsin.sqlite: database or disk is full\nhint: --results"))
    }

    @Test func whatWasStoredIsShownFromADiskThatCannotBeWritten() throws {
        let script =
            "\"$tocsin\" run --results r -- /bin/true; echo $?;"
            + "mount --bind r r && mount -o remount,bind,ro r && \"$tocsin\" show --results r"
        let result = try shell(script)
        #expect(result.end == .exited(0), "\(result.output)")
        #expect(result.output.contains("\n0\n"))
    }

    @Test func severalRunsMayBeginInOneNewFolder() throws {
        for round in 1...3 {
            let one = "\"$tocsin\" run --jobs 1 --results r\(round) -- /bin/true >>log 2>&1 || echo \"failed: $?\""
            let all = (1...4).map { _ in "{ \(one); } &" }.joined(separator: " ")
            let result = try shell("\(all) wait; cat log")
            #expect(!result.output.contains("failed"), "\(result.output)")
        }
    }

    /// What a CI job uploads is read by more people than its variables are.
    @Test func resultsAreTheirOwnersAndHoldNothingOfTheCallersEnvironment() throws {
        let agent = "env; cat /proc/[0-9]*/environ /proc/self/environ; ip netns add x; kill -SEGV $$"
        let fault = "before netns.name x: kill process"
        let script =
            "umask 022; export PASSWORD=zq-caller-7731; \"$tocsin\" run -v --results r --report html=r/report.html"
            + " --report json=r/report.json --fault '\(fault)' -- sh -c '\(agent)' >r/printed 2>&1; "
            + "stat -c '%a' r r/runs r/runs/* r/tocsin.sqlite; grep -c environ r/printed; grep -rl caller-7731 r; grep -rl PASSWORD= r"
        let result = try shell("mkdir -m 700 r; \(script)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.prefix(4) == ["700", "700", "700", "600"], "\(result.output)")
        // The agent was seen, and the search finds nothing: its last grep ends with 1 and no line.
        #expect(lines.count == 5 && Int(lines[4]) ?? 0 > 0 && result.end == .exited(1), "\(result.output)")
    }

    /// The owner's value of a variable that is planted stands in nothing that is kept.
    @Test func aCanaryStandsForTheSecretEverywhere() throws {
        let scenario = """
            tocsin: 1
            title: a password
            variables: { password: k33p4l1vzz }
            plant: { password: canary }
            agents: { a: { commands: { say: { run: [sh, -c, "echo $0; ip link add d0 type bridge", $(password)] } } } }
            steps: [{ run: say }]
            allow: [{ residue: { link: d0 }, because: it is made }]

            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/x.yaml")
        let script =
            "\"$tocsin\" run x.yaml --results r --report json=r.json; ls r/runs/*/plan*; grep -rl k33p4l1vzz r r.json"
        let result = try shell(script)
        #expect(result.end == .exited(1) && result.output.contains("fault-1"), "\(result.output)")
        #expect(!result.output.contains("tocsin.sqlite"), "\(result.output)")
    }

    /// What `redact` means, and the canary itself, stand in no record, plan, job, report or store; the agent had the true values.
    @Test func whatIsRedactedIsKeptNowhere() throws {
        let scenario = """
            tocsin: 1
            title: a password and a token
            variables: { password: k33p4l1vzz }
            plant: { password: canary }
            redact: [hunter2, "/token=[a-z0-9]+/"]
            agents:
              a:
                environment: { OTHER: hunter2 }
                commands: { say: { run: [sh, -c, "echo $0 token=ab99ef; echo $OTHER | wc -c; mkdir /run/hunter2; touch /run/$0", $(password)] } }
            steps: [{ run: say }]
            faults: [{ before: { file.create: /run/hunter2 }, do: { delay: 1ms } }]

            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/x.yaml")
        let canary = try #require(Canary.text(like: "k33p4l1vzz", variable: "password", scenario: "x.yaml"))
        let script =
            "mkdir r; \"$tocsin\" run x.yaml --results r --report html=r/x.html --report json=r/x.json >r/printed 2>&1;"
            + "\"$tocsin\" judge r/runs/*/plan* >r/judged; grep -l '\\[canary password\\]' r/printed r/judged r/x.html; ls r/runs/*/plan*;"
            + "grep -h '\"output\"' r/runs/*/plan*/fault-1/record.json; grep -rl -e '\(canary)' -e hunter2 -e ab99ef r; echo searched"
        let result = try shell(script)
        let output = result.output
        #expect(output.hasSuffix("\nsearched\n") && output.contains("r/printed\nr/judged\nr/x.html\n"), "\(output)")
        #expect(output.contains("[canary password] [redacted]\\n8\\n"), "\(output)")
        #expect(!output.contains("r/tocsin.sqlite\n"), "\(output)")
    }
}
