import Host
import Model
import Testing

@testable import Worker

/// What begins with less than root: the kernel's own word of it, in /proc/self/status.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct PrivilegeTests {
    private static let tell = python(
        """
        import os, re
        text = open('/proc/self/status').read()
        def mask(name): return int(re.search(name + r':\\s*(\\S+)', text)[1], 16)
        print(os.getuid(), os.getgid(), sorted(os.getgroups()))
        print(*(mask(name) >> 12 & 1 for name in ('CapEff', 'CapPrm', 'CapInh', 'CapBnd', 'CapAmb')))
        print(mask('CapEff') >> 21 & 1)
        """)

    private func fault(_ action: Phrase) -> Fault {
        Fault(name: "fault", point: Point(.before, Phrase("step", "run")), actions: [bound(action)])
    }

    @Test func aDroppedCapabilityIsInNoSet() throws {
        var plan = plan(PrivilegeTests.tell)
        plan.faults = [fault(Phrase("capability.drop", "CAP_NET_ADMIN"))]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(record.attempt?.output == "0 0 []\n0 0 0 0 0\n1\n")
        #expect(record.header.deliveries.first?.effect == .changed("what begins in run begins without CAP_NET_ADMIN"))
    }

    @Test func anotherUserHasNoCapability() throws {
        var plan = plan(PrivilegeTests.tell)
        plan.host.files["/etc/passwd"] = FileContent(
            bytes: Array("root:x:0:0::/:/bin/sh\nagent:x:501:502::/:/bin/sh\n".utf8))
        plan.host.files["/etc/group"] = FileContent(bytes: Array("net:x:503:other,agent\nagent:x:502:\n".utf8))
        plan.faults = [fault(Phrase("user", "agent"))]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(record.attempt?.output == "501 502 [502, 503]\n0 0 0 1 0\n0\n")
    }

    @Test func anAgentMayHaveOneCapabilityAlone() throws {
        var plan = plan(PrivilegeTests.tell)
        var privileges = Privileges()
        privileges.user = "1234"
        privileges.capabilities = ["CAP_NET_ADMIN"]
        plan.agents["agent"]?.privileges = privileges
        #expect(try record(of: plan).attempt?.output == "1234 1234 []\n1 1 1 1 1\n0\n")
    }

    @Test func whoIsNoUserIsSaidSo() throws {
        var plan = plan(PrivilegeTests.tell)
        plan.faults = [fault(Phrase("user", "nobody-of-that-name"))]
        #expect(try record(of: plan).header.error == "the host's /etc/passwd has no user `nobody-of-that-name`")
    }

    /// The kernel refuses what needs more, and has room again when that is taken back.
    @Test func aFullDiskRefusesWhatNeedsMore() throws {
        let agent = python(
            """
            import os
            for name in ('/run/first', '/srv/second'):
                os.makedirs(name)
                try:
                    with open(name + '/x', 'wb', buffering=0) as file:
                        for _ in range(4): file.write(bytes(4096))
                    print('room')
                except OSError as error: print(error.strerror)
            """)
        var plan = plan(agent)
        plan.agents["agent"]?.state = ["/srv"]
        plan.faults = [
            Fault(
                name: "fault", point: Point(.after, Phrase("file.create", "/run/first")),
                actions: [bound(Phrase("limit", "disk", ["to": "8192"]))],
                until: .point(Point(.before, Phrase("file.create", "/srv/second"))))
        ]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(record.attempt?.output == "No space left on device\nroom\n")
        let size = record.end?.byIdentity[Fact.Identity(noun: "file", name: "/run/first/x")]?.attributes["size"]
        #expect(size == "8192")
    }
}

/// What a step must keep, and what an agent says, looked at while it works.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct StateWatchTests {
    private func story(of script: String, keeps: Condition) -> Plan {
        var plan = plan(["sh", "-c", script])
        plan.host.links = [
            LinkSpecification(
                end: LinkSpecification.End(name: "v0", addresses: ["10.0.0.1/24"]),
                peer: LinkSpecification.End(name: "v1", namespace: "pod", addresses: ["10.0.0.2/24"]))
        ]
        plan.steps[0].keeps = keeps
        return plan
    }

    static let conditions: [Condition] = [
        .ping(address: "10.0.0.2", from: "host"), .present(Phrase("address", "10.0.0.2/24", in: "pod")),
        .not(.absent(Phrase("address", "10.0.0.2/24", in: "pod"))),
        .tcp(
            address: "10.0.0.2", port: 80, from: "host",
            server: TCPServer(namespace: "pod", address: "10.0.0.2", port: 80)),
    ]

    @Test(arguments: conditions) func aGapBetweenTwoOperationsIsSeen(condition: Condition) throws {
        let record = try record(
            of: story(
                of: "ip -n pod address del 10.0.0.2/24 dev v1; ip -n pod address add 10.0.0.2/24 dev v1",
                keeps: condition))
        let gaps = record.header.outcomes.first?.gaps ?? []
        #expect(gaps.count == 1 && gaps.first?.hasEnded == true && gaps.first?.isWorlds == false)
        let words = [gaps.first?.from, gaps.first?.until].map { index in
            record.operations.first { $0.index == index }?.phrase.word
        }
        #expect(words == ["address.delete", "address.add"])
    }

    @Test(arguments: conditions) func whatIsKeptHasNoGap(condition: Condition) throws {
        let record = try record(
            of: story(
                of: "ip -n pod address add 10.0.0.3/24 dev v1; ip route add 10.9.0.0/16 via 10.0.0.2", keeps: condition)
        )
        #expect(record.header.error == nil && record.header.outcomes.first?.gaps == nil)
    }

    @Test func whatTheFaultBreaksIsTheWorlds() throws {
        var plan = story(
            of: "ip route add 10.9.0.0/16 via 10.0.0.2; ip route add 10.8.0.0/16 via 10.0.0.2",
            keeps: .present(Phrase("address", "10.0.0.2/24", in: "pod")))
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("route.add", "10.9.0.0/16")),
                actions: [bound(Phrase("address.delete", "10.0.0.2/24", in: "pod"))])
        ]
        let gaps = try record(of: plan).header.outcomes.first?.gaps ?? []
        #expect(gaps.map(\.isWorlds) == [true])
    }

    @Test func aClaimIsLookedAtAsItIsMade() throws {
        var plan = story(
            of: "echo route is up; ip route add 10.9.0.0/16 via 10.0.0.2; echo route is up; ip route del 10.9.0.0/16",
            keeps: .present(Phrase("link", "v0")))
        plan.agents["agent"]?.claims = [
            Claim(log: .text("route is up"), means: .present(Phrase("route", "10.9.0.0/16")))
        ]
        let claims = try record(of: plan).header.outcomes.first?.falseClaims ?? []
        #expect(claims.map(\.line) == ["route is up"] && claims.map(\.becameSo) == [false])
    }
}
