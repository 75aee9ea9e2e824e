import Model
import Testing

/// The world deletes objects of nftables by what a state calls them.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct NftWorldTests {
    private static let rules = """
        nft -f - <<'END'
        table inet lab {
            set bad { type ipv4_addr; elements = { 10.0.0.5, 10.0.0.6 }; }
            set nets { type ipv4_addr; flags interval; elements = { 10.0.0.0/24, 10.1.0.0/24, 224.0.0.0/3 }; }
            set free { type inet_service; }
            chain used { counter drop; }
            chain out {
                type filter hook output priority 0; policy accept
                ip daddr @bad drop
                ip daddr @nets jump used
                tcp dport 23 drop
                tcp dport 80 accept
            }
        }
        table ip other { }
        END
        """

    private func record(_ actions: [Phrase], in namespace: String? = nil) throws -> Record {
        var plan = plan(["true"])
        plan.host.namespaces = namespace.map { [$0] } ?? []
        let script = namespace.map { "ip netns exec \($0) sh -c '\(Self.rules.replacing("'END'", with: "END"))'" }
        plan.steps = [Step(name: "run", body: .run(command(shell(script ?? Self.rules))))]
        plan.steps += actions.enumerated().map { place, action in
            Step(name: "do", occurrence: place + 1, siblings: actions.count, body: .act(bound(action)))
        }
        return try record(of: plan)
    }

    private func record(of plan: Plan) throws -> Record { try IntegrationTests.record(of: plan) }

    private func objects(_ record: Record, after step: String) -> Set<String> {
        Set(record.state(after: step)?.facts.filter { $0.identity.noun == "nft" }.map(\.identity.name) ?? [])
    }

    @Test func eachKindOfObjectGoes() throws {
        let actions = [
            Phrase("nft.delete", "rule inet lab out #3"), Phrase("nft.delete", "rule * out *", ["text": "*drop"]),
            Phrase("nft.delete", "element inet lab bad 10.0.0.6"),
            Phrase("nft.delete", "element inet lab nets 10.0.0.0"),
            Phrase("nft.delete", "element inet lab nets 224.*"), Phrase("nft.delete", "set inet lab free"),
            Phrase("nft.delete", "rule inet lab out #1"), Phrase("nft.delete", "chain inet lab used"),
            Phrase("nft.delete", "table ip *"), Phrase("nft.delete", "table", ["table": "lab"]),
        ]
        let record = try record(actions)
        #expect(record.header.outcomes.first?.attempts.first?.end == .exited(0))
        #expect(record.header.outcomes.dropFirst().map(\.failure) == actions.map { _ in nil })
        var before = objects(record, after: "run")
        #expect(before.contains("rule inet lab out #4"))
        let gone: [Set<String>] = [
            ["rule inet lab out #4"], ["rule inet lab out #3"], ["element inet lab bad 10.0.0.6"],
            ["element inet lab nets 10.0.0.0", "element inet lab nets before 10.0.1.0"],
            ["element inet lab nets 224.0.0.0"], ["set inet lab free"], ["rule inet lab out #2"],
            ["chain inet lab used", "rule inet lab used #1"], ["table ip other"],
        ]
        for (place, objects) in gone.enumerated() {
            let after = self.objects(record, after: "do.\(place + 1)")
            #expect(before.subtracting(after) == objects && after.subtracting(before).isEmpty, "\(actions[place])")
            before = after
        }
        #expect(self.objects(record, after: "do.\(actions.count)").isEmpty)
    }

    /// What the kernel refuses is told in its words, and what means none or several with what there is.
    @Test func whatCannotGoIsToldWhy() throws {
        let record = try record(
            [
                Phrase("nft.delete", "chain inet lab used", in: "p*d"),
                Phrase("nft.delete", "set inet lab bad", in: "pod"),
                Phrase("nft.delete", "rule inet lab out *", ["text": "*drop"], in: "pod"),
                Phrase("nft.delete", "table ip none", in: "pod"), Phrase("nft.delete", "table ip other"),
            ], in: "pod")
        #expect(record.header.outcomes.first?.attempts.first?.end == .exited(0))
        #expect(
            record.header.outcomes.dropFirst().map(\.failure) == [
                "nft.delete chain inet lab used in pod: Device or resource busy (EBUSY)",
                "nft.delete set inet lab bad in pod: Device or resource busy (EBUSY)",
                "2 objects of nftables match `rule inet lab out * text *drop` in pod at that moment: "
                    + "rule inet lab out #1, rule inet lab out #3",
                "no object of nftables matches `table ip none` in pod at that moment; there are: table inet lab, "
                    + "table ip other, chain inet lab used, chain inet lab out, rule inet lab used #1, "
                    + "rule inet lab out #1, rule inet lab out #2, rule inet lab out #3, …",
                "no object of nftables matches `table ip other` in host at that moment; there is none",
            ])
    }

    /// The agent meets what the world did, and the record holds the states around it.
    @Test func theAgentMeetsIt() throws {
        var plan = plan(shell("\(Self.rules)\nnft add rule inet lab used counter"))
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("nft.commit", "inet lab", ["add": "1 rule"])),
                actions: [bound(Phrase("nft.delete", "table inet lab"))])
        ]
        let record = try record(of: plan)
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.deliveries.first?.effect == .changed("nft table inet lab in host was deleted"))
        #expect(record.header.deliveries.first?.states != nil)
        #expect(record.attempt?.end == .exited(1))
        #expect(record.attempt?.errorOutput.contains("No such file or directory") == true)
        #expect(record.operations("nft.commit").last?.result.description == "ENOENT")
    }
}
