import FoundationEssentials
import Kernel
import Model
import Testing

@testable import tocsin

/// From a command to a first verdict.
@Suite(.needsHost) final class NewScenarioTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func shell(_ script: String) throws -> (end: WaitStatus, output: String) {
        let setup = "exec >'\(folder)/output' 2>&1; tocsin() { '\(try builtProgram())' \"$@\"; }; cd '\(folder)';"
        let end = try Spawn.execute(["bash", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    @Test func whatIsWrittenRuns() throws {
        let result = try shell(
            "tocsin new --undo 'ip link del d0' --write first.yaml -- sh -c 'ip link add d0 type bridge; ip netns add x'"
                + " && tocsin validate --strict first.yaml && tocsin run --results r --without-faults first.yaml"
                + " && tocsin run --results r first.yaml; echo \"exit $?\"")
        #expect(result.output.contains("first.yaml: "), "\(result.output)")
        // What the undo leaves is allowed, and the point is one that changes something.
        let text = try readFile("\(folder)/first.yaml")
        #expect(text.contains("- { residue: { netns: x }, because: "), "\(text)")
        #expect(text.contains("- before: { netns.name: x, by: ip"), "\(text)")
        #expect(text.contains("#   before: { link.create: d0, by: ip"), "\(text)")
        #expect(!text.contains("netns.list"), "\(text)")
        // Also where a child of the command does it, the fault ends what it is about.
        #expect(text.contains("do: { kill: all }"), "\(text)")
        #expect(result.output.contains("dead-name") && result.output.contains("exit 1"), "\(result.output)")
        #expect(!result.output.contains("error"), "\(result.output)")
    }

    @Test func nothingIsOverwrittenAndWhatFailsIsSaid() throws {
        let result = try shell(
            """
            echo mine >mine.yaml
            tocsin new --write mine.yaml -- ip netns add x; echo "exit $?"; cat mine.yaml
            tocsin new -- false; echo "exit $?"
            tocsin new -- true; echo "exit $?"
            tocsin new -- ./gone; echo "exit $?"
            tocsin new; echo "exit $?"
            tocsin new --undo '' -- true; echo "exit $?"
            tocsin new --write no/where.yaml -- ip netns add x; echo "exit $?"
            """)
        let statuses = result.output.split(separator: "\n").filter { $0.hasPrefix("exit ") }
        #expect(statuses == ["exit 2", "exit 1", "exit 4", "exit 3", "exit 2", "exit 2", "exit 2"], "\(result.output)")
        #expect(result.output.contains("mine.yaml is there already\nexit 2\nmine\n"), "\(result.output)")
    }
}
