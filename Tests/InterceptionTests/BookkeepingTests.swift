import CLinux
import Glibc
import Model
import Testing

@testable import Interception

/// What the tracer remembers of a run is bounded, and says what it left out.
@Suite struct BookkeepingTests {
    @Test func remarksAreSaidOnceAndCounted() {
        var remarks = Remarks()
        #expect((0..<100_000).filter { _ in remarks.isFirst("a") } == [0])
        #expect((0..<1000).filter { remarks.isFirst("remark \($0)") }.count == Remarks.limit - 1)
        #expect(
            remarks.takeCounts() == ["a: 100000 times in all", "\(1001 - Remarks.limit) more remarks are left out"])
        #expect(remarks.takeCounts() == [])
    }

    @Test func namesOfChanceAreRememberedWhereTheyAreMade() {
        var temporaries = Temporaries()
        let made = Phrase("file.create", "/etc/sedAb12Cd")
        #expect(temporaries.names(in: made, isNew: false) == nil, "it was there")
        #expect(temporaries.names(in: made, isNew: true) == ["sedAb12Cd"])
        #expect(
            temporaries.names(in: Phrase("file.rename", "/etc/sedAb12Cd", ["to": "/etc/hosts"]), isNew: false)
                == ["sedAb12Cd"])
        #expect(temporaries.names(in: Phrase("file.delete", "/etc/hosts"), isNew: false) == nil)
        #expect(
            temporaries.names(in: Phrase("exec", "/bin/cp", ["argv": "cp /etc/sedAb12Cd x"]), isNew: false)
                == ["sedAb12Cd"])
        #expect(temporaries.names(in: Phrase("file.create", "/tmp/abcdefgh"), isNew: true) == ["abcdefgh"])
        for number in 0..<10_000 {
            _ = temporaries.names(in: Phrase("file.create", "/tmp/tmp.Xy7Q\(number)aB"), isNew: true)
        }
        #expect(temporaries.names(in: Phrase("file.delete", "/etc/sedAb12Cd"), isNew: false) == nil, "long ago")
    }

    @Test func operationsBehindAHeldOneBeginWhenItIsReleased() {
        let pending = PendingCall(cl_call())
        pending.operations = (0..<3).map {
            Operation(
                index: $0, step: "", agent: "", lineage: "", program: "", thread: 1, call: "sendmsg",
                phrase: Phrase("link.create", "d\($0)"), started: 10)
        }
        pending.startLater(than: 1, at: 50)
        #expect(pending.operations.map(\.started) == [10, 10, 50])
    }

    /// Threads are numbered by who made them, not by who comes first.
    @Test func creatorsAreNamedByTheirPlace() throws {
        let audience = try Audience()
        let main = Audience.first
        for number in Int32(1)...2 {
            audience.play.groups[main + number] = main
            audience.play.bear(main, main + number)
        }
        for number in [Int32(2), 1] { audience.play.tell(main + number, .interrupted) }
        while audience.interceptor.drain() {}
        audience.play.bear(main + 2, main + 3)
        audience.play.tell(main + 3, .interrupted)
        while audience.interceptor.drain() {}
        let tracees = audience.interceptor.tree.tracees
        #expect((0...3).map { tracees[main + $0]?.creator } == ["agent", "agent~1", "agent~2", "agent~2.1"])
        audience.play.execute(main + 3, former: main + 3, "ip")
        while audience.interceptor.drain() {}
        #expect(tracees[main + 3]?.creator == "agent/ip")
    }
}
