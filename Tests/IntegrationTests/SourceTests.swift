import FoundationEssentials
import Model
import Testing

/// Where agents stand in their own source when a fault fires, on real programs.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct SourceTests {
    private static let pySpy = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".agents/py-spy/bin/py-spy").path

    private func stack(
        _ argv: [String], at operation: Phrase, environment: [String: String] = [:], input: String = ""
    ) throws -> [SourceFrame]? {
        var command = command(argv)
        command.environment.merge(environment) { $1 }
        command.stdin = FileContent(bytes: Array(input.utf8))
        var plan = plan(argv, faults: [before(operation, Phrase("fail", "EPERM"))])
        plan.steps = [Step(name: "run", body: .run(command))]
        let record = try record(of: plan, stacks: Job.StackReading(pySpy: Self.pySpy))
        #expect(record.header.error == "it ended when the source at its faults was read")
        return record.header.deliveries.first?.stack
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: pySpy), "py-spy is missing: scripts/setup"))
    func aPythonProgramStandsAtItsLine() throws {
        let text = """
            import os, threading
            def add():
                os.mkdir("/run/tenant")
            worker = threading.Thread(target=add)
            worker.start()
            worker.join()
            """
        let stack = try stack(python(text), at: Phrase("file.create", "/run/tenant"))
        #expect(stack?.own?.line == 3)
        #expect(stack?.own?.function == "add")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: pySpy), "py-spy is missing: scripts/setup"))
    func whatAPythonProgramStartsStandsAtTheLineThatStartsIt() throws {
        let text = """
            import subprocess

            def add():
                subprocess.run(["ip", "netns", "add", "blue"])
            add()
            """
        let stack = try stack(python(text), at: Phrase("netns.name", "blue"))
        #expect(stack?.contains { $0.function == "add" && $0.line == 4 } == true, "\(stack ?? [])")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/lib/cni/loopback")))
    func aProgramOfGoStandsAtItsLine() throws {
        let stack = try stack(
            ["/usr/lib/cni/loopback"], at: Phrase("netns.enter", "pod"),
            environment: [
                "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "c1", "CNI_NETNS": "/run/netns/pod", "CNI_IFNAME": "lo",
                "CNI_PATH": "/usr/lib/cni",
            ], input: #"{"cniVersion": "0.4.0", "name": "lo", "type": "loopback"}"#)
        #expect(stack?.own?.function.hasSuffix("/pkg/ns.(*netNS).Set") == true, "\(stack ?? [])")
        #expect(stack?.own?.file.hasSuffix("/pkg/ns/ns_linux.go") == true)
        #expect((stack?.own?.line ?? 0) > 0)
    }

    @Test func aShellHasNoSourceThatIsRead() throws {
        #expect(try stack(shell("mkdir /run/tenant"), at: Phrase("file.create", "/run/tenant")) == nil)
    }
}
