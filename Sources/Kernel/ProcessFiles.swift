import CLinux
import Glibc
import SystemPackage

/// The value of an environment variable, or nil.
public func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Reads a whole small file as text; bytes that are not UTF-8 are replaced.
public func readFile(_ path: String) throws(SystemError) -> String {
    String(decoding: try Descriptor.open(path).readAll(), as: UTF8.self)
}

/// The target of a symbolic link, or nil when there is none to read.
public func readLink(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { space in
        guard let base = space.baseAddress else { return nil }
        let got = cl_readlinkat(CL_AT_FDCWD, path, base, space.count)
        guard got >= 0 else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: base, count: got), as: UTF8.self)
    }
}

/// The names in a directory without "." and "..", in the order of the kernel.
public func listDirectory(_ path: String) throws(SystemError) -> [String] {
    try listDirectory(Descriptor.open(path, flags: CL_O_DIRECTORY), path)
}

/// The names in an open directory; takes the descriptor over.
public func listDirectory(_ directory: consuming Descriptor, _ path: String) throws(SystemError) -> [String] {
    let number = directory.release()
    guard let stream = fdopendir(number) else {
        let error = Errno(rawValue: errno)
        _ = cl_close(number)
        throw SystemError(call: "fdopendir", stage: path, errno: error)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

extension String {
    /// Whether it has U+FFFD, as ``listDirectory(_:)`` puts in place of bytes that are no UTF-8: nothing is found by that name.
    public var isRepaired: Bool { unicodeScalars.contains("\u{FFFD}") }
}

/// Every process that /proc shows, by pid.
public func listProcesses() throws(SystemError) -> [Int32] { try listDirectory("/proc").compactMap { Int32($0) } }

/// The processes below one: its children, theirs, and so on, nearest first; none where /proc cannot be read.
public func descendants(of process: Int32) -> [Int32] {
    let all = (try? listProcesses()) ?? []  // without /proc there is nothing to be seen
    // One that has ended meanwhile has no parent.
    let parents = all.compactMap { id in (try? ProcessState.of(id)).map { (id, $0.parent) } }
    var found = [process]
    var next = 0
    while next < found.count {
        found += parents.filter { $0.1 == found[next] && !found.contains($0.0) }.map(\.0)
        next += 1
    }
    return Array(found.dropFirst())
}

/// The threads of a process.
public func listThreads(of process: Int32) throws(SystemError) -> [Int32] {
    try listDirectory("/proc/\(process)/task").compactMap { Int32($0) }
}

/// The processes of a pid namespace, given by one process in it, that process included.
public func listProcesses(inPIDNamespaceOf process: Int32) throws(SystemError) -> [Int32] {
    guard let namespace = readLink("/proc/\(process)/ns/pid") else {
        throw SystemError(call: "readlink", stage: "/proc/\(process)/ns/pid", errno: .noSuchProcess)
    }
    return try listProcesses().filter { readLink("/proc/\($0)/ns/pid") == namespace }
}

/// The command line of a process; empty for a kernel thread or a zombie.
public func commandLine(of process: Int32) throws(SystemError) -> [String] {
    let bytes = try Descriptor.open("/proc/\(process)/cmdline").readAll()
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
        String(decoding: $0, as: UTF8.self)
    }
}

/// The kernel function that a thread sleeps in, "0" when it runs.
public func waitChannel(of thread: Int32) throws(SystemError) -> String { try readFile("/proc/\(thread)/wchan") }

/// The number of the inode behind a descriptor of a process, by proc_pid_fdinfo(5) (Linux 5.14); nil where it is gone.
///
/// No file system is asked, so one that a stopped process serves is not waited for.
public func inode(ofDescriptor name: String, of process: Int32) -> UInt64? {
    // A descriptor that was closed meanwhile has no inode.
    guard let text = try? readFile("/proc/\(process)/fdinfo/\(name)") else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("ino:") }
    return line.flatMap { UInt64($0.dropFirst(4).drop { $0 == "\t" || $0 == " " }) }
}
