import Faults
import Model
import NetlinkCodec

extension WorldEditor {
    /// Gives a device an address; taking it back deletes it.
    func add(_ address: AddressChange) throws -> WorldEdit {
        let namespace = try run.worldNamespace(address.namespace)
        let socket = try namespace.open()
        let device = try socket.link(address.dev)
        let prefix = try read(address.prefix, IPPrefix(address.prefix))
        try socket.send(.addAddress(prefix, to: device.index), "address.add \(prefix) dev \(device.name)")
        return WorldEdit(detail: "address \(prefix) dev \(device.name) in \(namespace.name) was added") {
            try namespace.takeBack {
                try $0.send(.deleteAddress(prefix, from: device.index), "address.delete \(prefix) dev \(device.name)")
            }
        }
    }

    /// Takes an address away; taking that back gives it all the attributes that it had.
    ///
    /// The routes that needed it go with it and, as with any other program, do not come back with it, but for those that
    /// the kernel adds for an address.
    func deleteAddress(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        let links = try socket.links()
        let all: [DumpedObject<AddressRecord>] = try socket.dump(.dumpAddresses())
        let address = try socket.one(
            object, among: all.compactMap { each in fact(each.record, links).map { (each, $0) } })
        let text = fact(address.record, links)?.identity.which ?? object.which
        try socket.send(address.deletion, "address.delete \(text)")
        return WorldEdit(detail: "address \(text) in \(namespace.name) was deleted") {
            try namespace.takeBack { try $0.send(address.addition, "address.add \(text)") }
        }
    }

    /// Adds a permanent neighbour or a proxy; taking it back deletes it.
    func add(_ neighbour: NeighbourChange) throws -> WorldEdit {
        let namespace = try run.worldNamespace(neighbour.namespace)
        let socket = try namespace.open()
        let device = try socket.link(neighbour.dev)
        let address = try read(neighbour.address, IPPrefix(neighbour.address)).address
        let mac = try neighbour.lladdr.map { try read($0, MACAddress($0)) }
        let what = "\(mac == nil ? "proxy " : "")\(address) dev \(device.name)"
        try socket.send(.addNeighbour(address, to: device.index, lladdr: mac), "neighbour.add \(what)")
        return WorldEdit(detail: "neighbour \(what) in \(namespace.name) was added") {
            try namespace.takeBack {
                try $0.send(
                    .deleteNeighbour(address, from: device.index, isProxy: mac == nil), "neighbour.delete \(what)")
            }
        }
    }

    /// Deletes a neighbour, also one that was learned; taking that back adds it as it was.
    func deleteNeighbour(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        let links = try socket.links()
        let all: [DumpedObject<NeighbourRecord>] =
            try socket.dump(.dumpNeighbours()) + socket.dump(.dumpProxyNeighbours())
        let neighbour = try socket.one(
            object, among: all.compactMap { each in fact(each.record, links).map { (each, $0) } })
        let text = fact(neighbour.record, links)?.identity.which ?? object.which
        try socket.send(neighbour.deletion, "neighbour.delete \(text)")
        return WorldEdit(detail: "neighbour \(text) in \(namespace.name) was deleted") {
            try namespace.takeBack { try $0.send(neighbour.addition, "neighbour.add \(text)") }
        }
    }

    private func fact(_ address: AddressRecord, _ links: [LinkRecord]) -> Fact? {
        guard let prefix = address.prefix else { return nil }
        let device = links.name(address.index)
        var attributes = ["dev": device]
        attributes["peer"] = address.peer?.description
        attributes["broadcast"] = address.broadcast?.description
        attributes["label"] = address.label == device ? nil : address.label
        return Fact("address", "\(prefix) dev \(device)", attributes)
    }

    /// nil for what the kernel itself keeps for multicast, broadcast and `lo`: no other program could delete that.
    private func fact(_ neighbour: NeighbourRecord, _ links: [LinkRecord]) -> Fact? {
        guard let address = neighbour.address else { return nil }
        let mac = neighbour.linkLayerAddress
        let isOfKernel =
            mac.map { $0.bytes.first.map { $0 & 1 != 0 } ?? true || $0.bytes.allSatisfy { $0 == 0 } } ?? true
        if neighbour.isNoARP, !neighbour.isProxy, isOfKernel { return nil }
        let device = links.name(neighbour.index)
        var attributes = ["dev": device]
        attributes["lladdr"] = mac?.description
        attributes["proxy"] = neighbour.isProxy ? "true" : nil
        return Fact("neighbour", "\(address) dev \(device)", attributes)
    }
}

extension [LinkRecord] {
    /// The name of the device with that index, or `#INDEX`, as states write it.
    func name(_ index: UInt32) -> String { first { $0.index == index }?.name ?? "#\(index)" }
}
