import Glibc
import Kernel
import Model
import NetlinkCodec
import Observation

/// A namespace of the host as an action means it: its name now, and a handle that holds nothing.
struct WorldNamespace {
    let name: String
    let handle: NamespaceHandle

    /// Opens a socket in it and comes home; the socket pins the namespace until some milliseconds after its end.
    func open(_ family: NetlinkProtocol = .route) throws -> WorldSocket {
        let namespace = try handle.open()
        let socket = try withNetworkNamespace(namespace) { () throws(SystemError) in try NetlinkSocket(family) }
        return WorldSocket(name: name, namespace: handle.id, socket: socket)
    }

    /// Takes something back in the namespace that was changed, whatever name it bears now.
    ///
    /// What the agent itself has done meanwhile is no error: the object to be put back is there again, the one to be taken
    /// away is gone, or its device or the whole namespace is.
    func takeBack(_ body: (WorldSocket) throws -> Void) throws {
        guard try handle.isAlive() else { return }
        do {
            try body(try open())
        } catch let error as WorldError {
            let moot = [EEXIST, ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL]
            guard let errno = error.errno, moot.contains(errno) else { throw error }
        }
    }
}

extension RunHost {
    /// The one namespace that bears a name of this pattern now.
    func worldNamespace(_ pattern: String) throws -> WorldNamespace {
        guard let host = registry.entries.first?.handle else {
            throw WorldError.impossible("the host has no namespace")
        }
        var found: [WorldNamespace] = []
        let all =
            [("host", host)] + namespaces.names.compactMap { name in namespaces.bearer(of: name).map { (name, $0) } }
        for (name, handle) in all where Pattern(pattern).matches(name) {
            // One namespace may bear several names.
            if !found.contains(where: { $0.handle.id == handle.id }) {
                found.append(WorldNamespace(name: name, handle: handle))
            }
        }
        guard let first = found.first else {
            throw WorldError.none(what: "namespace", pattern: pattern, place: nil, there: all.map(\.0).sorted())
        }
        guard found.count == 1 else {
            throw WorldError.several(
                what: "namespace", pattern: pattern, place: nil, found: found.map(\.name).sorted())
        }
        return first
    }
}

/// A socket in one namespace for the time of one change.
struct WorldSocket {
    /// The name of the namespace.
    let name: String
    /// The namespace.
    let namespace: NetworkNamespaceID
    let socket: NetlinkSocket

    /// All objects of a dump.
    func dump<Record: DumpRecord>(_ request: NetlinkRequest) throws -> [DumpedObject<Record>] {
        try DumpedObject.all(in: try socket.dump(request.bytes))
    }

    /// Sends a request and waits for the kernel's answer; `tried` says what it is for.
    func send(_ request: NetlinkRequest?, _ tried: String) throws {
        guard let request else { throw WorldError.impossible("\(tried): there is no request for that") }
        try telling(tried) { try socket.transact(request.bytes) }
    }

    /// Sends a change of nftables and waits for the kernel's answer.
    func commit(_ change: NetlinkRequest, _ tried: String) throws {
        try telling(tried) { try socket.transact(batch: NetlinkRequest.nftBatch([change]).map(\.bytes)) }
    }

    private func telling<Result>(_ tried: String, _ body: () throws -> Result) throws {
        do { _ = try body() } catch let error as NetlinkError {
            throw WorldError.refused(tried: "\(tried) in \(name)", error: error)
        }
    }

    /// The devices.
    func links() throws -> [LinkRecord] { try dump(.dumpLinks()).map(\.record) }

    /// The one device with a name of this pattern.
    func link(_ pattern: String) throws -> LinkRecord {
        try one(Phrase("link", pattern), among: try links().map { ($0, Fact("link", $0.name)) })
    }

    /// The one object that the phrase means by its fact, as in a state.
    func one<Object>(_ object: Phrase, among all: [(Object, Fact)]) throws -> Object {
        try one(object, among: all) { chosen, _ in chosen }
    }

    /// What `result` says of the one object that the phrase means by its fact, as in a state.
    func one<Object, Result>(
        _ object: Phrase, among all: [(Object, Fact)], _ result: (Object, Fact) -> Result
    ) throws -> Result {
        let pattern = Phrase(object.word, object.argument, object.qualifiers)
        let what = object.noun == "nft" ? "object of nftables" : object.noun
        let found = all.filter { pattern.matches($0.1) }
        guard let first = found.first else {
            throw WorldError.none(
                what: what, pattern: WorldSocket.text(object), place: name, there: all.map(\.1.identity.name))
        }
        guard found.count == 1 else {
            throw WorldError.several(
                what: what, pattern: WorldSocket.text(object), place: name, found: found.map(\.1.identity.name))
        }
        return result(first.0, first.1)
    }

    /// The one object that the phrase means, and what a state calls it.
    ///
    /// - Parameter isMeantToo: Which objects the phrase may mean besides those that a state shows.
    func choose<Record: ObservedRecord>(
        _ object: Phrase, among all: [DumpedObject<Record>], _ builder: FactBuilder,
        isMeantToo: (Record, FactBuilder) -> Bool = { _, _ in false }
    ) throws -> (object: DumpedObject<Record>, name: String) {
        var shown: [(DumpedObject<Record>, Fact)] = []
        var others: [(DumpedObject<Record>, Fact)] = []
        for each in all {
            guard let fact = each.record.fact(by: builder) else { continue }
            if each.record.isShown(by: builder) {
                shown.append((each, fact))
            } else if isMeantToo(each.record, builder) {
                others.append((each, fact))
            }
        }
        let numbered = zip(shown, FactBuilder.numbered(shown.map(\.1))).map { ($0.0, $1) }
        return try one(object, among: numbered + others) { ($0, $1.identity.name) }
    }

    private static func text(_ object: Phrase) -> String {
        ([object.argument] + object.qualifiers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
            .joined(separator: " ")
    }
}
