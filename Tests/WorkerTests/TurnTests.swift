import Glibc
import Kernel
import Model
import Testing

@testable import Worker

/// The turn on a CPU that several workers share.
@Suite struct TurnTests {
    /// The lock as another worker on that CPU has it.
    private final class Other {
        let file: Descriptor
        private let own: Descriptor

        init() throws {
            file = try Descriptor.memory(name: "turn")
            own = try Descriptor.open("/proc/self/fd/\(file.raw)", flags: O_RDWR)
        }

        /// Whether it could let agents run now.
        var mayRun: Bool {
            guard flock(own.raw, LOCK_EX | LOCK_NB) == 0 else { return false }
            return flock(own.raw, LOCK_UN) == 0
        }
    }

    @Test func itIsOneWorkersAtATime() throws {
        let other = try Other()
        let turn = CPUTurn(lock: other.file.raw)
        #expect(other.mayRun)
        try turn.take()
        try turn.take()
        #expect(!other.mayRun)
        try turn.giveBack()
        try turn.giveBack()
        #expect(other.mayRun)
    }

    @Test func whoIsAloneHasItAlways() throws {
        let turn = CPUTurn()
        try turn.take()
        try turn.giveBack()
    }

    /// While it waits for the kernel between two steps, others let their agents run; never while its own do.
    @Test func othersRunBetweenTheSteps() throws {
        let other = try Other()
        let stage = Stage(plan([run("add"), run("del")]), turn: CPUTurn(lock: other.file.raw))
        var between: [Bool] = []
        var during: [Bool] = []
        stage.state.releasing = { between.append(other.mayRun) }
        for name in ["add", "del"] {
            stage.starter.scripts[name] = { start in
                during.append(other.mayRun)
                try stage.end(start.process, 0)
            }
        }
        try stage.play()
        #expect(during == [false, false])
        #expect(between.first == true && between.last == true && between.allSatisfy { $0 }, "\(between)")
    }

    /// A service goes on between the steps, so the turn stays with its worker.
    @Test func aServiceKeepsTheTurn() throws {
        let other = try Other()
        let stage = Stage(plan([run("add"), run("del")]), turn: CPUTurn(lock: other.file.raw))
        var between: [Bool] = []
        stage.state.releasing = { between.append(other.mayRun) }
        stage.works("del")
        stage.starter.scripts["add"] = { start in
            // It leaves a child behind.
            _ = stage.tracer.process("agent", spawn: start.process.spawn, program: "child")
            try stage.end(start.process, 0)
        }
        try stage.play()
        #expect(between.first == true)
        #expect(between.last == false)
    }
}
