import Model
import Testing

/// What somebody met who knew the pages alone, in a host.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct FirstMeetingTests {
    /// Two equal commands; the fault lasts from the first to the second.
    private func passing(_ action: Phrase) throws -> Record {
        var plan = plan(["true"])
        plan.steps = (1...2).map { Step(name: "run", occurrence: $0, siblings: 2, body: .run(command(["true"]))) }
        plan.host.links = [
            LinkSpecification(
                end: .init(name: "d0", addresses: ["10.4.0.1/24", "10.4.0.2/24"]),
                peer: .init(name: "d1", namespace: "pod"))
        ]
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("step", "run.1")), actions: [bound(action)],
                until: .point(Point(.before, Phrase("step", "run.2"))))
        ]
        return try record(of: plan)
    }

    /// Its `not` would hold.
    @Test func aProgramThatIsNotThereIsNoAnswer() throws {
        for argv in [["/no/such"], ["/etc/passwd"]] {
            var plan = plan(["true"])
            plan.steps = [Step(name: "check", body: .check(.not(.exec(argv: argv, namespace: "host")), within: 0))]
            let error = try record(of: plan).header.error ?? ""
            #expect(error.hasPrefix("`\(argv[0])` could not be begun: "), "\(error)")
        }
    }

    @Test func whatAProgramSaysIsSaid() throws {
        var plan = plan(["true"])
        let argv = ["/bin/sh", "-c", "exit 7"]
        plan.steps = [Step(name: "check", body: .check(.exec(argv: argv, namespace: "host"), within: 0))]
        #expect(try record(of: plan).header.outcomes.map(\.failure) == ["`/bin/sh -c exit 7` said no: exit 7"])
    }

    @Test func foldersThatAFileNeededGoWithIt() throws {
        let record = try passing(Phrase("file.write", "/srv/no/where/file", ["text": "x"]))
        #expect(record.header.deliveries.map(\.failure) == [nil] && record.header.undelivered == [])
        func folders(after step: String) -> [String] {
            (record.state(after: step)?.facts.map(\.identity.name) ?? []).filter { $0.hasPrefix("/srv/no") }
        }
        #expect(folders(after: "run.1").contains("/srv/no/where/file"))
        #expect(folders(after: "run.2") == [])
    }

    /// The kernel takes the second address of a network away with the first.
    @Test func whatGoesWithAnObjectAndStaysAwayIsNoted() throws {
        let record = try passing(Phrase("address.delete", "10.4.0.1/24"))
        #expect(record.header.deliveries.map(\.failure) == [nil])
        let notes = record.header.notes.filter { $0.contains("not there again") }
        #expect(notes.count == 1 && notes.first?.contains("address 10.4.0.2/24 dev d0") == true, "\(notes)")
        let other = try passing(Phrase("address.delete", "10.4.0.2/24"))
        #expect(other.header.notes.filter { $0.contains("not there again") } == [])
    }

    @Test func theNameOfANamespaceIsNoFile() throws {
        let record = try passing(Phrase("file.delete", "/run/netns/pod"))
        let failure = try #require(record.header.deliveries.first?.failure)
        #expect(failure.hasPrefix("`/run/netns/pod` cannot be read, to be put back: "), "\(failure)")
        #expect(failure.hasSuffix("see `netns.delete`"), "\(failure)")
    }

    /// A log of which only the beginning is kept is looked at to its end.
    @Test func aLongLogSaysThatItIsReady() throws {
        var plan = plan(["true"])
        let line = "print('x' * 9999)"
        let daemon = python("import time\nfor i in range(1800): \(line)\nprint('READY', flush=True)\ntime.sleep(600)")
        plan.agents["daemon"] = AgentSpecification()
        plan.agents["daemon"]?.kind = .service(
            ServiceSpecification(argv: daemon, ready: .log(.text("READY"), agent: nil, since: nil)))
        plan.agents["daemon"]?.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        plan.agents["daemon"]?.timeout = 60_000_000_000
        plan.steps = [
            Step(name: "start", body: .start(agent: "daemon")), Step(name: "stop", body: .stop(agent: "daemon")),
        ]
        let record = try record(of: plan)
        #expect(record.header.outcomes.map(\.failure) == [nil, nil])
        #expect(record.header.notes.contains { $0.hasPrefix("what daemon wrote since start is cut: 180") })
    }

    @Test func whoLivesOnIsNoted() throws {
        let record = try record(of: plan(shell("sleep 600 >/dev/null 2>&1 & exit 0")))
        #expect(record.header.notes == ["1 process of agent still lived when the last state was taken: sleep"])
    }
}
