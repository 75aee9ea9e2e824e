import Faults
import Kernel
import Model
import NetlinkCodec

extension WorldEditor {
    /// Makes a device and its peer; taking it back deletes both.
    ///
    /// What cannot be made whole is not made.
    func create(_ link: LinkSpecification) throws -> WorldEdit {
        let here = try run.worldNamespace(link.end.namespace)
        let there = try link.peer.map { try run.worldNamespace($0.namespace) }
        let socket = try here.open()
        let kind: NewLink.Kind = link.type == "bridge" ? .bridge : .other(link.type)
        try make(
            try newEnd(link.end), kind, peer: try link.peer.map { try newEnd($0) }, elsewhere: there, from: here, socket
        )
        do {
            try configure(link.end, socket)
            if let peer = link.peer, let there { try configure(peer, try there.open()) }
        } catch {
            try socket.send(.deleteLink(.name(link.end.name)), "link.delete \(link.end.name)")
            throw error
        }
        run.snapshotter.setMACs.formUnion(
            [link.end.mac, link.peer?.mac].compactMap { $0.flatMap { MACAddress($0)?.description } })
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
        let mac = try settings.mac.map { try read($0, MACAddress($0)) }
        let master: UInt32?
        switch settings.master {
        case .device(let pattern)?: master = try socket.link(pattern).index
        case .nobody?: master = 0
        case nil: master = nil
        }
        let changes = LinkChanges(
            isUp: settings.up, mtu: settings.mtu.map { UInt32($0) }, mac: mac, master: master, name: settings.name)
        let former = LinkChanges(
            isUp: settings.up == nil ? nil : link.isUp, mtu: settings.mtu == nil ? nil : link.mtu,
            mac: mac == nil ? nil : link.mac, master: master == nil ? nil : link.master ?? 0,
            name: settings.name == nil ? nil : link.name)
        let words = [
            settings.up.map { "up \($0)" }, settings.mtu.map { "mtu \($0)" }, mac.map { "mac \($0)" },
            settings.master.map { if case .device(let name) = $0 { "master \(name)" } else { "master none" } },
            settings.name.map { "name \($0)" },
        ].compactMap { $0 }.joined(separator: " ")
        try socket.send(.setLink(.index(link.index), changes), "link.set \(link.name) \(words)")
        if let mac { run.snapshotter.setMACs.insert(mac.description) }
        return WorldEdit(detail: "link \(link.name) in \(namespace.name) was set: \(words)") {
            try namespace.takeBack {
                try $0.send(.setLink(.index(link.index), former), "link.set \(link.name) to what it was")
            }
        }
    }

    /// Deletes a device and makes one of the same name, type and peer; up as before, without addresses.
    func replaceLink(_ object: Phrase) throws -> WorldEdit {
        let (here, socket) = try open(object)
        let link = try one(object, socket)
        guard let kind = link.kind, kind == "veth" || kind == "bridge" || link.kindData.isEmpty else {
            throw WorldError.impossible(
                "a link of type \(link.kind ?? "physical") cannot be made again: \(link.name) in \(here.name)")
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
        try make(
            end, kind == "bridge" ? .bridge : .other(kind), peer: far?.end, elsewhere: far?.namespace, from: here,
            socket)
        if link.isUp { try setUp(link.name, socket) }
        if let far, far.link.isUp { try setUp(far.link.name, far.socket) }
        return WorldEdit(
            detail: "link \(link.name) in \(here.name) was replaced"
                + (far.map { ", with its peer \($0.link.name) in \($0.namespace.name)" } ?? ""))
    }

    // MARK: - Parts

    private func one(_ object: Phrase, _ socket: WorldSocket) throws -> LinkRecord {
        let links = try socket.links()
        return try socket.one(
            object,
            among: links.map { link in
                var attributes = ["mtu": String(link.mtu), "up": String(link.isUp)]
                attributes["type"] = link.kind ?? (link.isLoopback ? "loopback" : "physical")
                attributes["master"] = link.master.map(links.name)
                attributes["mac"] = link.mac.map {
                    run.snapshotter.setMACs.contains($0.description) ? $0.description : "mac(\(link.name))"
                }
                return (link, Fact("link", link.name, attributes))
            })
    }

    private func setUp(_ name: String, _ socket: WorldSocket) throws {
        try socket.send(.setLink(.name(name), LinkChanges(isUp: true)), "link.set \(name) up true")
    }

    private func newEnd(_ end: LinkSpecification.End) throws -> NewLink.End {
        NewLink.End(
            name: end.name, mtu: end.mtu.map { UInt32($0) }, mac: try end.mac.map { try read($0, MACAddress($0)) })
    }

    /// Sends the request; a peer in another namespace is made there at once.
    private func make(
        _ end: NewLink.End, _ kind: NewLink.Kind, peer: NewLink.End?, elsewhere: WorldNamespace?,
        from here: WorldNamespace, _ socket: WorldSocket
    ) throws {
        guard var peer, let elsewhere else {
            return try socket.send(.createLink(NewLink(end, kind: kind)), "link.create \(end.name)")
        }
        let tried = "link.create \(end.name) peer \(peer.name)"
        guard elsewhere.handle.id != here.handle.id else {
            return try socket.send(.createLink(NewLink(end, kind: .veth(peer: peer))), tried)
        }
        let descriptor = try elsewhere.handle.open()
        peer.namespaceDescriptor = descriptor.raw
        try socket.send(.createLink(NewLink(end, kind: .veth(peer: peer))), "\(tried) in \(elsewhere.name)")
    }

    private func configure(_ end: LinkSpecification.End, _ socket: WorldSocket) throws {
        let index = try socket.link(end.name).index
        if end.up || end.master != nil {
            let master = try end.master.map { try socket.link($0).index }
            try socket.send(
                .setLink(.index(index), LinkChanges(isUp: end.up ? true : nil, master: master)), "link.set \(end.name)")
        }
        for address in end.addresses {
            try socket.send(
                .addAddress(try read(address, IPPrefix(address)), to: index), "address.add \(address) dev \(end.name)")
        }
    }

    /// An index that no device of the namespace has; the kernel's own choice may be the one that just became free.
    private func next(_ socket: WorldSocket) throws -> UInt32 { (try socket.links().map(\.index).max() ?? 1) + 1 }

    /// The other end of a veth, as the state names it: it may stand in a namespace that bears no name any more.
    private func other(end link: LinkRecord, of here: WorldNamespace) throws -> (
        name: String, namespace: WorldNamespace
    ) {
        let labels = Set([here.name, run.registry.role(of: here.handle.id)])
        let fact = try run.snapshotter.take().facts.first {
            $0.identity.noun == "link" && $0.identity.which == link.name && labels.contains($0.identity.namespace)
        }
        let words = fact?.attributes["peer"].map { $0.split(separator: " ", maxSplits: 2).map(String.init) } ?? []
        guard words.count == 3 else {
            throw WorldError.impossible("the peer of \(link.name) in \(here.name) is in no namespace that is known")
        }
        if words[2] == "host" || run.directory.names.contains(words[2]) {
            return (words[0], try run.worldNamespace(words[2]))
        }
        guard
            let entry = run.registry.entries.first(where: { [$0.role, $0.role + Role.deletedMark].contains(words[2]) })
        else { throw WorldError.impossible("the peer of \(link.name) is in \(words[2]), which is not known") }
        return (words[0], WorldNamespace(name: words[2], handle: entry.handle))
    }
}
