import Glibc
import Kernel
import Model

/// What the world holds of the host, until it is let go.
final class HeldByWorld {
    private var descriptor: Descriptor?

    init(_ descriptor: consuming Descriptor) { self.descriptor = consume descriptor }

    /// Locks a file; one that is not there is made, as whoever locks it would.
    convenience init(lockOf file: borrowing HostFile) throws {
        let opened = try file.folder.open(file.name, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
        try HeldByWorld.lock(opened, called: file.path)
        self.init(opened)
    }

    private static func lock(_ descriptor: borrowing Descriptor, called path: String) throws {
        do throws(SystemError) { try descriptor.lock() } catch {
            guard error.errno == .resourceTemporarilyUnavailable else { throw error }
            throw WorldError.impossible("somebody holds a lock of `\(path)` already")
        }
    }

    func letGo() { descriptor = nil }
}

extension WorldEditor {
    /// Opens a namespace as another program would; taking that back closes it.
    func holdNamespace(_ name: String) throws -> WorldEdit {
        let namespace = try host.worldNamespace(name)
        let held = HeldByWorld(try namespace.handle.open())
        host.held.append(held)
        return WorldEdit(detail: "the namespace \(namespace.name) was opened, and is kept open") { [unowned host] in
            held.letGo()
            host.held.removeAll { $0 === held }
        }
    }

    /// Locks a file as another program would; taking that back unlocks it.
    func holdLock(_ path: String) throws -> WorldEdit {
        let file = try HostFile(try literal(path), root: host.root, making: true)
        let held = try HeldByWorld(lockOf: file)
        host.held.append(held)
        return WorldEdit(detail: "the lock of \(file.path) was taken") { [unowned host] in
            held.letGo()
            host.held.removeAll { $0 === held }
        }
    }
}
