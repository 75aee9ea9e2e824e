import Kernel
import Model
import NetlinkCodec
import Observation

extension WorldEditor {
    /// Makes a device and its peer; taking it back deletes both.
    ///
    /// What cannot be made whole is not made.
    func create(_ link: LinkSpecification) throws -> WorldEdit {
        let here = try host.worldNamespace(link.end.namespace)
        let there = try link.peer.map { try host.worldNamespace($0.namespace) }
        let socket = try here.open()
        let lower = try link.link.map { try socket.link($0).index }
        try make(
            ObjectRequests.end(link.end), peer: try link.peer.map { try ObjectRequests.end($0) }, elsewhere: there,
            from: here, socket
        ) { end, peer in try ObjectRequests.create(link, end, peer: peer, lower: lower) }
        do {
            try configure(link.end, socket)
            if let peer = link.peer, let there { try configure(peer, try there.open()) }
        } catch {
            try socket.send(.deleteLink(.name(link.end.name)), "link.delete \(link.end.name)")
            throw error
        }
        host.snapshotter.setMACs.formUnion(ObjectRequests.hardwareAddresses(of: link))
        let index = try socket.link(link.end.name).index
        let pair = link.peer.map { " with \($0.name) in \(there?.name ?? here.name)" } ?? ""
        return WorldEdit(detail: "link \(link.end.name)\(pair) in \(here.name) was made") {
            try here.takeBack { try $0.send(.deleteLink(.index(index)), "link.delete \(link.end.name)") }
        }
    }

    /// Deletes a device, and with it its peer.
    func deleteLink(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        let link = try one(object, socket)
        try socket.send(.deleteLink(.index(link.index)), "link.delete \(link.name)")
        return WorldEdit(detail: "link \(link.name) in \(namespace.name) was deleted")
    }

    /// Changes a device; taking it back gives it what it had of that before.
    ///
    /// What the kernel takes away by itself when a device goes down, such as its routes, does not come back.
    func set(_ object: Phrase, _ settings: LinkSettings) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        let link = try one(object, socket)
        let mac = try settings.mac.map(ObjectRequests.readMAC)
        let master: UInt32?
        switch settings.master {
        case .device(let pattern)?: master = try socket.link(pattern).index
        case .nobody?: master = 0
        case nil: master = nil
        }
        let there = try settings.netns.map { try host.worldNamespace($0) }
        var changes = LinkChanges(
            isUp: settings.up, mtu: settings.mtu.map { UInt32($0) }, mac: mac, master: master, name: settings.name)
        let former = LinkChanges(
            isUp: settings.up == nil ? nil : link.isUp, mtu: settings.mtu == nil ? nil : link.mtu,
            mac: mac == nil ? nil : link.mac, master: master == nil ? nil : link.master ?? 0,
            name: settings.name == nil ? nil : link.name)
        let words = [
            settings.up.map { "up \($0)" }, settings.mtu.map { "mtu \($0)" }, mac.map { "mac \($0)" },
            settings.master.map { if case .device(let name) = $0 { "master \(name)" } else { "master none" } },
            settings.name.map { "name \($0)" }, there.map { "netns \($0.name)" },
        ].compactMap { $0 }.joined(separator: " ")
        let tried = "link.set \(link.name) \(words)"
        if let there {
            let descriptor = try there.handle.open()
            changes.namespaceDescriptor = descriptor.raw
            try socket.send(.setLink(.index(link.index), changes), tried)
        } else {
            try socket.send(.setLink(.index(link.index), changes), tried)
        }
        if let mac { host.snapshotter.setMACs.insert(mac.description) }
        return WorldEdit(detail: "link \(link.name) in \(namespace.name) was set: \(words)") {
            try namespace.takeBack {
                try $0.send(.setLink(.index(link.index), former), "link.set \(link.name) to what it was")
            }
        }
    }

    /// Deletes a device and makes one of the same name, type, settings and peer; up as before, without addresses.
    func replaceLink(_ object: Phrase) throws -> WorldEdit {
        let (here, socket) = try open(object)
        let link = try one(object, socket)
        guard let kind = link.kind, let like = WorldEditor.settings(of: link, kind) else {
            throw WorldError.nothing(
                "a link of type \(link.kind ?? "physical") cannot be made again: \(link.name) in \(here.name)")
        }
        if kind != "veth", link.linkNamespaceID != nil {
            throw WorldError.nothing("\(link.name) in \(here.name) stands on a device of another namespace")
        }
        let index = try next(socket)
        let end = NewLink.End(name: link.name, index: index)
        var far: (link: LinkRecord, namespace: WorldNamespace, socket: WorldSocket, end: NewLink.End)?
        if kind == "veth" {
            let (name, namespace) = try other(end: link, of: here)
            let isHere = namespace.handle.id == here.handle.id
            let there = isHere ? socket : try namespace.open()
            let peer = try there.link(name)
            far = (peer, namespace, there, NewLink.End(name: name, index: isHere ? index + 1 : try next(there)))
        }
        try socket.send(.deleteLink(.index(link.index)), "link.delete \(link.name)")
        try make(end, peer: far?.end, elsewhere: far?.namespace, from: here, socket) {
            if let peer = $1 { return .createLink(NewLink($0, kind: .veth(peer: peer))) }
            let lower = link.link.flatMap { $0 == 0 ? nil : $0 }
            return .createLink(NewLink($0, kind: .other(kind, link: lower, settings: like)))
        }
        if link.isUp { try setUp(link.name, socket) }
        if let far, far.link.isUp { try setUp(far.link.name, far.socket) }
        return WorldEdit(
            detail: "link \(link.name) in \(here.name) was replaced"
                + (far.map { ", with its peer \($0.link.name) in \($0.namespace.name)" } ?? ""))
    }

    /// What of the settings of a device makes another one like it; nil where it has been told what nobody can read, or what does not
    /// come back by itself: the keys of WireGuard, the ports of a team, the descriptor of a tun or tap device.
    private static func settings(of link: LinkRecord, _ kind: String) -> [RawAttribute]? {
        switch kind {
        case "veth": []
        case "bridge": BridgeSettings.forAnother(link)
        case let kind where LinkSpecification.typesMadeOnce.contains(kind): nil
        default: KindSettings.forAnother(kind, link.kindData) ?? (link.kindData.isEmpty ? [] : nil)
        }
    }

    // MARK: - Parts

    /// The device that the object means; by its other end or its lower device too, which takes a look at all namespaces.
    private func one(_ object: Phrase, _ socket: WorldSocket) throws -> LinkRecord {
        let builder = try builder(socket, withEnds: !FactBuilder.endAttributes.isDisjoint(with: object.qualifiers.keys))
        return try socket.one(
            object, among: builder.links.compactMap { link in link.fact(by: builder).map { (link, $0) } })
    }

    private func setUp(_ name: String, _ socket: WorldSocket) throws {
        try socket.send(.setLink(.name(name), LinkChanges(isUp: true)), "link.set \(name) up true")
    }

    /// Sends the request; a peer in another namespace is made there at once.
    private func make(
        _ end: NewLink.End, peer: NewLink.End?, elsewhere: WorldNamespace?, from here: WorldNamespace,
        _ socket: WorldSocket, _ request: (NewLink.End, NewLink.End?) throws -> NetlinkRequest
    ) throws {
        guard var peer, let elsewhere else {
            return try socket.send(try request(end, nil), "link.create \(end.name)")
        }
        let tried = "link.create \(end.name) peer \(peer.name)"
        guard elsewhere.handle.id != here.handle.id else { return try socket.send(try request(end, peer), tried) }
        let descriptor = try elsewhere.handle.open()
        peer.namespaceDescriptor = descriptor.raw
        try socket.send(try request(end, peer), "\(tried) in \(elsewhere.name)")
    }

    private func configure(_ end: LinkSpecification.End, _ socket: WorldSocket) throws {
        let requests = try ObjectRequests.configure(
            end, index: try socket.link(end.name).index, master: try end.master.map { try socket.link($0).index })
        for (request, name) in requests { try socket.send(request, name) }
    }

    /// An index that no device of the namespace has; the kernel's own choice may be the one that just became free.
    private func next(_ socket: WorldSocket) throws -> UInt32 { (try socket.links().map(\.index).max() ?? 1) + 1 }

    /// The other end of a veth, as the state names it: it may stand in a namespace that bears no name any more.
    private func other(end link: LinkRecord, of here: WorldNamespace) throws -> (
        name: String, namespace: WorldNamespace
    ) {
        let peer = try host.snapshotter.linkEnds(in: here.handle.id)[link.index]
        let words = peer?.split(separator: " ", maxSplits: 2).map(String.init) ?? []
        guard words.count == 3 else {
            throw WorldError.impossible("the peer of \(link.name) in \(here.name) is in no namespace that is known")
        }
        if words[2] == "host" || host.namespaces.names.contains(words[2]) {
            return (words[0], try host.worldNamespace(words[2]))
        }
        guard
            let entry = host.registry.entries.first(where: {
                [$0.role, $0.role + NamespaceRole.deletedMark].contains(words[2])
            })
        else { throw WorldError.impossible("the peer of \(link.name) is in \(words[2]), which is not known") }
        return (words[0], WorldNamespace(name: words[2], handle: entry.handle))
    }
}
