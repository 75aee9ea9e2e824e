import Model
import Scenario
import Testing

@Suite struct NeutronExampleTests {
    private func command(_ plan: Plan, _ index: Int) -> Command? {
        guard plan.steps.indices.contains(index), case .run(let command) = plan.steps[index].body else { return nil }
        return command
    }

    @Test func theDriverAndItsRequests() throws {
        let plan = try #require(Examples.neutron.load("neutron.yaml").plans.first)
        let agent = try #require(plan.agents["l3"])
        #expect(agent.kind == .driver(["/agents/neutron-25.0.0/bin/python", "/base/driver.py"]))
        #expect(agent.provision == ["/base/../../scripts/agents/neutron", "25.0.0", "/agents/neutron-25.0.0"])
        #expect(agent.warm && agent.version == "25.0.0" && agent.timeout == 60_000_000_000 && agent.directory == "/")
        #expect(agent.environment["PYTHONHASHSEED"] == "0" && agent.environment["HOME"] == "/")
        #expect(agent.state == ["/var/lib/neutron"] && agent.logs == ["/var/lib/neutron/l3.log"])
        let add = try #require(command(plan, 2))
        let with = #"{"floating":"203.0.113.50","fixed":"10.0.0.7"}"#
        #expect(add.request == DriverRequest(name: "add-floating-ip", with: with))
        #expect(add.argv.isEmpty && add.timeout == 60_000_000_000)
        #expect(command(plan, 0)?.request == DriverRequest(name: "create-gateway", with: "{}"))
        #expect(command(plan, 5)?.undoes == "add-floating-ip")
        let server = TCPServer(namespace: "vm", address: "10.0.0.7", port: 80)
        let check = Condition.tcp(address: "203.0.113.50", port: 80, from: "external", server: server)
        #expect(plan.steps[4].body == .check(check, within: 5_000_000_000))
        #expect(plan.steps[4].id == "reachable")
    }

    @Test func theNamespaceIsLost() throws {
        let plans = try Examples.neutron.load("neutron-fip-namespace-lost.yaml").plans
        #expect(plans.map(\.bindings) == ["16.4.2", "20.5.0", "25.0.0", "29.0.0"].map { ["version": $0] })
        #expect(plans[0].agents["l3"]?.version == "16.4.2")
        let point = Point(.after, Phrase("link.get", "fg-*", in: "fip-*"), during: "create-gateway")
        #expect(
            plans[0].faults.unplaced == [
                Fault(name: "fault-1", point: point, actions: [.netnsDelete(name: "fip-*")])
            ])
        #expect(plans[0].known.map(\.oracle) == [.check, .noConvergence])
    }

    @Test func aVethIsDeletedBehind() throws {
        let plans = try Examples.neutron.load("neutron-fpr-deleted-behind.yaml").plans
        #expect(plans.map(\.known.count) == [2, 0, 0, 0])
        #expect(plans[0].faults.first?.actions.map(\.phrase) == [Phrase("link.delete", "fpr-*", in: "fip-*")])
        #expect(plans[0].faults.first?.point == Point(.before, Phrase("step", "resync")))
    }

    @Test func twoAgentsMeet() throws {
        let plan = try #require(Examples.neutron.load("neutron-and-cleaner.yaml").plans.first)
        #expect(
            plan.steps.map(\.id)
                == ["create-gateway", "add-router", "together", "resync", "remove-router", "delete-gateway"])
        let together = plan.steps[2]
        #expect(together.parts.map(\.id) == ["add-floating-ip", "sweep"])
        guard case .run(let sweep)? = together.parts.last?.body else {
            Issue.record("the second part is no command")
            return
        }
        #expect(sweep.agent == "cleaner" && sweep.argv == ["/base/sweep", "fip-*"] && sweep.request == nil)
        #expect(plan.agents["cleaner"]?.kind == .commands)
        #expect(
            plan.order == [
                Point(.after, Phrase("netns.stat", "fip-*"), agent: "l3"),
                Point(.after, Phrase("netns.unmount", "fip-*"), agent: "cleaner"),
                Point(.before, Phrase("netns.open", "fip-*"), agent: "l3"),
            ])
        #expect(plan.withoutFaults.order.isEmpty)
    }
}

@Suite struct WorldExampleTests {
    @Test func theDaemon() throws {
        let plan = try #require(Examples.world.load("keepalived.yaml").plans.first)
        let agent = try #require(plan.agents["keepalived"])
        let ready = Condition.log(.text("Entering MASTER STATE"), agent: nil, since: nil)
        let service = ServiceSpecification(argv: ["keepalived", "-n", "-l", "-D"], ready: ready, stop: 15)
        #expect(agent.kind == .service(service))
        #expect(
            plan.steps.map(\.id)
                == ["start-keepalived.1", "serving", "start-keepalived.2", "serving-again", "stop-keepalived"])
        #expect(plan.steps[0].body == .start(agent: "keepalived"))
        #expect(plan.steps[4].body == .stop(agent: "keepalived"))
        #expect(plan.host.files["/etc/keepalived/keepalived.conf"]?.bytes.isEmpty == false)
    }

    @Test func theDaemonIsDisturbed() throws {
        let plans = try Examples.world.load("keepalived-restarted.yaml").plans
        #expect(
            plans.map { $0.faults.flatMap(\.actions).map(\.phrase) } == [
                [Phrase("address.delete", "192.0.2.10/24", ["dev": "eth0"])], [Phrase("kill", "main")],
                [Phrase("kill", "all")],
            ])
        #expect(plans.map(\.known.count) == [0, 2, 0])
        #expect(plans[1].known.first?.oracle == .notReady)
        #expect(plans[1].known.first?.subject == .step("start-keepalived.2"))
    }

    @Test func theLinkComesBack() throws {
        let plan = try #require(Examples.world.load("keepalived-link-down.yaml").plans.first)
        let fault = try #require(plan.faults.first)
        #expect(fault.actions.map(\.phrase) == [Phrase("link.set", "eth0", ["up": "false"])])
        #expect(fault.until == .point(Point(.before, Phrase("step", "serving-again"))))
    }

    @Test func everyErrnoOfAnAddress() throws {
        let plans = try Examples.world.load("address-add-errnos.yaml").plans
        #expect(plans.count == 5 + 7)
        #expect(Set(plans.compactMap { $0.bindings["fail"] }).contains("EADDRINUSE"))
    }

    @Test func everyCauseOfAnErrno() throws {
        let plans = try Examples.world.load("address-add-causes.yaml").plans
        let actions = plans.map { $0.faults.flatMap(\.actions).map(\.phrase) }
        #expect(plans.count == 8)
        #expect(actions[0] == [Phrase("link.delete", "eth0")] && actions[1] == [Phrase("link.replace", "eth0")])
        #expect(actions[2] == [Phrase("address.add", "10.0.0.1/24", ["dev": "eth0"])])
        #expect(
            actions[6] == [Phrase("sysctl.write", "net.ipv6.conf.eth0.disable_ipv6", ["value": "1"])])
        #expect(actions[7] == [Phrase("link.set", "eth0", ["mtu": "1000"])])
    }
}
