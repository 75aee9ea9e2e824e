import Kernel
import Testing

@testable import tocsin

/// Agents that are installed one after the other.
struct ProvisionTests {
    @Test func whatFailsDoesNotStopTheOthers() {
        let commands = ["first", "second", "third", "fourth"].map { ["install", $0] }
        var begun: [String] = []
        let failed = ProvisionCommand.failures(of: commands) { argv in
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
        #expect(try ProvisionCommand.execute(["sh", "-c", "exit 3"]) == .exited(3))
        #expect(throws: SystemError.self) { try ProvisionCommand.execute(["/no/such/program"]) }
    }
}
