import Model
import Testing

@testable import tocsin

/// What the command line is turned into.
struct InlineScenarioTests {
    private func text(_ argv: [String], _ faults: [String] = [], _ namespaces: [String] = []) throws -> String {
        try InlineScenario(argv: argv, faults: faults, namespaces: namespaces).text()
    }

    @Test func aCommandIsAPlanOfOneStep() throws {
        let argv = ["sh", "-c", "echo \"$(x)\" 'a, b': {c}\n\ttrue"]
        let plan = try #require(try InlineScenario(argv: argv, namespaces: ["pod"]).plans().first)
        #expect(plan.host.namespaces == ["pod"])
        #expect(plan.steps.map(\.id) == ["sh"])
        guard case .run(let command)? = plan.steps.first?.body else {
            Issue.record("no command")
            return
        }
        #expect(command.argv == argv)
    }

    /// With `--at` an action is looked at before the run that finds its point.
    @Test func anActionIsReadBeforeItsPoint() {
        func said(_ actions: String...) -> String {
            do {
                try InlineScenario.check(actions: actions, agents: ["agent"])
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(said("kill main", "netns.delete pod", "fail each") == "")
        #expect(said("kil main") == "--fault, column 1: error: unknown word `kil`; did you mean `kill`?")
        #expect(said("kill main", "kill main agent x").hasPrefix("--fault 2, column 11: error: no agent `x`"))
        #expect(said("before exec: kill main").hasPrefix("--fault, column 1: error: `--at` says where"))
        #expect(said("link.set v0 mtu 1") == "--fault, column 13: error: `1` is no number in 68...65535")
        #expect(said("") == "--fault, column 1: error: there is no action")
    }

    /// What runs at the same time is an agent of its own, for an order tells agents apart.
    @Test func commandsAtTheSameTimeAreAgentsOfTheirOwn() throws {
        let inline = InlineScenario(
            argv: ["ip", "netns", "add", "x"], undo: ["ip", "netns", "del", "x"],
            beside: [["ip", "netns", "add", "y"], ["/bin/true"]])
        let plan = try #require(try inline.plans().first)
        guard case .together(let steps)? = plan.steps.first?.body else {
            Issue.record("no steps at the same time: \(plan.steps)")
            return
        }
        #expect(steps.map(\.id) == ["ip-netns-add", "ip-netns-add", "true"] || steps.count == 3)
        #expect(Set(plan.agents.keys) == ["agent", "beside", "beside-2"])
        #expect(plan.steps.count == 2)
    }

    @Test func severalValuesStandBetweenCommas() throws {
        #expect(["kill,netns", "fail"].listed == ["kill", "netns", "fail"])
        #expect(["kill,", ",", ""].listed == ["kill"])
        let command = ["explore", "x.yaml", "--faults", "kill,netns,link.delete", "--then", "again,undo"]
        _ = try ExploreCommand.parse(Array(command.dropFirst()))
        #expect(throws: (any Error).self) { try ExploreCommand.parse(["x.yaml", "--faults", "kill,netnz"]) }
        #expect(throws: (any Error).self) { try ExploreCommand.parse(["x.yaml", "--then", "again,never"]) }
        #expect(throws: (any Error).self) { try ExploreCommand.parse(["x.yaml", "--beside", "ip link"]) }
    }

    /// Of an option that is one thing, the last would count and the others be forgotten.
    @Test func twoPlacesAreRefused() throws {
        #expect(throws: (any Error).self) {
            try RunCommand.parse(["--at", "3", "--at", "7", "--fault", "kill main", "x.yaml"])
        }
        _ = try RunCommand.parse(["--at", "3", "--fault", "kill main", "x.yaml"])
    }

    @Test func faultsAreInTheWordsOfATrace() throws {
        let faults = [
            "before netns.enter: netns.delete pod settle lingering", "after address.add fd00::1/64 by ip: kill all",
        ]
        let plan = try #require(try InlineScenario(argv: ["ip"], faults: faults, namespaces: ["pod"]).plans().first)
        #expect(
            plan.faults.map(\.point) == [
                Point(.before, Phrase("netns.enter", "*")),
                Point(.after, Phrase("address.add", "fd00::1/64", ["by": "ip"])),
            ])
        #expect(
            plan.faults.map(\.actions) == [
                [.netnsDelete(name: "pod", settle: .lingering)], [.kill(victims: .all)],
            ])
    }

    @Test(arguments: [
        "netns.enter: kill all", "before: kill all", "before exec x by: kill all", "before exec", "before exec: ",
    ])
    func whatIsNoFaultIsRefused(fault: String) {
        #expect(throws: BrokenFiles.self) { try self.text(["ip"], [fault]) }
    }

    @Test func whatIsWrongIsSaidAtTheOptionAndItsColumn() {
        func said(_ faults: String...) -> String {
            do {
                _ = try InlineScenario(argv: ["ip"], faults: faults).plans()
                return "nothing"
            } catch { return "\(error)" }
        }
        #expect(
            said("before netns.entr pod: kill all")
                == "--fault, column 8: error: unknown word `netns.entr`; did you mean `netns.enter`?")
        #expect(
            said("before exec x: kill all", "before nft.commit inet lab add \"1 rule\": kill main").hasPrefix(
                "--fault 2, column 24: error: unknown key `lab`: a text with a blank in it needs quotes"))
        #expect(
            said("before nft.commit \"inet lab: kill main") == "--fault, column 19: error: the quoted text has no end")
        #expect(said("before exec x nth 0: kill all").hasPrefix("--fault, column 15: error: `nth` is a number from 1"))
        #expect(said("before exec x by: kill all").hasPrefix("--fault, column 15: error: `by` has no value"))
    }

    @Test func aFaultKnowsItsOption() throws {
        let plan = try #require(try InlineScenario(argv: ["ip"], faults: ["before exec: kill all"]).plans().first)
        #expect(plan.faults.map(\.location) == ["--fault, column 1"])
    }

    @Test func anActionAloneHappensAtAPoint() throws {
        let point = Point(.before, Phrase("nft.list", "inet lab", ["by": "nft"]), nth: .these([3]), during: "ip")
        let inline = InlineScenario(argv: ["ip"], faults: ["kill main"], point: point)
        #expect(try inline.plans().first?.faults.map(\.point) == [point])
        #expect(try inline.text().contains("  - before: { nft.list: \"inet lab\", by: nft }\n    nth: 3\n"))
    }

    @Test func relativeProgramsAreMeantFromHere() throws {
        #expect(try text(["./agent"]).contains("/./agent]"))
        #expect(try text(["ip", "./x"]).contains("run: [ip, ./x]"))
    }

    @Test func anEmptyProgramIsSaidOfTheCommandLine() {
        #expect(throws: UnusableInput.self) { try self.text([""]) }
        #expect(throws: UnusableInput.self) { try InlineScenario(argv: ["", "x"]).plans() }
    }

    @Test func optionsThatContradictAreRefused() {
        #expect(throws: (any Error).self) {
            try RunCommand.parse(["x.yaml", "--without-faults", "--fault", "before exec: kill main"])
        }
        #expect(throws: (any Error).self) { try RunCommand.parse(["x.yaml", "--runs", "100001"]) }
        #expect(throws: Never.self) { try RunCommand.parse(["x.yaml", "--runs", "100000"]) }
        for jobs in ["0", "1025", "9223372036854775807"] {
            #expect(throws: (any Error).self) { try RunCommand.parse(["x.yaml", "--jobs", jobs]) }
        }
        #expect(throws: Never.self) { try RunCommand.parse(["x.yaml", "--jobs", "1024"]) }
    }

    @Test func aWrongWordIsADiagnostic() throws {
        #expect(throws: BrokenFiles.self) {
            try InlineScenario(argv: ["ip"], faults: ["before netns.entr pod: kill all"]).plans()
        }
    }
}

/// What a machine is asked.
struct MachineTests {
    static let releases: [(String, String, Bool)] = [
        ("6.18.44", "6.1", false), ("5.15.0-91-generic", "6.1", true), ("6.1.0-13-amd64", "6.1", false),
        ("6.1", "6.1.5", true), ("10.0", "9.9", false), ("6.8", ">= 6.1", false), ("5.4", ">= 6.1", true),
    ]

    @Test(arguments: releases) func releasesAreComparedByNumber(release: String, oldest: String, older: Bool) {
        #expect(Machine.isOlder(release, than: oldest) == older)
    }

    @Test func aKernelThatIsTooOldIsNamed() {
        #expect(Machine.problem(ofKernel: "5.10.0-30-amd64") == "needs a kernel from 5.14; this one is 5.10.0-30-amd64")
        #expect(Machine.problem(ofKernel: "5.14.0") == nil)
    }

    @Test func whatIsMissingIsNamed() throws {
        let machine = try Machine()
        var plan = Plan(scenario: "x.yaml", title: "x")
        let without = machine.unmet(plan)
        plan.requirements.programs = ["sh", "no-such-program", "/no/such"]
        plan.requirements.kernel = "3.0"
        let reason = try #require(machine.unmet(plan))
        #expect(without != nil || reason == "needs the program no-such-program, /no/such")
        var agent = AgentSpecification()
        agent.provision = ["install"]
        plan.agents = ["a": agent]
        #expect(without != nil || machine.unmet(plan)?.hasSuffix("/no/such: tocsin provision x.yaml") == true)
        plan.requirements.kernel = "99.0"
        #expect(try #require(machine.unmet(plan)).contains(without ?? "99.0"))
    }
}

/// Which plans are meant.
struct SelectionTests {
    private var plans: [Plan] {
        [("1", "a"), ("1", "b"), ("2", "a")].map { version, name in
            var plan = Plan(scenario: "x.yaml", title: "x")
            plan.bindings = ["version": version, "name": name]
            return plan
        }
    }

    @Test func allValuesMustHold() throws {
        #expect(try Loading.select(plans, only: []).count == 3)
        #expect(try Loading.select(plans, only: ["version=1"]).count == 2)
        #expect(try Loading.select(plans, only: ["version=1", "name=b"]).map(\.bindings) == [plans[1].bindings])
        #expect(try Loading.select(plans, only: ["version=3", "name=b"]).isEmpty)
    }

    @Test func aNameThatOnlyReplacedFaultsUsedChoosesNothing() throws {
        #expect(try Loading.select(plans, only: ["cause=x", "version=2"], ignoring: ["cause"]).count == 1)
    }

    @Test func whoStandsForOthersSaysHowToChoose() {
        #expect(Loading.others(than: plans) == "the first of 3 plans: --only name=VALUE chooses")
        #expect(Loading.others(than: [plans[0]]) == nil)
        var other = plans[0]
        other.scenario = "y.yaml"
        #expect(Loading.others(than: [plans[0], other]) == "the first of 2 plans: the path of one file chooses")
    }

    @Test func aFileIsMeantOnceByAnySpelling() throws {
        let path = #filePath
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let files = try Loading.files([path, "/\(folder)/./\(path.split(separator: "/").last ?? "")", path])
        #expect(files.map(\.path) == [path])
    }

    @Test(arguments: ["version", "versoin=1"]) func whatNoPlanHasIsRefused(only: String) {
        #expect(throws: UnusableInput.self) { try Loading.select(plans, only: [only]) }
    }
}
