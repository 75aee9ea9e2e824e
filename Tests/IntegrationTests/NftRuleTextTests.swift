import FoundationEssentials
import Glibc
import Model
import Testing

/// A rule as text keeps what it means: of these, which nft(8) tells apart, no two are one.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2)))
struct NftRuleTextTests {
    private static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")

    /// From nft(8), and the neighbours of some of them.
    private static let rules = #"""
        ip daddr != 10.0.3.0/24 drop
        ip saddr 10.0.0.1-10.0.0.9 accept
        ip saddr { 10.0.0.1, 10.0.0.5 } accept
        ip saddr != { 10.0.0.1, 10.0.0.5 } accept
        ip saddr @s drop
        ip saddr != @s drop
        tcp dport { 22, 80, 443 } accept
        tcp dport 1000-2000 accept
        tcp dport != 22 drop
        tcp sport 22 tcp dport 1024-65535 accept
        udp dport vmap { 53 : accept, 67 : drop }
        ip protocol vmap { tcp : jump c2, udp : drop }
        ct state established,related accept
        ct state invalid drop
        ct state != new accept
        ct state vmap { established : accept, new : continue }
        ct mark 0x10 accept
        ct mark set 0x20
        ct mark set meta mark
        meta mark set ct mark
        meta mark and 0xff == 0x10 drop
        meta mark & 0xff != 0x10 drop
        meta mark set meta mark or 0x1
        meta iifname "eth0" accept
        meta iifname "eth*" accept
        meta oifname != "lo" drop
        iif lo accept
        meta l4proto { tcp, udp } accept
        meta length 64-128 accept
        meta skuid 1000 accept
        meta nfproto ipv4 accept
        meta pkttype broadcast drop
        limit rate 10/second accept
        limit rate over 1 mbytes/second drop
        limit rate 5/minute burst 10 packets log prefix "x "
        log prefix "drop: " level warn
        log prefix "n" group 3 snaplen 64
        counter drop
        quota over 10 mbytes drop
        reject
        reject with icmp type host-unreachable
        reject with tcp reset
        jump c2
        goto c2
        return
        notrack
        tcp flags syn tcp option maxseg size set 1400
        tcp flags & (syn | ack) == syn drop
        tcp flags syn / syn,rst,ack,fin accept
        icmp type echo-request accept
        icmp type { echo-request, echo-reply } accept
        icmpv6 type nd-neighbor-solicit accept
        ip6 daddr fd00::/64 accept
        ip6 saddr != fd00::1 drop
        ip ttl < 5 drop
        ip ttl set 64
        ip dscp cs1 accept
        ip dscp set ef
        ip frag-off & 0x1fff != 0 drop
        ether saddr 02:00:00:00:00:01 accept
        fib daddr type local accept
        rt mtu > 1400 accept
        tcp dport . ip saddr { 22 . 10.0.0.1, 80 . 10.0.0.2 } accept
        add @d { ip saddr limit rate 10/second } accept
        update @d { ip saddr timeout 60s }
        ct count over 10 reject
        ct original ip saddr 10.0.0.1 accept
        ct direction reply accept
        ct status dnat accept
        numgen inc mod 2 vmap { 0 : jump c2, 1 : accept }
        jhash ip saddr mod 4 seed 0x1 vmap { 0 : accept, 1 : drop }
        meta priority set 1:2
        @th,16,16 53 drop
        ip daddr 10.0.3.7 accept comment "hello"
        ip saddr != 10.0.0.1-10.0.0.9 accept
        limit rate 11/second accept
        limit rate 10/minute accept
        log prefix "y"
        quota 10 mbytes drop
        reject with icmp type port-unreachable
        tcp option maxseg size set 1300
        ip ttl set 63
        ct reply ip saddr 10.0.0.1 accept
        udp dport vmap { 53 : drop, 67 : accept }
        meta mark set meta mark or 0x2
        meta mark set meta mark xor 0x2
        update @d { ip saddr timeout 61s }
        jhash ip saddr mod 8 seed 0x1 vmap { 0 : accept, 1 : drop }
        numgen random mod 2 vmap { 0 : jump c2, 1 : accept }
        fib saddr type local accept
        ct count over 11 reject
        add @d { ip saddr limit rate 11/second } accept
        meta skgid 1000 accept
        rt classid 7 accept
        """#.split(separator: "\n").map(String.init)

    private static let before = """
        nft add table inet lab
        nft add chain inet lab out '{ type filter hook output priority 0; }'
        nft add chain inet lab c2
        nft add set inet lab s '{ type ipv4_addr; flags interval; }'
        nft add set inet lab d '{ type ipv4_addr; flags dynamic,timeout; size 100; }'
        /bin/true begins

        """

    @Test(.enabled(if: isThere, "needs /usr/sbin/nft")) func noTwoRulesAreOneText() throws {
        let lines = Self.rules.map { "nft add rule inet lab out '\($0)' || echo 'REFUSED \($0)'" }
        let record = try record(of: plan(shell(Self.before + lines.joined(separator: "\n"))))
        #expect(record.header.error == nil)
        // A kernel may lack an expression: nft says so, and the operation failed.
        let said = record.attempt?.output ?? ""
        let all = record.operations.drop {
            !($0.phrase.word == "exec" && $0.phrase.qualifiers["argv"] == "/bin/true begins")
        }
        let commits = all.filter { $0.phrase.word == "nft.commit" && $0.result == .ok }
        let texts = commits.map { $0.phrase.qualifiers["text"] ?? "" }
        let refused = said.split(separator: "\n").count { $0.hasPrefix("REFUSED") }
        #expect(commits.count == Self.rules.count - refused && commits.count >= 60, "\(said)")
        let twice = Dictionary(grouping: texts) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.isEmpty, "\(twice)")
        // And what states say of them are as many.
        let rules =
            record.end?.facts.filter { $0.identity.noun == "nft" && $0.identity.name.hasPrefix("rule inet lab out") }
            ?? []
        #expect(rules.count == commits.count)
    }
}
