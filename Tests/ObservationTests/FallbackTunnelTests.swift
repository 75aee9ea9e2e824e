import Model
import Testing

@testable import NetlinkCodec
@testable import Observation

/// What the kernel puts into every namespace once a module of tunnels is loaded.
@Suite struct FallbackTunnelTests {
    func facts(_ link: LinkRecord) -> [String] {
        FactBuilder(namespace: "host", links: [link], setMACs: []).facts([link]).map(\.identity.name)
    }

    func link(_ name: String, _ kind: String?) -> LinkRecord {
        var link = LinkRecord()
        link.name = name
        link.kind = kind
        return link
    }

    @Test(arguments: [
        ("tunl0", "ipip"), ("gre0", "gre"), ("gretap0", "gretap"), ("erspan0", "erspan"), ("sit0", "sit"),
        ("ip_vti0", "vti"), ("ip6tnl0", "ip6tnl"), ("ip6gre0", "ip6gre"), ("ip6_vti0", "vti6"),
    ])
    func oneThatNobodyTouchedIsNoFact(_ name: String, _ kind: String) {
        #expect(facts(link(name, kind)).isEmpty)
        #expect(facts(link(name, "dummy")) == [name], "another device of that name is somebody's")
        #expect(facts(link("tun7", kind)) == ["tun7"], "a tunnel of another name is somebody's")
        #expect(facts(link(name, nil)) == [name])
    }

    @Test func oneThatIsUsedIsAFact() {
        let changes: [(inout LinkRecord) -> Void] = [
            { $0.flags = 1 }, { $0.alias = "uplink" }, { $0.master = 5 }, { $0.group = 7 },
            { $0.alternativeNames = ["a"] },
        ]
        for change in changes {
            var used = link("tunl0", "ipip")
            change(&used)
            #expect(facts(used) == ["tunl0"])
        }
    }
}
