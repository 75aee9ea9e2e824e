import Kernel
import Model
import NetlinkCodec
import Observation

/// What was changed, and how it is taken back.
struct WorldEdit {
    /// What was done, in a few words.
    let detail: String
    /// The roles of the namespaces that went; no change of this kind takes one.
    var removed: [String] = []
    /// Takes the change back; nil where that cannot be done.
    ///
    /// It may be called once, at any later moment.
    var undo: (() throws -> Void)?
}

/// Changes the host as other programs of the machine would: links, addresses, routes, rules, neighbours, settings, files.
///
/// All of it is done by the worker itself, which enters a namespace for as long as it takes to open a socket or a file
/// there; no change waits for another thread. It is kept by the run, for it knows what files held before.
final class WorldEditor {
    let host: RunHost
    /// What files held before the first change of this run, by path.
    var formerFiles: [String: FileState] = [:]

    init(of host: RunHost) { self.host = host }

    /// Makes a change, whole or not at all.
    ///
    /// - Throws: `WorldError` where a pattern does not mean exactly one, or with what was tried and the kernel's words;
    ///   `SystemError` of files and namespaces.
    func apply(_ change: WorldChange) throws -> WorldEdit {
        var edit = try make(change)
        if change.isOfFiles { return edit }
        // Our closed sockets hold the namespace for some milliseconds more, which the next step waits for.
        host.probe = try ProbeNamespace()
        edit.undo = edit.undo.map { undo in
            { [unowned host] in
                try undo()
                host.probe = try ProbeNamespace()
            }
        }
        return edit
    }

    private func make(_ change: WorldChange) throws -> WorldEdit {
        switch change {
        case .createLink(let link): try create(link)
        case .deleteLink(let object): try deleteLink(object)
        case .setLink(let object, let settings): try set(object, settings)
        case .replaceLink(let object): try replaceLink(object)
        case .addAddress(let address): try add(address)
        case .deleteAddress(let object): try deleteAddress(object)
        case .addRoute(let route): try add(route)
        case .replaceRoute(let route): try replace(route)
        case .deleteRoute(let object): try deleteRoute(object)
        case .addRule(let rule): try add(rule)
        case .deleteRule(let object): try deleteRule(object)
        case .addNeighbour(let neighbour): try add(neighbour)
        case .replaceNeighbour(let neighbour): try replace(neighbour)
        case .deleteNeighbour(let object): try deleteNeighbour(object)
        case .deleteNft(let object): try deleteNft(object)
        case .writeSysctl(let setting): try write(setting)
        case .writeFile(let path, let text): try writeFile(path, Array(text.utf8))
        case .deleteFile(let path): try deleteFile(path)
        case .restoreFile(let path): try restoreFile(path)
        case .holdLock(let path): try holdLock(path)
        case .holdNamespace(let name): try holdNamespace(name)
        case .overflow(let notices, let namespace): try overflow(notices, in: namespace)
        case .execute(let argv, _):
            throw WorldError.impossible("`\(argv.first ?? "")` ends later: it is run by `execute`")
        }
    }

    /// Runs a program in the one namespace that the pattern means.
    ///
    /// - Parameter ended: Called with its status inside a later turn of the loop; a program that cannot be started ends with
    ///   the status 127, and says why.
    /// - Returns: What ends it.
    /// - Throws: as ``apply(_:)``, and where pid 1 cannot be asked; `ended` is then not called.
    func execute(
        _ argv: [String], in namespace: String, ended: @escaping (WaitStatus, _ startFailure: String?) -> Void
    ) throws -> () throws -> Void {
        let name = try host.worldNamespace(namespace).name
        // Nobody sees what it asks for.
        host.snapshotter.lookForAll()
        var program: WorldProgram?
        program = try WorldProgram(argv, in: name, of: host) {
            if let status = program?.status { ended(status, program?.startFailure) }
            program = nil
        }
        return { [weak program] in try program?.kill() }
    }

    /// The socket of the namespace in which the object stands.
    func open(_ object: Phrase) throws -> (WorldNamespace, WorldSocket) {
        let namespace = try host.worldNamespace(object.namespace ?? "host")
        return (namespace, try namespace.open())
    }

    /// Deletes the one object that the phrase means; taking that back adds it with all the attributes that it had.
    ///
    /// - Parameter isMeantToo: Which objects the phrase may mean besides those that a state shows.
    func delete<Record: ObservedRecord>(
        _ object: Phrase, _ all: [DumpedObject<Record>], in namespace: WorldNamespace, _ socket: WorldSocket,
        isMeantToo: (Record, FactBuilder) -> Bool = { _, _ in false }
    ) throws -> WorldEdit {
        let (chosen, text) = try socket.choose(object, among: all, try builder(socket), isMeantToo: isMeantToo)
        try socket.send(chosen.deletion, "\(object.noun).delete \(text)")
        return WorldEdit(detail: "\(object.noun) \(text) in \(namespace.name) was deleted") {
            try namespace.takeBack { try $0.send(chosen.addition, "\(object.noun).add \(text)") }
        }
    }

    /// What makes facts of the objects of a namespace, as in a state.
    ///
    /// - Parameter withEnds: Whether links show their other end or lower device, for which all namespaces are asked.
    func builder(_ socket: WorldSocket, withEnds: Bool = false) throws -> FactBuilder {
        FactBuilder(
            namespace: socket.name, links: try socket.links(),
            ends: withEnds ? try host.snapshotter.linkEnds(in: socket.namespace) : [:],
            setMACs: host.snapshotter.setMACs)
    }
}
