import CLinux
import Kernel

/// Finds out what keeps namespaces alive: processes, descriptors, sockets and mounts of the host.
///
/// Something in flight over a socket is not found; such a namespace has no holder here and is alive all the same.
enum Holders {
    /// The holders of each namespace, sorted: `process PROGRAM`, `descriptor of PROGRAM`, `mount PATH`.
    ///
    /// What ends or closes while it is looked at holds nothing, so the errors of single processes are none of the search.
    static func find(_ wanted: [NamespaceHandle], _ host: HostView) throws(SystemError)
        -> [NetworkNamespaceID: [String]]
    {
        guard !wanted.isEmpty else { return [:] }
        // The inodes of living namespaces are distinct.
        let byLink = Dictionary(wanted.map { ("net:[\($0.inode)]", $0.id) }, uniquingKeysWith: { first, _ in first })
        let byCookie = Set(wanted.map(\.id))
        var found: [NetworkNamespaceID: Set<String>] = [:]
        var mountNamespaces: Set<String> = []
        let processes = try HostProcesses.list(host, excluding: []).all.map { ($0.id, $0.program) }
        for (process, program) in [(host.initPID, "init")] + processes {
            // Whoever ends meanwhile holds nothing any more; here and below.
            for thread in (try? listThreads(of: process)) ?? [] {
                if let id = readLink("/proc/\(process)/task/\(thread)/ns/net").flatMap({ byLink[$0] }) {
                    found[id, default: []].insert("process \(program)")
                }
            }
            for id in descriptors(of: process, byLink, byCookie) {
                found[id, default: []].insert("descriptor of \(program)")
            }
            guard let space = readLink("/proc/\(process)/ns/mnt"), mountNamespaces.insert(space).inserted else {
                continue
            }
            for (id, path) in mounts(of: process, byLink) { found[id, default: []].insert("mount \(path)") }
        }
        return found.mapValues { $0.sorted() }
    }

    private static func descriptors(
        of process: Int32, _ byLink: [String: NetworkNamespaceID], _ byCookie: Set<NetworkNamespaceID>
    ) -> Set<NetworkNamespaceID> {
        var found: Set<NetworkNamespaceID> = []
        // It ended meanwhile.
        guard let names = try? listDirectory("/proc/\(process)/fd"), let holder = try? ProcessDescriptor(process) else {
            return found
        }
        for name in names {
            let path = "/proc/\(process)/fd/\(name)"
            guard let target = readLink(path) else { continue }
            // Opened by a name below /run/netns, the link shows that path, or after an umount nothing that helps.
            let byInode = target.hasPrefix("/") ? inode(ofDescriptor: name, of: process) : nil
            if let id = byLink[target] { found.insert(id) }
            if let id = byInode.flatMap({ byLink["net:[\($0)]"] }), namespaceInode(path) == byInode { found.insert(id) }
            // Closed meanwhile.
            guard target.hasPrefix("socket:"), let number = Int32(name), let socket = try? holder.take(number) else {
                continue
            }
            var cookie: UInt64 = 0
            guard cl_socket_namespace_cookie(socket.raw, &cookie) == 0 else { continue }
            let id = NetworkNamespaceID(rawValue: cookie)
            if byCookie.contains(id) { found.insert(id) }
        }
        return found
    }

    /// The inode behind a path, where it is one of nsfs.
    private static func namespaceInode(_ path: String) -> UInt64? {
        var own = cl_file_id()
        var file = cl_file_id()
        guard cl_fstatat(CL_AT_FDCWD, "/proc/thread-self/ns/net", 1, &own) == 0,
            cl_fstatat(CL_AT_FDCWD, path, 1, &file) == 0, file.device == own.device
        else { return nil }
        return file.inode
    }

    private static func mounts(
        of process: Int32, _ byLink: [String: NetworkNamespaceID]
    ) -> [(NetworkNamespaceID, String)] {
        // It ended meanwhile.
        guard let table = try? MountEntry.all(of: process) else { return [] }
        return table.compactMap { mount in byLink[mount.root].map { ($0, mount.point) } }
    }
}
