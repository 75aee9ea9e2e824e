import Faults
import Model
import Testing

@Suite struct FaultActionTests {
    @Test func phrasesBecomeActions() throws {
        let eperm = try #require(ErrorNumber(name: "EPERM"))
        #expect(try Action(Phrase("fail", "EPERM")) == .fail(errno: eperm))
        #expect(try Action(Phrase("fail", "EPERM", ["message": "no"])) == .fail(errno: eperm, message: "no"))
        #expect(try Action(Phrase("kill", "process")) == .kill(victims: .process))
        #expect(
            try Action(Phrase("kill", "all", ["signal": "SIGTERM", "agent": "l3"]))
                == .kill(victims: .all, signal: .terminate, agent: "l3"))
        #expect(try Action(Phrase("netns.delete", "pod")) == .netnsDelete(name: "pod"))
        #expect(try Action(Phrase("netns.unmount", "p*", ["settle": "done"])) == .netnsUnmount(name: "p*"))
        #expect(
            try Action(Phrase("netns.replace", "pod", ["settle": "lingering"]))
                == .netnsReplace(name: "pod", settle: .lingering))
    }

    @Test(arguments: [
        (Phrase("fail", "EBUZY"), "fail", "no errno `EBUZY`"),
        (Phrase("fail", "each"), "fail", "`each` is nothing that `fail` can do"),
        (Phrase("fail", "EPERM", ["mesage": "x"]), "mesage", "unknown key `mesage`"),
        (Phrase("kill", "parent"), "kill", "`parent` is none of `process` `main` `all`"),
        (Phrase("kill", "main", ["signal": "TERM"]), "signal", "no signal `TERM`"),
        (Phrase("netns.delete", "a/b"), "netns.delete", "`a/b` is no name of a namespace"),
        (Phrase("netns.delete", "a", ["settle": "soon"]), "settle", "`soon` is none of `done` `lingering`"),
        (Phrase("netns.delete", "a", in: "pod"), "in", "`netns.delete` is in no namespace: `in` says nothing"),
        (
            Phrase("late", "1s"), "late",
            "`late` is no action: the kernel puts a notice into each queue at once, so it is late where its reader is: "
                + "`delay` at `before: { notice.receive: … }`"
        ),
        (Phrase("lock.hold", "x"), "lock.hold", "`x` is no path: it begins with /"),
        (Phrase("dely", "50ms"), "dely", "unknown word `dely`"),
        // What no run could ever do.
        (
            Phrase("netns.delete", "host"), "netns.delete",
            "`host` is the namespace of the machine: it has no name to lose"
        ),
        (
            Phrase("sysctl.write", "kernel.hostname", ["value": "x"]), "sysctl.write",
            "`kernel.hostname` is no setting of a network namespace: `net.…`"
        ),
        (Phrase("file.write", "/", ["text": "x"]), "file.write", "`/` is a folder: no file is called so"),
        (Phrase("file.delete", "/run/x/.."), "file.delete", "`/run/x/..` is a folder: no file is called so"),
        (Phrase("lock.hold", "/run/"), "lock.hold", "`/run/` is a folder: no file is called so"),
    ]) func whatIsNoActionIsRefused(phrase: Phrase, key: String, message: String) {
        let problem = #expect(throws: FaultProblem.self) { try Action(phrase) }
        #expect(problem?.key == key && problem?.message == message)
    }

    @Test func onlyFaultsOfTheWorldHaveControls() {
        let others = ActionWords.kinds.filter { !$0.hasControls }.map(\.word)
        #expect(others == ["fail", "dump", "kill", "delay", "limit", "capability.drop", "user"])
        #expect(
            ActionWords.kinds.filter { !$0.mayBeStep }.map(\.word) == [
                "fail", "dump", "kill", "limit", "capability.drop", "user",
            ])
        #expect(ActionWords.kinds.allSatisfy { !$0.cause.isEmpty })
        #expect(Set(ActionWords.all).count == ActionWords.all.count)
    }

    @Test(
        arguments: [
            (Phrase("fail", "EPERM"), Point(.before, Phrase("netns.enter", "pod")), nil),
            (
                Phrase("fail", "EPERM"), Point(.after, Phrase("netns.enter", "pod")),
                "`fail` is for `before`: after it, the kernel has acted"
            ),
            (Phrase("fail", "EPERM"), Point(.before, Phrase("step", "add")), "`fail` needs an operation with a result"),
            (
                Phrase("fail", "EPERM"), Point(.before, Phrase("notice.receive", "link")),
                "`fail` needs an operation with a result; a subscription fails by `overflow`"
            ),
            (Phrase("kill", "all"), Point(.after, Phrase("link.set", "a")), nil),
            (
                Phrase("kill", "all"), Point(.after, Phrase("step", "add")),
                "`kill` needs an operation of an agent: at the edge of a step none runs"
            ),
            (
                Phrase("limit", "files", ["to": "3"]), Point(.after, Phrase("step", "add")),
                "`limit: files` needs an operation of an agent: at the edge of a step no process is at the point"
            ),
            (Phrase("limit", "files", ["to": "3"]), Point(.after, Phrase("exec", "ip")), nil),
            (Phrase("dump", "interrupted"), Point(.before, Phrase("link.list", "all")), nil),
            (
                Phrase("dump", "interrupted"), Point(.after, Phrase("nft.list", "inet lab")),
                "`dump` is for `before`: after it, the kernel has answered"
            ),
            (
                Phrase("dump", "interrupted"), Point(.before, Phrase("netns.list", "*")),
                "`dump` needs a list that is asked for by netlink, as `link.list`"
            ),
            (Phrase("netns.delete", "pod"), Point(.after, Phrase("step", "add")), nil),
        ] as [(Phrase, Point, String?)]) func placesAreRefused(action: Phrase, point: Point, refusal: String?)
    {
        #expect(FaultProblem.placing(action, at: point) == refusal)
    }
}
