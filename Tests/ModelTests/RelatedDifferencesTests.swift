import Testing

@testable import Model

/// Which differences are one.
struct RelatedDifferencesTests {
    private func groups(_ differences: [Difference]) -> [String] {
        differences.related.map { "\($0.first.identity)" + ($0.others.isEmpty ? "" : " \($0.text)") }
    }

    @Test func withANamespaceGoesWhatIsInItAndTheOtherEndsOfItsDevices() {
        let veth = Fact("link", "veth0", in: "host", ["peer": "eth0 in pod"])
        let facts = [
            Fact("netns", "pod", ["state": "mounted"]), Fact("link", "eth0", in: "pod"),
            Fact("address", "10.0.0.2/24 dev eth0", in: "pod", ["dev": "eth0"]), veth,
            Fact("route", "10.0.0.0/24", in: "host", ["dev": "veth0"]), Fact("link", "other", in: "host"),
        ]
        #expect(
            groups(facts.map { .missing($0) }) == ["netns pod and 4 things in it", "link other in host"])
        // A name that leads nowhere has lost all that was in it.
        let dead = Fact("netns", "pod", ["state": "dead"])
        #expect(groups([.changed(facts[0], dead), .missing(facts[1])]) == ["netns pod and 1 thing in it"])
        // What came is not what went.
        #expect(groups([.missing(facts[0]), .extra(facts[1])]) == ["netns pod", "link eth0 in pod"])
    }

    @Test func aChainHasItsRulesAndTheJumpsToIt() {
        let chain = Fact("nft", "chain ip nat CNI-a", in: "host")
        let rule = Fact("nft", "rule ip nat CNI-a #1", in: "host", ["text": "masq"])
        let jump = Fact("nft", "rule ip nat POSTROUTING #2", in: "host", ["text": "counter jump CNI-a"])
        let other = Fact("nft", "rule ip nat POSTROUTING #3", in: "host", ["text": "counter jump CNI-b"])
        let all: [Difference] = [jump, other, rule, chain].map { .extra($0) }
        #expect(
            groups(all) == [
                "nft chain ip nat CNI-a in host and 2 things that came with it",
                "nft rule ip nat POSTROUTING #3 in host",
            ])
        let table = Fact("nft", "table ip nat", in: "host")
        #expect(groups(all + [.extra(table)]) == ["nft table ip nat in host and 4 things that came with it"])
    }

    @Test func anAddressHasTheRoutesThatNeedIt() {
        let address = Fact("address", "10.0.0.1/24 dev eth0", in: "host", ["dev": "eth0"])
        let network = Fact("route", "10.0.0.0/24", in: "host", ["dev": "eth0", "proto": "kernel"])
        let source = Fact("route", "default", in: "host", ["dev": "eth0", "src": "10.0.0.1"])
        let own = Fact("route", "10.9.0.0/16", in: "host", ["dev": "eth0"])
        #expect(
            groups([own, source, network, address].map { .missing($0) }) == [
                "route 10.9.0.0/16 in host", "address 10.0.0.1/24 dev eth0 in host and 2 things that went with it",
            ])
    }

    @Test func theCarrierOfADeviceIsItsOwn() {
        let link = Fact("link", "eth0", in: "host")
        let up = Fact("route", "10.0.0.0/24", in: "host", ["dev": "eth0"])
        var down = up
        down.attributes["flags"] = "linkdown"
        var other = down
        other.attributes["via"] = "10.0.0.1"
        #expect(groups([.missing(link), .changed(up, down)]) == ["link eth0 in host and 1 thing that went with it"])
        #expect(groups([.missing(link), .changed(up, other)]).count == 2)
    }

    @Test func aFolderHasItsFiles() {
        let folder = Fact("file", "/run/x", ["type": "directory"])
        let file = Fact("file", "/run/x/y/z")
        let other = Fact("file", "/run/xy")
        #expect(
            groups([file, other, folder].map { .extra($0) }) == [
                "file /run/x and 1 thing that came with it", "file /run/xy",
            ])
    }
}
