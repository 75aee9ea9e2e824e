import Model
import NetlinkCodec

extension WorldEditor {
    /// Gives a device an address; taking it back deletes it.
    func add(_ address: AddressChange) throws -> WorldEdit {
        let namespace = try host.worldNamespace(address.namespace)
        let socket = try namespace.open()
        let device = try socket.link(address.dev)
        let prefix = try ObjectRequests.readPrefix(address.prefix)
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
        let all: [DumpedObject<AddressRecord>] = try socket.dump(.dumpAddresses())
        return try delete(object, all, in: namespace, socket)
    }

    /// Adds a permanent neighbour or a proxy; taking it back deletes it.
    func add(_ neighbour: NeighbourChange) throws -> WorldEdit {
        let namespace = try host.worldNamespace(neighbour.namespace)
        let socket = try namespace.open()
        let device = try socket.link(neighbour.dev)
        let (address, mac) = try ObjectRequests.neighbour(neighbour)
        let what = "\(mac == nil ? "proxy " : "")\(address) dev \(device.name)"
        try socket.send(.addNeighbour(address, to: device.index, lladdr: mac), "neighbour.add \(what)")
        return WorldEdit(detail: "neighbour \(what) in \(namespace.name) was added") {
            try namespace.takeBack {
                try $0.send(
                    .deleteNeighbour(address, from: device.index, isProxy: mac == nil), "neighbour.delete \(what)")
            }
        }
    }

    /// Adds a permanent neighbour or a proxy, or takes the place of the one with its address; taking it back gives that one
    /// back what it had, or deletes the new one.
    func replace(_ neighbour: NeighbourChange) throws -> WorldEdit {
        let namespace = try host.worldNamespace(neighbour.namespace)
        let socket = try namespace.open()
        let device = try socket.link(neighbour.dev)
        let (address, mac) = try ObjectRequests.neighbour(neighbour)
        let what = "\(mac == nil ? "proxy " : "")\(address) dev \(device.name)"
        let former = try neighbours(socket).first { each in
            each.record.address == address && each.record.index == device.index
                && each.record.isProxy == (mac == nil)
        }
        try socket.send(
            .addNeighbour(address, to: device.index, lladdr: mac, replacing: true), "neighbour.replace \(what)")
        // One whose hardware address was not found yet is nothing that could be put back.
        guard let former, former.record.isProxy || former.record.linkLayerAddress != nil else {
            return WorldEdit(detail: "neighbour \(what) in \(namespace.name) was added: there was none to replace") {
                try namespace.takeBack {
                    try $0.send(
                        .deleteNeighbour(address, from: device.index, isProxy: mac == nil), "neighbour.delete \(what)")
                }
            }
        }
        let whose = former.record.linkLayerAddress.map { " with \($0)" } ?? ""
        return WorldEdit(detail: "neighbour \(what) in \(namespace.name) took the place of one\(whose)") {
            try namespace.takeBack { try $0.send(former.replacement, "neighbour.replace \(what) by what it was") }
        }
    }

    /// Deletes a neighbour, also one that was learned; taking that back adds it as it was.
    func deleteNeighbour(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        return try delete(object, try neighbours(socket), in: namespace, socket) { $0.isLearned(by: $1) }
    }

    private func neighbours(_ socket: WorldSocket) throws -> [DumpedObject<NeighbourRecord>] {
        try socket.dump(.dumpNeighbours()) + socket.dump(.dumpProxyNeighbours())
    }
}
