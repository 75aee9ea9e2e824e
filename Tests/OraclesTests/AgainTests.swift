import Glibc
import Model
import Testing

@testable import Oracles

@Suite struct AgainTests {
    // MARK: - no-convergence

    func retried(_ state: [Fact]) -> Story {
        var story = Story([step("add", retry: 2)])
        story.start = [Fact("link", "lo", in: "host"), pod]
        story.expected = [[eth0, veth0, route]]
        story.states = [state]
        story.keepsStart = false
        story.attempts(Attempt(end: .exited(1)), Attempt(end: .exited(0)), in: "add")
        return story
    }

    let lo = Fact("link", "lo", in: "host")

    @Test func noConvergenceWhereARetryDoesNotHeal() throws {
        var story = retried([lo, pod, eth0, veth0])
        story.fault(.kill(victims: .process), in: "add")
        let finding = try #require(try story.findings(.noConvergence).first)
        #expect(finding.message == "add was run 2 times, and still 1 thing differs from a run without faults")
        #expect(try retried([lo, pod, eth0, veth0, route]).findings(.noConvergence).isEmpty)
    }

    /// A privilege that a step lacks, or room that there is not, is missing in each run: to fail honestly is all that can be done.
    @Test(arguments: [
        (Action.capabilityDrop("CAP_NET_ADMIN"), true), (.user("nobody"), true), (.limit(.disk, to: 0), true),
        (.kill(victims: .process), false),
    ]) func whatEveryRunIsRefusedNeedNotConverge(action: Action, isRight: Bool) throws {
        var story = retried([lo, pod])
        story.attempts(
            Attempt(end: .exited(1), errorOutput: "refused\n", began: 0),
            Attempt(end: .exited(1), errorOutput: "refused\n", began: 10), in: "add")
        story.fault(action, at: Point(.before, Phrase("step", "add")), in: "add")
        #expect(try story.findings(.noConvergence).isEmpty == isRight)
        story.states = [[lo, pod, eth0]]
        #expect(try !story.findings(.noConvergence).isEmpty, "it left something")
    }

    /// An undo need not make what only the refused work would have left; what it makes itself it must.
    @Test func anUndoNeedNotLeaveWhatItsWorkLeaves() throws {
        let folder = Fact("file", "/var/lib/x", ["type": "directory"])
        var story = Story([step("add"), step("del", undoes: "add", retry: 1)])
        story.expected = [[folder, route], [folder]]
        story.states = [[], []]
        story.fault(.fail(errno: ErrorNumber(EIO)), in: "add")
        story.attempts(Attempt(end: .exited(1)), in: "add")
        #expect(try story.findings(.noConvergence).isEmpty)
        story.expected = [[route], [folder]]
        #expect(try story.findings(.noConvergence).map(\.subject) == ["del"])
    }

    @Test func aStepWithoutRetryNeedNotConverge() throws {
        var story = retried([lo])
        story.plan.steps = [step("add")]
        #expect(try story.findings(.noConvergence).isEmpty)
    }

    @Test func whatWentWithANamespaceOfTheWorldNeedNotComeBack() throws {
        var story = retried([lo])
        story.plan.host.namespaces = ["pod"]
        story.fault(netnsDelete, in: "add", removed: ["pod"])
        #expect(try story.findings(.noConvergence).isEmpty)
        story.states = [[lo, Fact("nft", "chain ip nat A", in: "host")]]
        #expect(try story.findings(.noConvergence).count == 1)
    }

    @Test func aNamespaceThatTheAgentMadeMustComeBack() throws {
        var story = retried([lo])
        story.namespacesMade = ["pod": "add / ip / netns.create(pod) @ host # 1"]
        story.fault(netnsDelete, in: "add", removed: ["pod"])
        #expect(try story.findings(.noConvergence).count == 1)
    }

    @Test func inAReplacedNamespaceTheAgentCanWork() throws {
        var story = retried([lo, pod])
        story.plan.host.namespaces = ["pod"]
        story.fault(.netnsReplace(name: "pod"), in: "add", removed: ["pod"])
        #expect(try story.findings(.noConvergence).count == 1)
        story.states = [[lo, pod, veth0, route]]
        #expect(try story.findings(.noConvergence).count == 1)
        story.states = [[lo, pod, eth0, veth0, route]]
        #expect(try story.findings(.noConvergence).isEmpty)
        // What the world had put in the old one nobody can bring back.
        let own = Fact("link", "eth9", in: "pod")
        story.start.append(own)
        #expect(try story.findings(.noConvergence).isEmpty)
        story.plan.host.namespaces = []
        story.namespacesMade = ["pod": "key"]
        #expect(try story.findings(.noConvergence).count == 1)
    }

    // MARK: - undo-again

    @Test func anUndoRunTwiceMustSucceedTwice() throws {
        var story = Story([step("add"), step("del", 1, of: 2, undoes: "add"), step("del", 2, of: 2, undoes: "add")])
        story.expected = [added, [pod], [pod]]
        story.fault(.kill(victims: .process), in: "del.1")
        story.attempts(Attempt(end: .exited(1), errorOutput: "no chain\n"), in: "del.2")
        let finding = try #require(try story.findings(.undoAgain).first)
        #expect(finding.subject == "del.2")
        #expect(finding.evidence.last == "del.2 ended: exit 1: no chain")
        story.attempts(Attempt(end: .exited(0)), in: "del.2")
        #expect(try story.findings(.undoAgain).isEmpty)
    }

    @Test func anUndoOfANewAddIsNotAgain() throws {
        var story = Story(cycle)
        story.expected = cycleStates
        story.attempts(Attempt(end: .exited(1)), in: "del.2")
        #expect(try story.findings(.undoAgain).isEmpty)
    }

    @Test func aStepWithItsOwnFaultMayFail() throws {
        var story = Story([step("add"), step("del", 1, of: 2, undoes: "add"), step("del", 2, of: 2, undoes: "add")])
        story.expected = [added, [pod], [pod]]
        story.fault(.fail(errno: ErrorNumber(EPERM)), in: "del.2")
        story.attempts(Attempt(end: .exited(1)), in: "del.2")
        #expect(try story.findings(.undoAgain).isEmpty)
    }

    @Test func aFaultOnceTheStepIsOverExcusesNoFailure() throws {
        var story = Story([step("add"), step("del", 1, of: 2, undoes: "add"), step("del", 2, of: 2, undoes: "add")])
        story.expected = [added, [pod], [pod]]
        story.fault(netnsDelete, at: Point(.after, Phrase("step", "del.2")), in: "del.2")
        story.attempts(Attempt(end: .exited(1)), in: "del.2")
        #expect(try story.findings(.undoAgain).map(\.subject) == ["del.2"])
    }

    // MARK: - do-again

    @Test func whatWasUndoneCanBeDoneAgain() throws {
        var story = Story(cycle)
        story.expected = cycleStates
        story.fault(.kill(victims: .process), in: "add.1")
        #expect(try story.findings(.doAgain).isEmpty)
        story.attempts(Attempt(end: .exited(1), errorOutput: "exists"), in: "add.2")
        #expect(try story.findings(.doAgain).map(\.message) == ["add.2, again after del.1, fails"])
        story.attempts(Attempt(end: .exited(0)), in: "add.2")
        story.states = [added, [pod], [pod, eth0, veth0, lease], [pod]]
        #expect(
            try story.findings(.doAgain).map(\.message)
                == ["add.2, again after del.1, ends with another state: 1 thing differs from a run without faults"])
    }

    /// A del that was killed has undone nothing: whoever finds it there and says so is right.
    @Test func whatWasNotUndoneNeedNotBeDoneAgain() throws {
        var story = Story(Array(cycle.prefix(3)))
        story.expected = Array(cycleStates.prefix(3))
        story.fault(.kill(victims: .process), in: "del.1")
        story.states = [added, added, added]
        story.attempts(Attempt(end: .signalled(9)), in: "del.1")
        story.attempts(Attempt(end: .exited(1), errorOutput: "exists"), in: "add.2")
        #expect(try story.findings(.doAgain).isEmpty)
        // It says success over what is there by half.
        story.states = [added, [pod, lease], [pod, eth0, veth0, lease]]
        story.attempts(Attempt(end: .exited(0)), in: "add.2")
        #expect(try story.findings(.doAgain).map(\.subject) == ["add.2"])
        // All was undone before it was killed.
        story.states = [added, [pod], [pod]]
        story.attempts(Attempt(end: .exited(1), errorOutput: "busy"), in: "add.2")
        #expect(try story.findings(.doAgain).map(\.subject) == ["add.2"])
    }

    @Test func whatTheStepDoesNotTouchIsNotItsFault() throws {
        var story = Story(cycle)
        story.expected = cycleStates
        let chain = Fact("nft", "chain ip nat A", in: "host")
        story.states = [added + [chain], [pod, chain], added + [chain], [pod, chain]]
        story.fault(.kill(victims: .process), in: "add.1")
        #expect(try story.findings(.doAgain).isEmpty)
    }

    @Test func whereTheNamespaceIsGoneItMayFail() throws {
        var story = Story(cycle)
        story.plan.host.namespaces = ["pod"]
        story.expected = cycleStates
        story.states = [[], [], [], []]
        story.fault(netnsDelete, in: "add.1", removed: ["pod"])
        story.attempts(Attempt(end: .exited(1)), in: "add.2")
        story.states = [[lease], [], [lease], []]
        #expect(try story.findings(.doAgain).isEmpty)
        story.states = [[lease], [pod], [pod], [pod]]
        #expect(try story.findings(.doAgain).count == 1)
    }

    /// The name is there yet, and leads nowhere: nothing can be done in it.
    @Test(arguments: [("dead", true), ("mounted", false)]) func whereTheNameLeadsNowhereItMayFail(
        state: String, isRight: Bool
    ) throws {
        var story = Story(cycle)
        story.plan.host.namespaces = ["pod"]
        story.expected = cycleStates
        let there = Fact("netns", "pod", ["state": state, "role": "pod"])
        story.states = [[there], [there], [there], [there]]
        story.fault(.netnsUnmount(name: "pod"), in: "add.1", removed: ["pod"])
        story.attempts(Attempt(end: .exited(1), errorOutput: "no such namespace"), in: "add.2")
        story.states = [[there, veth0, route, lease], [there], [there, veth0, route, lease], [there]]
        #expect(try story.findings(.doAgain).isEmpty == isRight)
    }
}
