import Model
import Testing

@Suite struct RoutingValueTests {
    @Test func tablesAreNamesOrNumbers() {
        #expect(["main", "254", "0xfe"].map(RoutingTable.number) == [254, 254, 254])
        #expect(["default", "local", "100", "4294967295"].map(RoutingTable.number) == [253, 255, 100, .max])
        #expect(
            ["0", "", "-1", "+1", "0x", "20.5", "mine", "4294967296"].allSatisfy { RoutingTable.number($0) == nil })
        #expect(["254", "0x64", "ma*"].map(RoutingTable.canonical) == ["main", "100", "ma*"])
    }

    @Test func marksHaveMasks() {
        #expect(["16", "0x10"].map { FirewallMark($0)?.description } == ["0x10", "0x10"])
        #expect(FirewallMark("0x10/0xff")?.description == "0x10/0xff")
        #expect(FirewallMark("16/255") == FirewallMark("0x10/0xff"))
        #expect(FirewallMark("1/0xffffffff")?.description == "0x1")
        #expect(["", "/", "1/", "/1", "1/2/3", "-1", "0x", "mark"].allSatisfy { FirewallMark($0) == nil })
        #expect(["1/0xff", "0x*"].map(FirewallMark.canonical) == ["0x1/0xff", "0x*"])
    }

    @Test func protocolsOfRoutesAreNamesOrNumbers() {
        #expect(["static", "4", "dhcp", "18"].map(RoutingProtocol.number) == [4, 4, 16, 18])
        #expect(["0", "256", "-1", "", "statics"].allSatisfy { RoutingProtocol.number($0) == nil })
        #expect(["4", "0x10", "st*", "18"].map(RoutingProtocol.canonical) == ["static", "dhcp", "st*", "18"])
        #expect(Phrase("route", "*", ["proto": "4"]).matches(Fact("route", "10.0.0.0/8", ["proto": "static"])))
    }

    /// One port is printed alone, and meant by both spellings.
    @Test func portsAreOneOrARange() {
        #expect(["80", "80-80", "80-90"].map { PortRange($0)?.description } == ["80", "80", "80-90"])
        #expect(["", "-", "80-", "-80", "90-80", "65536", "http", "1-2-3"].allSatisfy { PortRange($0) == nil })
        let rule = Fact("rule", "all priority 9 dport 80", ["dport": "80", "sport": "1-5"])
        for text in ["80", "80-80", "8*"] { #expect(Phrase("rule", "*", ["dport": text]).matches(rule), "\(text)") }
        #expect(Phrase("rule", "*", ["sport": "1-5"]).matches(rule))
        #expect(!Phrase("rule", "*", ["sport": "1"]).matches(rule))
        // The longer one is as a version wrote it that knew no single port.
        for (said, meant) in [("80", "80-80"), ("80-80", "80"), ("80-80", "80-80")] {
            let operation = operation(0, Phrase("rule.add", "all", ["dport": said]))
            #expect(Phrase("rule.add", "all", ["dport": meant]).matches(operation), "\(said) \(meant)")
        }
    }

    /// `default`, `0.0.0.0/0` and `::/0`: one thing, but of two families.
    @Test func thePrefixOfAllAddressesIsTheDefault() {
        let four = Fact("route", "default table 100", in: "pod", ["table": "100"])
        let six = Fact("route", "default inet6", in: "pod", ["table": "main"])
        #expect(Phrase("route", "0.0.0.0/0").matches(four) && !Phrase("route", "0.0.0.0/0").matches(six))
        #expect(Phrase("route", "::/0").matches(six) && !Phrase("route", "::/0").matches(four))
        #expect(Phrase("route", "default").matches(four) && Phrase("route", "default").matches(six))
        #expect(!Phrase("route", "0.0.0.0/0").matches(Fact("route", "10.0.0.0/8")))
        let rule = Fact("rule", "all priority 9 fwmark 0x1/0xff", ["table": "main", "fwmark": "0x1/0xff"])
        #expect(Phrase("rule", "0.0.0.0/0", ["table": "254", "fwmark": "1/255"]).matches(rule))
        #expect(!Phrase("rule", "::/0").matches(rule))
        #expect(!Phrase("rule", "all", ["fwmark": "1"]).matches(rule))
    }

    /// Other nouns have tables too, which are no routing tables.
    @Test func aTableOfNftablesKeepsItsName() {
        #expect(Phrase("nft", "*", ["table": "254"]).matches(Fact("nft", "table ip 254", ["table": "254"])))
    }

    @Test func operationsHaveTheSameTables() {
        let operation = operation(0, Phrase("route.add", "10.0.0.0/8", ["table": "main"]))
        #expect(Phrase("route.add", "*", ["table": "254"]).matches(operation))
    }
}
