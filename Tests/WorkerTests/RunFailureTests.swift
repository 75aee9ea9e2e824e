import Kernel
import Model
import Testing

@testable import Worker

/// What the error of a record says.
@Suite struct RunFailureTests {
    private static let said: [(RunFailure, String)] = [
        (.recordNotWritten("full"), "the record could not be written: full"),
        (.hostEnded(signal: nil), "pid 1 of the host ended"),
        (.hostEnded(signal: 9), "pid 1 of the host ended by signal 9"),
        (.hostNotDestroyed("left"), "left"),
        (.cannotTrace("how"), "how"),
        (.orderNotKept("`order` was not kept"), "`order` was not kept"),
        (.immortal("a command"), "a command does not die of SIGKILL"),
        (.notBegun(program: "ip", why: "no"), "`ip` could not be begun: no"),
        (.driverMisbehaved("what"), "what"),
        (.unreadable(.fired("cut"), why: "no"), "{ fired: cut } could not be looked at: no"),
        (.notTakenBack("no"), "a fault could not be taken back: no"),
        (.mountNotHeld("proc"), "proc"),
        (.settingNotMade("dad"), "a setting that makes runs equal was not made: dad"),
        (.impossible("nothing"), "nothing"),
        (.refused("EPERM"), "EPERM"),
    ]

    @Test(arguments: said) func itIsOneSentence(failure: RunFailure, text: String) {
        #expect(failure.description == text)
    }

    @Test func anErrorBecomesOneAndAFailureStaysWhatItIs() {
        #expect(RunFailure(RunFailure.hostEnded(signal: 9)) == .hostEnded(signal: 9))
        #expect(RunFailure(WorldError.impossible("no")) == .refused("no"))
    }
}
