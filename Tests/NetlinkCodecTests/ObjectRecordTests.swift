import NetlinkCodec
import Testing

/// Disciplines, nexthops, forwarding entries and their like, from the answers of a kernel.
@Suite struct ObjectRecordTests {
    private func records<Record: DumpRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws -> [Record] {
        let part = try DumpPart<Record>(bytes)
        #expect(part.end?.errno == 0 && part.otherTypes.isEmpty)
        return part.records
    }

    @Test func qdiscs() throws {
        let all = try records(QdiscRecord.self, CapturedObjects.qdiscs)
        #expect(all.count(where: \.isOfKernel) == 5)
        let set = all.filter { !$0.isOfKernel }
        #expect(Set(set.map(\.kind)) == ["tbf", "htb", "pfifo", "ingress"])
        let root = try #require(set.first { $0.kind == "htb" })
        #expect(TrafficHandle.text(root.handle) == "1:" && TrafficHandle.place(root.parent) == "root")
        #expect(!root.settings.isEmpty && root.blocks.isEmpty)
        let leaf = try #require(set.first { $0.kind == "pfifo" })
        #expect(TrafficHandle.text(leaf.parent) == "1:10" && leaf.handle >> 16 >= 0x8000)
        let ingress = try #require(set.first { $0.kind == "ingress" })
        #expect(TrafficHandle.place(ingress.parent) == "ingress")
    }

    /// The packets that no class took are counted in the settings of an htb.
    @Test func countsAreNoSettings() throws {
        let bytes = CapturedObjects.qdiscs
        // TCA_HTB_INIT with struct tc_htb_glob: version 0x30011, ..., direct_pkts.
        let glob = hex("18000200 11000300")
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: glob) })
        var counted = bytes
        counted[place + 20] = 9
        func settings(_ bytes: [UInt8]) throws -> [UInt8]? {
            try records(QdiscRecord.self, bytes).first { $0.kind == "htb" }?.settings
        }
        #expect(counted != bytes)
        #expect(try settings(counted) == settings(bytes))
        counted[place + 12] = 9
        #expect(try settings(counted) != settings(bytes), "the default class is a setting")
    }

    @Test func classes() throws {
        let all = try records(ClassRecord.self, CapturedObjects.classes)
        let only = try #require(all.first)
        #expect(all.count == 1 && only.kind == "htb")
        #expect(TrafficHandle.text(only.handle) == "1:10" && TrafficHandle.place(only.parent) == "root")
        #expect(!only.settings.isEmpty)
    }

    @Test func filters() throws {
        let all = try records(FilterRecord.self, CapturedObjects.filters)
        #expect(all.count == 3, "the head of the list, the table of every u32, and the filter")
        let filter = try #require(all.first { $0.isWhole })
        #expect(all.count(where: \.isWhole) == 1)
        #expect(filter.kind == "u32" && filter.priority == 5 && KernelNames.etherType(filter.etherType) == "ip")
        #expect(filter.classID.map(TrafficHandle.text) == "1:10")
        #expect(filter.actions.isEmpty && filter.chain == 0 && !filter.settings.isEmpty)
        let ingress = try records(FilterRecord.self, CapturedObjects.ingressFilters).filter(\.isWhole)
        let mirror = try #require(ingress.first)
        #expect(ingress.count == 1 && mirror.priority == 1 && KernelNames.etherType(mirror.etherType) == "all")
        #expect(mirror.actions.map(\.kind) == ["mirred"] && mirror.actions.map(\.words) == ["egress mirror"])
        #expect(mirror.actions.first?.device != nil && mirror.actions.first?.settings.isEmpty == true)
    }

    @Test func nexthops() throws {
        let all = try records(NexthopRecord.self, CapturedObjects.nexthops)
        func nexthop(_ id: UInt32) throws -> NexthopRecord { try #require(all.first { $0.id == id }) }
        #expect(Set(all.map(\.id)) == [1, 7, 8, 9, 10])
        let plain = try nexthop(7)
        #expect(plain.gateway?.description == "10.0.0.2" && plain.device != nil && plain.members.isEmpty)
        #expect(KernelNames.scope(plain.scope) == "link")
        #expect(try nexthop(8).isBlackhole)
        let group = try nexthop(9)
        #expect(group.members == ["7/3", "10/2"] && group.device == nil && !group.isResilient)
        let last = try nexthop(10)
        #expect(KernelNames.routeProtocol(last.routeProtocol) == "static")
        #expect(KernelNames.routeFlags(last.flags, linkDown: false) == "onlink")
    }

    @Test func labels() throws {
        let all = try records(AddressLabelRecord.self, CapturedObjects.labels)
        let known = AddressLabelRecord.usual
        #expect(all.count == known.count + 1)
        for (prefix, label) in known {
            #expect(all.contains { $0.prefix?.description == prefix && $0.label == label }, "\(prefix)")
        }
        #expect(all.contains { $0.prefix?.description == "fd77::/16" && $0.label == 77 && $0.index == 0 })
    }

    @Test func forwarding() throws {
        let all = try records(ForwardingRecord.self, CapturedObjects.forwarding)
        func entry(_ mac: String) throws -> ForwardingRecord {
            try #require(all.first { $0.entry.linkLayerAddress?.description == mac })
        }
        let fixed = try entry("02:00:00:00:00:11")
        #expect(fixed.isSet && fixed.stateName == "static" && fixed.entry.master != nil)
        #expect(try entry("02:00:00:00:00:12").stateName == "permanent")
        #expect(all.contains { !$0.isSet }, "one was learned")
        let away = try entry("00:00:00:00:00:00")
        #expect(away.entry.address?.description == "10.0.0.9" && away.entry.master == nil)
        #expect(away.port == nil && away.vni == nil && away.nexthop == nil)
        // The same message of another family is a neighbour.
        var neighbour = CapturedObjects.forwarding
        neighbour[16] = 2
        let others = try DumpPart<ForwardingRecord>(neighbour)
        #expect(others.records.count == all.count - 1 && others.otherTypes.count == 1)
    }

    @Test func groups() throws {
        let all = try records(MulticastGroupsRecord.self, CapturedObjects.groups).flatMap(\.entries)
        let stays = all.filter(\.isPermanent)
        #expect(stays.map(\.group) == ["239.1.1.1"])
        #expect(stays.first?.vlan == 0 && stays.first?.source == nil)
        #expect(all.contains { $0.group == "ff05::7" })
    }
}
