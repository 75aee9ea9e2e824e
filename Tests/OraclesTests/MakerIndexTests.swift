import Model
import Testing

@testable import Oracles

/// That the index leaves out nothing that was meant.
@Suite struct MakerIndexTests {
    private static let phrases: [Phrase] = [
        Phrase("netns.name", "pod"), Phrase("file.create", "/run/netns/pod"), Phrase("netns.unmount", "pod"),
        Phrase("file.delete", "/run/netns/pod"), Phrase("link.create", "veth0", ["peer": "eth0", "netns": "pod"]),
        Phrase("link.set", "tmp0", ["name": "veth0"]), Phrase("link.delete", "veth0"),
        Phrase("address.add", "10.0.0.1/24", ["dev": "veth0"]), Phrase("address.add", "*", ["dev": "veth0"]),
        Phrase("route.add", "::/0", ["dev": "veth0"]), Phrase("route.delete", "10.0.0.0/8"),
        Phrase("rule.add", "10.0.0.5/32", ["table": "7"]), Phrase("neighbour.add", "10.0.0.2", ["dev": "veth0"]),
        Phrase("nft.commit", "ip nat, ip filter", ["add": "2 rule", "chain": "pre, post"]),
        Phrase("nft.commit", "ip nat", ["add": "1 table"]), Phrase("nft.commit", "ip nat", ["delete": "1 rule"]),
        Phrase("file.rename", "/etc/a.new", ["to": "/etc/a"]), Phrase("file.write", "/etc/a"),
        Phrase("file.delete", "/etc/a"), Phrase("mount.bind", "/mnt"), Phrase("mount.unmount", "/mnt"),
        Phrase("exec", "/usr/sbin/dnsmasq", ["argv": "dnsmasq -k"]),
    ]

    private static let facts: [Fact] = [
        pod, eth0, veth0, Fact("address", "10.0.0.1/24 dev veth0", in: "host", ["dev": "veth0"]),
        Fact("route", "default dev veth0", in: "host", ["dev": "veth0"]), Fact("route", "10.0.0.0/8", in: "host"),
        Fact("rule", "10.0.0.5/32 priority 9", in: "host", ["table": "7"]),
        Fact("neighbour", "10.0.0.2 dev veth0", in: "host", ["dev": "veth0"]), Fact("nft", "table ip nat", in: "host"),
        Fact("nft", "chain ip nat pre", in: "host"), Fact("nft", "rule ip filter post #1", in: "host"),
        Fact("nft", "rule ip nat other #1", in: "host"), Fact("file", "/etc/a", in: "host"),
        Fact("file", "/etc/a.new", in: "host"), Fact("mount", "/mnt", in: "host"),
        Fact("process", "dnsmasq #1", in: "host"), Fact("process", "/usr/sbin/dnsmasq -k", in: "host"),
    ]

    @Test func whatIsMeantIsFoundInItsOrder() {
        let index = MakerIndex(Self.phrases) { $0 }
        var made = 0
        for fact in Self.facts {
            let makers = Self.phrases.filter { Evidence.makes($0, fact) }
            #expect(index.makers(of: fact).filter { Evidence.makes($0, fact) } == makers, "\(fact.identity)")
            let removers = Self.phrases.filter { Evidence.removes($0, fact) }
            #expect(index.removers(of: fact).filter { Evidence.removes($0, fact) } == removers, "\(fact.identity)")
            made += makers.count + removers.count
        }
        #expect(made > 20)
    }

    /// Each finding once looked at each operation: 8,000 files took minutes.
    @Test func ofManyFilesOnlyTheirOwnAreLookedAt() {
        let names = (0..<4000).map { "/var/lib/x/\($0)" }
        let index = MakerIndex(names.map { Phrase("file.create", $0) }) { $0 }
        for name in names {
            #expect(index.makers(of: Fact("file", name, in: "host")).map(\.argument) == [name])
            #expect(index.removers(of: Fact("file", name, in: "host")).count == 1)
        }
    }
}
