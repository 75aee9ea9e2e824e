import Faults
import Glibc
import Kernel
import Model
import NetlinkCodec
import Observation
import Testing

@testable import Worker

/// What the applier makes in a real kernel is what the fact builder reads back, and is found by the words that a state
/// prints.
///
/// Each test has a process, and a network namespace in it, of its own.
@Suite(.enabled(if: Capabilities.has(.sysAdmin) && Capabilities.has(.netAdmin), "needs CAP_SYS_ADMIN, CAP_NET_ADMIN"))
struct RoundTripTests {
    @Test func routes() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            var examples = Examples(seed: 11)
            for _ in 0..<150 {
                let route = examples.route()
                let request = try ObjectRequests.route(route, device: try place.socket.link(route.dev ?? "").index)
                let fact = try place.roundTrip(
                    "route", .addRoute(request), [.dumpRoutes(.ipv4), .dumpRoutes(.ipv6)], as: RouteRecord.self)
                #expect(fact.attributes == Expected.attributes(of: route), "\(route)")
                #expect(fact.identity.name.hasPrefix(Expected.destination(of: route)), "\(route)")
            }
        }
    }

    @Test func rules() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            var examples = Examples(seed: 12)
            for _ in 0..<150 {
                let rule = examples.rule()
                let fact = try place.roundTrip(
                    "rule", .addRule(try ObjectRequests.rule(rule)), [.dumpRules(.ipv4), .dumpRules(.ipv6)],
                    as: RuleRecord.self)
                var expected = Expected.attributes(of: rule)
                // Nobody said by what it was added (`FRA_PROTOCOL`, `RTPROT_UNSPEC`).
                expected["proto"] = "0"
                if rule.priority == nil { expected["priority"] = fact.attributes["priority"] }
                #expect(fact.attributes == expected, "\(rule)")
            }
        }
    }

    @Test func addresses() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            var examples = Examples(seed: 13)
            for _ in 0..<60 {
                let address = examples.address()
                let device = try place.socket.link(address.dev)
                let fact = try place.roundTrip(
                    "address", .addAddress(try ObjectRequests.readPrefix(address.prefix), to: device.index),
                    [.dumpAddresses()], as: AddressRecord.self, isReady: { !$0.isTentative })
                #expect(fact.identity.name == "\(Expected.prefix(address.prefix)) dev \(address.dev)")
                let scope = ["127.0.9.1/8": "host", "fe80::9/64": "link"][address.prefix] ?? "global"
                #expect(fact.attributes == ["dev": address.dev, "scope": scope], "\(fact)")
            }
        }
    }

    @Test func neighbours() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            var examples = Examples(seed: 14)
            for _ in 0..<60 {
                let neighbour = examples.neighbour()
                let (address, mac) = try ObjectRequests.neighbour(neighbour)
                let device = try place.socket.link(neighbour.dev)
                let fact = try place.roundTrip(
                    "neighbour", .addNeighbour(address, to: device.index, lladdr: mac),
                    [.dumpNeighbours(), .dumpProxyNeighbours()], as: NeighbourRecord.self)
                var expected = ["dev": "d0"]
                expected["lladdr"] = neighbour.lladdr?.lowercased()
                if mac == nil { expected["proxy"] = "true" }
                #expect(fact.attributes == expected, "\(neighbour)")
            }
        }
    }

    @Test func links() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            var examples = Examples(seed: 15)
            for number in 0..<60 {
                let link = examples.link("e\(number)")
                let end = try ObjectRequests.end(link.end)
                let peer = try link.peer.map { try ObjectRequests.end($0) }
                try place.socket.send(ObjectRequests.create(link, end, peer: peer, lower: nil), "create")
                for each in [link.end] + (link.peer.map { [$0] } ?? []) {
                    let requests = try ObjectRequests.configure(
                        each, index: try place.socket.link(each.name).index,
                        master: try each.master.map { try place.socket.link($0).index })
                    for (request, name) in requests { try place.socket.send(request, name) }
                }
                let builder = try place.builder(setMACs: Set(ObjectRequests.hardwareAddresses(of: link)))
                for each in [link.end] + (link.peer.map { [$0] } ?? []) {
                    let fact = try #require(try place.socket.link(each.name).fact(by: builder))
                    var expected = ["type": link.type, "up": String(each.up), "mtu": String(each.mtu ?? 1500)]
                    expected["mac"] = each.mac?.lowercased() ?? "mac(\(each.name))"
                    expected["master"] = each.master
                    expected["addrgenmode"] = "none"
                    #expect(fact.attributes == expected, "\(link)")
                    let addresses: [DumpedObject<AddressRecord>] = try place.socket.dump(.dumpAddresses())
                    let own = addresses.compactMap { $0.record.fact(by: builder)?.identity.name }
                    for address in each.addresses {
                        #expect(own.contains("\(Expected.prefix(address)) dev \(each.name)"))
                    }
                }
                try place.socket.send(.deleteLink(.name(link.end.name)), "delete")
            }
        }
    }

    /// Two of one name are told apart as in a state, and each is found by its number.
    @Test func twoOfOneNameAreFoundByTheirNumbers() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            let (address, mac) = try ObjectRequests.neighbour(
                NeighbourChange(address: "10.5.0.9", dev: "d0", lladdr: "02:00:00:00:00:09"))
            let device = try place.socket.link("d0").index
            try place.socket.send(.addNeighbour(address, to: device, lladdr: mac), "neighbour")
            try place.socket.send(.addNeighbour(address, to: device, lladdr: nil), "proxy")
            let all: [DumpedObject<NeighbourRecord>] =
                try place.socket.dump(.dumpNeighbours()) + place.socket.dump(.dumpProxyNeighbours())
            let builder = try place.builder()
            let first = try place.socket.choose(
                Phrase("neighbour.delete", "10.5.0.9 dev d0"), among: all, builder)
            let second = try place.socket.choose(
                Phrase("neighbour.delete", "10.5.0.9 dev d0 #2"), among: all, builder)
            #expect(!first.object.record.isProxy && second.object.record.isProxy)
            #expect(throws: WorldError.self) {
                _ = try place.socket.choose(Phrase("neighbour.delete", "10.5.0.9"), among: all, builder)
            }
        }
    }
}

/// A network namespace with a bridge `b0`, a veth `d0` that has addresses, and a veth `v0`, both with their other ends.
private struct Place {
    let socket: WorldSocket

    init() throws {
        try enterNewNetworkNamespace()
        // Without detection of duplicates an address is what it stays at once.
        for group in ["all", "default"] {
            try Descriptor.open("/proc/sys/net/ipv6/conf/\(group)/accept_dad", flags: O_WRONLY).writeAll(
                Array("0".utf8))
            try Descriptor.open("/proc/sys/net/ipv6/conf/\(group)/addr_gen_mode", flags: O_WRONLY)
                .writeAll(Array("1".utf8))
        }
        socket = WorldSocket(
            name: "host", namespace: try NamespaceHandle.ofThread().id, socket: try NetlinkSocket(.route))
        try socket.send(.createLink(NewLink(.init(name: "b0"), kind: .other("bridge"))), "b0")
        for (name, peer) in [("d0", "d1"), ("v0", "v1")] {
            let pair = NewLink(.init(name: name), kind: .veth(peer: .init(name: peer)))
            try socket.send(.createLink(pair), name)
            for end in [name, peer] { try socket.send(.setLink(.name(end), LinkChanges(isUp: true)), end) }
        }
        for text in ["10.5.0.1/24", "2001:db8:5::1/64"] {
            let address = try ObjectRequests.readPrefix(text)
            try socket.send(.addAddress(address, to: try socket.link("d0").index), text)
        }
        let limit = Monotonic.now() + .seconds(5).patient
        while Monotonic.now() < limit {
            let addresses: [DumpedObject<AddressRecord>] = try socket.dump(.dumpAddresses())
            if !addresses.contains(where: \.record.isTentative) { break }
        }
    }

    func builder(setMACs: Set<String> = ["02:00:00:00:00:09", "02:00:00:00:00:0a"]) throws -> FactBuilder {
        FactBuilder(namespace: "host", links: try socket.links(), setMACs: setMACs)
    }

    /// Makes an object, waits until it is ready, reads its fact back, finds it by each of the ways in which a state names it, and deletes it.
    func roundTrip<Record: ObservedRecord & Equatable>(
        _ noun: String, _ request: NetlinkRequest, _ dumps: [NetlinkRequest], as: Record.Type,
        isReady: (Record) -> Bool = { _ in true }
    ) throws -> Fact {
        func all() throws -> [DumpedObject<Record>] { try dumps.flatMap { try socket.dump($0) } }
        let before = try all()
        try socket.send(request, noun)
        var after = try all()
        let limit = Monotonic.now() + .seconds(5).patient
        while !after.allSatisfy({ isReady($0.record) }), Monotonic.now() < limit { after = try all() }
        let made = after.filter { each in !before.contains { $0.record == each.record } }
        let builder = try builder()
        let shown = made.filter { $0.record.isShown(by: builder) }
        try #require(shown.count == 1, "\(noun): \(made.map(\.record))")
        let fact = try #require(shown[0].record.fact(by: builder))
        let words = fact.identity.name.split(separator: " ").first.map(String.init) ?? ""
        for phrase in [
            Phrase("\(noun).delete", fact.identity.name, in: "host"), Phrase("\(noun).delete", words, fact.attributes),
        ] {
            let found = try socket.choose(phrase, among: after, builder)
            #expect(found.object.record == shown[0].record && found.name == fact.identity.name, "\(phrase)")
        }
        try socket.send(shown[0].deletion, "\(noun).delete")
        let left = try all().filter { each in !before.contains { $0.record == each.record } }
        #expect(left.allSatisfy { !$0.record.isShown(by: builder) }, "\(noun): \(left.map(\.record))")
        return fact
    }
}
