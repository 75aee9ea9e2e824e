import CLinux
import SystemPackage

/// Looks for anything in /proc that holds a network namespace, for kernels without nsfs file handles.
///
/// It looks at threads, open descriptors (of namespaces and of sockets) and bind mounts. A holder in flight over a socket
/// is not found.
/// - Returns: A descriptor of the namespace, or nil when no holder was found.
func searchForNamespace(_ handle: NamespaceHandle) throws(SystemError) -> Descriptor? {
    let link = "net:[\(handle.inode)]"
    // Most processes share one mount namespace: its table is read once.
    var tables: Set<String> = []
    for process in try listProcesses() {
        // It ended meanwhile.
        for thread in (try? listThreads(of: process)) ?? [] {
            let path = "/proc/\(process)/task/\(thread)/ns/net"
            if readLink(path) == link, let found = openIfEqual(path, handle) { return found }
        }
        if let found = searchDescriptors(of: process, link: link, handle) { return found }
        guard let table = readLink("/proc/\(process)/ns/mnt"), tables.insert(table).inserted else { continue }
        if let found = searchMounts(of: process, link: link, handle) { return found }
    }
    return nil
}

// Whatever vanishes while it is looked at holds nothing: errors of single processes are no errors of the search.
private func openIfEqual(_ path: String, _ handle: NamespaceHandle) -> Descriptor? {
    // As above.
    guard let candidate = try? Descriptor.open(path) else { return nil }
    // No network namespace, or gone.
    guard let found = try? NamespaceHandle.of(candidate, identity: .cookies), found.id == handle.id else { return nil }
    return candidate
}

private func searchDescriptors(of process: Int32, link: String, _ handle: NamespaceHandle) -> Descriptor? {
    let directory = "/proc/\(process)/fd"
    // It ended meanwhile.
    guard let names = try? listDirectory(directory) else { return nil }
    let pidfd = cl_pidfd_open(process, 0)
    guard pidfd >= 0 else { return nil }
    let holder = Descriptor(owning: pidfd)
    for name in names {
        guard let target = readLink("\(directory)/\(name)") else { continue }
        // One that was opened by its name below /run/netns shows that path in its link, or after an umount nothing that helps.
        let isMeant =
            target == link || target.hasPrefix("/") && inode(ofDescriptor: name, of: process) == UInt64(handle.inode)
        if isMeant, let found = openIfEqual("\(directory)/\(name)", handle) { return found }
        if target.hasPrefix("socket:"), let found = namespace(ofSocket: name, of: holder, if: handle) { return found }
    }
    return nil
}

/// Looks for a socket that holds a network namespace, among the descriptors of all processes.
/// - Returns: A descriptor of the namespace, or nil when no holder was found.
func searchForSocket(of handle: NamespaceHandle) throws(SystemError) -> Descriptor? {
    for process in try listProcesses() {
        let directory = "/proc/\(process)/fd"
        // It ended meanwhile.
        guard let names = try? listDirectory(directory) else { continue }
        let pidfd = cl_pidfd_open(process, 0)
        guard pidfd >= 0 else { continue }
        let holder = Descriptor(owning: pidfd)
        for name in names where readLink("\(directory)/\(name)")?.hasPrefix("socket:") == true {
            if let found = namespace(ofSocket: name, of: holder, if: handle) { return found }
        }
    }
    return nil
}

private func namespace(
    ofSocket name: String, of holder: borrowing Descriptor, if handle: NamespaceHandle
) -> Descriptor? {
    guard let number = Int32(name) else { return nil }
    let raw = cl_pidfd_getfd(holder.raw, number)
    guard raw >= 0 else { return nil }
    let socket = Descriptor(owning: raw)
    var cookie: UInt64 = 0
    guard cl_socket_namespace_cookie(socket.raw, &cookie) == 0, cookie == handle.id.rawValue else { return nil }
    let namespace = cl_socket_namespace(socket.raw)
    return namespace < 0 ? nil : Descriptor(owning: namespace)
}

private func searchMounts(of process: Int32, link: String, _ handle: NamespaceHandle) -> Descriptor? {
    // It ended meanwhile.
    guard let table = try? readFile("/proc/\(process)/mountinfo") else { return nil }
    for line in table.split(separator: "\n") {
        let fields = line.split(separator: " ", maxSplits: 5)
        guard fields.count > 4, fields[3] == link else { continue }
        if let found = openIfEqual("/proc/\(process)/root\(fields[4])", handle) { return found }
    }
    return nil
}
