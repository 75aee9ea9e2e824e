import Model
import Testing

/// What no state compares follows from the tables; these tests say what that comes to.
@Suite struct NotLookedAtTests {
    private func said(_ phrases: Phrase...) -> [String] {
        var all = NotLookedAt()
        for phrase in phrases { all.add(operation(0, phrase)) }
        return all.lines
    }

    @Test func whatStatesShowIsNotSaid() {
        #expect(
            said(
                Phrase("link.create", "v0", ["type": "veth", "peer": "v1", "up": "true"]),
                Phrase("link.set", "v0", ["netns": "pod", "mtu": "1400"]), Phrase("link.set", "v0", ["name": "eth0"]),
                Phrase("address.add", "10.0.0.1/24", ["dev": "v0"]),
                Phrase("route.add", "10.0.0.0/8", ["via": "10.0.0.2", "append": "true", "nhid": "7"]),
                Phrase("rule.add", "10.0.0.1/32", ["table": "100", "not": "true"]),
                Phrase("nft.commit", "inet t", ["add": "1 table, 2 rules, 1 set", "chain": "in", "text": "accept"]),
                Phrase("file.write", "/run/x"), Phrase("file.rename", "/run/x", ["to": "/run/y"]),
                Phrase("file.chmod", "/run/y", ["mode": "0600"]), Phrase("file.xattr", "/run/y", ["name": "user.a"]),
                Phrase("sysctl.write", "net.ipv4.ip_forward", ["value": "1"]),
                Phrase("exec", "/bin/ip", ["argv": "ip"]),
                Phrase("netns.name", "pod"), Phrase("mount.bind", "/a", ["source": "/b"]),
                Phrase("altname.add", "uplink", ["dev": "v0"])
            ).isEmpty)
        // Nor what only looks.
        #expect(
            said(Phrase("conntrack.list", "all"), Phrase("qdisc.list", "all"), Phrase("generic.list", "ethtool"))
                .isEmpty)
    }

    @Test func whatNoStateShowsIsCounted() {
        let socket = Phrase("socket.destroy", "10.0.0.1:80", ["proto": "6"])
        #expect(
            said(
                socket, Phrase("generic.request", "ethtool", ["command": "12", "dev": "v0"]), socket,
                Phrase("mount.remount", "/srv"), Phrase("nsid.set", "3", ["netns": "pod"]))
                == ["not compared: generic.request ethtool (1), mount.remount (1), nsid.set (1), socket.destroy (2)"])
    }

    @Test func aKeyThatNoAttributeShowsIsSaidAlone() {
        #expect(
            said(Phrase("address.add", "10.0.0.1/24", ["dev": "v0", "preferred": "7"]))
                == ["not compared: address.add preferred (1)"])
        // Of what is deleted a key says which.
        #expect(said(Phrase("address.delete", "10.0.0.1/24", ["dev": "v0", "metric": "7"])).isEmpty)
    }

    /// Which keys of what a state holds are shown by none of its attributes, of the whole table.
    @Test func theTableSaysWhichKeysNoStateShows() {
        let said = OperationTable.rows.compactMap { row -> String? in
            guard row.effects.contains(where: { $0.kind == .makes || $0.kind == .changes }), row.word != "nft.commit"
            else { return nil }
            let all = Dictionary(row.qualifiers.map { ($0.name, "1") }, uniquingKeysWith: { first, _ in first })
            let texts = operation(0, Phrase(row.word, "x", all)).notCompared
            return texts.isEmpty ? nil : row.word + texts.map { $0.dropFirst(row.word.count) }.joined()
        }
        #expect(
            said == [
                "link.create other", "link.set other", "address.add metric other preferred proto valid",
                "address.replace metric other preferred proto valid", "route.add encap expires metrics other pref",
                "route.replace encap expires metrics other pref", "route.change encap expires metrics other pref",
                "rule.add l3mdev other suppress-group tunnel uids", "multicast.add", "multicast.delete", "tun.keep",
                "bpf.attach",
                "neighbour.add flags other proto", "neighbour.replace flags other proto", "fdb.add other src-vni via",
                "fdb.replace other src-vni via", "vlan.set global settings", "mdb.add settings",
                "mdb.replace settings", "filter.add block handle", "filter.replace block handle",
                "filter.change block handle", "tc-chain.add", "tc-chain.delete", "tc-action.add", "tc-action.replace",
                "nsid.set", "conntrack-expect.add",
                "xfrm-policy.add index", "xfrm-policy.replace index", "generic.request x", "hostname.set",
                "mount.remount", "file.times", "file.flags",
            ])
    }

    @Test func whatFailedHasChangedNothing() {
        var failed = operation(0, Phrase("socket.destroy", "10.0.0.1:80"))
        failed.result = .failed(ErrorNumber(1))
        var unread = failed
        unread.result = .unknown
        var all = NotLookedAt()
        all.add(failed)
        #expect(all.isEmpty)
        all.add(unread)
        #expect(all.notCompared == ["socket.destroy": 1])
    }

    @Test func whatHasNoWordIsSaidByItsNumber() {
        let unheard = Phrase("raw.request", "77", ["protocol": "audit"])
        #expect(
            said(unheard, Phrase("raw.request", "99"), unheard)
                == ["not decoded: raw.request 77 protocol audit (2), raw.request 99 (1)"])
        // A refused one was asked all the same.
        var all = NotLookedAt()
        var refused = operation(0, unheard)
        refused.result = .failed(ErrorNumber(1))
        all.add(refused)
        #expect(all.notDecoded == ["raw.request 77 protocol audit": 1])
    }

    @Test func anyNumberOfKindsIsBounded() {
        var all = NotLookedAt()
        for number in 0..<1000 { all.add(operation(0, Phrase("raw.request", "\(number)"))) }
        #expect(all.notDecoded.count == NotLookedAt.limit + 1)
        #expect(all.notDecoded.values.reduce(0, +) == 1000)
        #expect(all.lines.first?.hasSuffix(", others (\(1000 - NotLookedAt.limit))") == true)
    }

    @Test func ofSeveralRunsTheHigherCountStands() {
        var one = NotLookedAt()
        var other = NotLookedAt()
        let socket = operation(0, Phrase("socket.destroy", "10.0.0.1:80"))
        one.add(socket)
        other.add(socket)
        other.add(socket)
        other.add(operation(0, Phrase("raw.request", "5")))
        one.join(other)
        #expect(one == other)
        other.join(NotLookedAt())
        #expect(one == other)
    }

    /// A key that nobody thought about would be said to be compared with nothing, or not at all.
    @Test func whereAKeyIsShownIsAnAttribute() {
        for row in OperationTable.rows {
            let objects = row.effects.filter { $0.kind != .observes && $0.attribute == nil }
                .compactMap { ObjectTable.row($0.noun) }
            for qualifier in row.qualifiers {
                guard case .attributes(let names) = qualifier.shown, names != [qualifier.name], !objects.isEmpty else {
                    continue
                }
                #expect(
                    objects.contains { object in names.contains { object.has($0) } }, "\(row.word) \(qualifier.name)")
            }
        }
    }
}
