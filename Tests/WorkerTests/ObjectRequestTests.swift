import Faults
import Kernel
import Model
import NetlinkCodec
import Observation
import Testing

@testable import Worker

/// What `host:` and actions ask of the kernel, read back without a kernel: a request has the payload of a dump.
@Suite struct ObjectRequestTests {
    private static let seeds: [UInt64] = [1, 2, 3]
    private let builder = FactBuilder(namespace: "host", links: [], setMACs: [])

    @Test(arguments: seeds) func routesAreReadBackAsTheyWereSaid(seed: UInt64) throws {
        var examples = Examples(seed: seed)
        for _ in 0..<200 {
            let route = examples.route()
            let record: RouteRecord = try sent(.addRoute(try ObjectRequests.route(route, device: 7)))
            let fact = try #require(record.fact(by: builder))
            var expected = Expected.attributes(of: route)
            expected["dev"] = "#7"
            // What is not said is the kernel's choice, which a request does not hold.
            if route.metric == nil { expected["metric"] = nil }
            #expect(fact.attributes == expected, "\(route)")
            #expect(fact.identity.name.hasPrefix(Expected.destination(of: route)), "\(route)")
        }
    }

    @Test(arguments: seeds) func rulesAreReadBackAsTheyWereSaid(seed: UInt64) throws {
        var examples = Examples(seed: seed)
        for _ in 0..<200 {
            let rule = examples.rule()
            let record: RuleRecord = try sent(.addRule(try ObjectRequests.rule(rule)))
            let fact = try #require(record.fact(by: builder))
            var expected = Expected.attributes(of: rule)
            expected["priority"] = rule.priority.map { String($0) } ?? "0"
            #expect(fact.attributes == expected, "\(rule)")
        }
    }

    /// Every text that the validator takes can be sent, and every other is refused before.
    @Test func whatIsValidCanBeSent() throws {
        for text in ["1", "0x10", "0x10/0xff", "0", "4294967295/0"] {
            let phrase = Phrase("rule.add", "all", ["table": "100", "fwmark": text])
            #expect(FaultProblem.all(in: phrase) == [], "\(text)")
            _ = try ObjectRequests.rule(RuleSpecification(fwmark: text, table: "100"))
        }
        for text in ["mark", "1/", "-1", "0x1ffffffff"] {
            #expect(FaultProblem.all(in: Phrase("rule.add", "all", ["table": "100", "fwmark": text])) != [])
            #expect(throws: UnreadableValue(text: text)) {
                try ObjectRequests.rule(RuleSpecification(fwmark: text, table: "100"))
            }
        }
        for (to, via, table) in [("10.0.0.0/8", "10.0.0.1/24", "main"), ("10.0.0.0/8", "10.0.0.1", "mine")] {
            #expect(FaultProblem.all(in: Phrase("route.add", to, ["via": via, "table": table])) != [])
            #expect(throws: UnreadableValue.self) {
                try ObjectRequests.route(RouteSpecification(to: to, via: via, table: table), device: nil)
            }
        }
    }

    /// The MAC of a device is written as the kernel's are, however the scenario writes it.
    @Test func chosenHardwareAddressesAreCanonical() {
        let link = LinkSpecification(end: .init(name: "v0", mac: "02:00:00:00:00:0A"), peer: .init(name: "v1"))
        #expect(ObjectRequests.hardwareAddresses(of: link) == ["02:00:00:00:00:0a"])
    }

    private func sent<Record: DumpRecord>(_ request: NetlinkRequest) throws -> Record {
        try #require(try DumpedObject<Record>.all(in: [request.bytes]).first?.record)
    }
}
