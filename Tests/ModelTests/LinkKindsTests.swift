import Testing

@testable import Model

struct LinkKindsTests {
    static let wrong: [(String, String, String)] = [
        ("vxlan", "vni 42", "a vxlan has no setting `vni`; it has id, remote, local"),
        ("vxlan", "id", "`id` has no value"),
        ("vxlan", "id 1 id 2", "`id` is said twice"),
        ("vxlan", "id x", "`id` is a number from 0 to 4294967295, not `x`"),
        ("vxlan", "ttl 256", "`ttl` is a number from 0 to 255, not `256`"),
        ("vxlan", "remote 10.0.0.0/8", "`10.0.0.0/8` is no address"), ("vxlan", "id -1", "`id` is a number from 0"),
        ("gre", "remote 2001:db8::1", "a gre has addresses of IPv4, not `2001:db8::1`"),
        ("ip6gre", "remote 10.0.0.1", "a ip6gre has addresses of IPv6, not `10.0.0.1`"),
        ("bond", "mode nonsense", "`mode` is one of balance-rr, active-backup"),
        ("dummy", "id 5", "a dummy has no settings"),
        ("bond", "arp_ip_target 00", "a bond has no setting `arp_ip_target`"),
        ("xfrm", "external external", "said twice"),
    ]

    @Test(arguments: wrong) func whatIsNoSettingIsSaid(kind: String, text: String, message: String) {
        let problem = #expect(throws: LinkSettingProblem.self) { try LinkKinds.settings(text, of: kind) }
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
    }

    @Test func settingsAreRead() throws {
        let read = try LinkKinds.settings("id 42  remote 2001:db8::1 gbp dstport 4789", of: "vxlan")
        #expect(read.map(\.setting.type) == [1, 16, 23, 15])
        #expect(read.map(\.value) == ["42", "2001:db8::1", "", "4789"])
        #expect(try LinkKinds.settings("mode 802.3ad", of: "bond").first?.setting.number("802.3ad") == 4)
        #expect(try LinkKinds.settings("", of: "dummy").isEmpty)
    }

    @Test func eachTypeNeedsItsKeys() {
        func problem(
            _ type: String, link: String? = nil, id: Int? = nil, table: String? = nil, _ settings: String? = nil
        ) -> String? {
            LinkSpecification(
                type: type, end: .init(name: "x0"), link: link, id: id, table: table, settings: settings
            ).problem?.message
        }
        for type in LinkSpecification.types where !["veth", "vlan", "vrf"].contains(type) {
            let isOnOther = LinkSpecification.typesOnOthers.contains(type)
            #expect((problem(type) == "a \(type) needs `link`") == isOnOther)
            let mayBe = isOnOther || LinkKinds.lowerDevices[type] != nil
            #expect((problem(type, link: "eth0") == nil) == mayBe, "\(type)")
        }
        #expect(problem("vlan", link: "eth0", id: 5, "protocol 802.1ad") == nil)
        #expect(problem("vlan", link: "eth0", id: 5, "id 6") == "`id` is said twice")
        #expect(problem("vrf", table: "main", "table 7") == "`table` is said twice")
        #expect(problem("vrf", "table 7") == "a vrf needs `table`")
        #expect(problem("bridge", "stp_state 1") == "a bridge has no settings")
    }
}
