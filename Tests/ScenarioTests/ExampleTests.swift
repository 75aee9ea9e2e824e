import Model
import Scenario
import Testing

@Suite struct ExampleTests {
    @Test func netnsAddKilled() throws {
        let scenario = try Examples.files.load("ip-netns-add-killed.yaml")
        #expect(scenario.title == "a name that can neither be entered nor added again")
        #expect(scenario.hasSteps && !scenario.isParts)
        let plan = try #require(scenario.plans.first)
        #expect(scenario.plans.count == 1)
        #expect(plan.name == "ip-netns-add-killed.yaml")
        #expect(plan.cwe == ["CWE-459"])
        #expect(plan.steps.map(\.id) == ["add.1", "del.1", "add.2", "del.2"])
        guard case .run(let add) = plan.steps[0].body, case .run(let del) = plan.steps[1].body else {
            Issue.record("a step is no command")
            return
        }
        #expect(add.argv == ["ip", "netns", "add", "demo"])
        #expect(add.retry == 1 && add.exit == [0] && add.timeout == 10_000_000_000 && add.directory == "/")
        #expect(add.environment["PATH"] == "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        #expect(add.environment["PYTHONHASHSEED"] == "0" && add.environment.count == 4)
        #expect(del.undoes == "add" && del.retry == 0)
        let point = Point(.before, Phrase("netns.name", "demo"))
        #expect(plan.faults.unplaced == [Fault(name: "fault-1", point: point, actions: [.kill(victims: .process)])])
        #expect(
            plan.known == [
                Expectation(
                    oracle: .deadName, subject: .object(Phrase("netns", "demo")), because: "not reported yet",
                    location: "ip-netns-add-killed.yaml:22:5"),
                Expectation(
                    oracle: .noConvergence, subject: .step("add"), because: "not reported yet",
                    location: "ip-netns-add-killed.yaml:23:5"),
            ])
    }

    @Test func parts() throws {
        let scenario = try Examples.files.load("cni.yaml")
        #expect(scenario.isParts && scenario.hasSteps)
        let plan = try #require(scenario.plans.first)
        #expect(plan.title == "cni.yaml" && plan.faults.isEmpty)
        #expect(plan.requirements.programs == ["/usr/lib/cni/bridge", "iptables"])
        #expect(plan.host.namespaces == ["pod"])
        #expect(plan.agents["cni"]?.version == "1.1.1" && plan.agents["cni"]?.state == ["/var/lib/cni"])
        #expect(plan.steps.map(\.id) == ["add.1", "del.1", "del.2", "add.2", "del.3"])
        #expect(plan.allow.map(\.location) == ["cni.yaml:35:5", "cni.yaml:36:5", "cni.yaml:37:5"])
        guard case .run(let add) = plan.steps[0].body else {
            Issue.record("a step is no command")
            return
        }
        let json =
            #"{"cniVersion":"1.0.0","name":"lab","type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":true,"#
            + #""ipam":{"type":"host-local","subnet":"10.22.0.0/16","routes":[{"dst":"0.0.0.0/0"}]}}"#
        #expect(add.stdin.map { String(decoding: $0.bytes, as: UTF8.self) } == json)
        #expect(add.environment["CNI_COMMAND"] == "ADD" && add.environment["CNI_NETNS"] == "/run/netns/pod")
    }

    @Test func namespaceReplaced() throws {
        let plan = try #require(Examples.files.load("cni-namespace-replaced.yaml").plans.first)
        #expect(plan.allow.count == 3)
        #expect(plan.allow.first?.location == "cni.yaml:35:5")
        #expect(plan.known.first?.location == "cni-namespace-replaced.yaml:20:5")
        #expect(plan.known.first?.subject == .step("add.1"))
        guard case .run(let second) = plan.steps[3].body else {
            Issue.record("a step is no command")
            return
        }
        #expect(second.environment["CNI_CONTAINERID"] == "c2")
        let point = Point(.before, Phrase("netns.enter", "pod"), during: "add.1")
        #expect(plan.faults.unplaced == [Fault(name: "swap", point: point, actions: [.netnsReplace(name: "pod")])])
    }

    @Test func leaseTorn() throws {
        let plan = try #require(Examples.files.load("cni-lease-torn.yaml").plans.first)
        #expect(plan.steps.count == 5 && plan.cwe == ["CWE-459", "CWE-772"])
        let operation = Phrase(
            "file.create", "/var/lib/cni/networks/lab/10.22.*", ["by": "host-local"])
        #expect(plan.faults.first?.point == Point(.after, operation, during: "add.1"))
    }
}
