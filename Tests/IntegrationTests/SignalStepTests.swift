import Glibc
import Model
import Testing

/// A step that signals a service, with a real daemon.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct SignalStepTests {
    private func record(_ daemon: String, _ signal: Int32) throws -> Record {
        var plan = plan(["true"])
        let service = ServiceSpecification(argv: shell(daemon), ready: .present(Phrase("file", "/srv/up")))
        plan.agents["daemon"] = AgentSpecification()
        plan.agents["daemon"]?.kind = .service(service)
        plan.agents["daemon"]?.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        plan.host.files = ["/srv/kept": FileContent(bytes: [])]
        plan.steps = [
            Step(name: "start", body: .start(agent: "daemon")),
            Step(name: "signal", body: .signal(agent: "daemon", Signal(signal))),
            Step(name: "stop", body: .stop(agent: "daemon")),
        ]
        return try IntegrationTests.record(of: plan)
    }

    @Test func whatADaemonDoesUponASignalIsInTheStateAfterTheStep() throws {
        let record = try record(
            "trap 'echo loaded anew > /srv/loaded' USR1; touch /srv/up; while :; do sleep 600 & wait; done", SIGUSR1)
        #expect(record.header.error == nil)
        #expect(record.header.outcomes.map(\.failure) == [nil, nil, nil])
        #expect(record.header.outcomes.allSatisfy { $0.ended == nil })
        #expect(record.state(after: "start")?.facts.contains { $0.identity.name == "/srv/loaded" } == false)
        #expect(record.state(after: "signal")?.facts.contains { $0.identity.name == "/srv/loaded" } == true)
        #expect(record.operations.contains { $0.phrase.argument == "/srv/loaded" && $0.step == "signal" })
    }

    @Test func aDaemonThatDoesNotKnowTheSignalHasEnded() throws {
        let record = try record("touch /srv/up; exec sleep 600", SIGUSR1)
        #expect(record.header.error == nil)
        #expect(
            record.outcome(of: "signal")?.ended == [UnexpectedEnd(agent: "daemon", end: .signalled(SIGUSR1), said: [])])
    }
}
