import CLinux
import Glibc

/// Whether there is something at a path in the file tree of a thread.
///
/// The file system may be served by a process that is traced (FUSE), and that waits for us. So where there is a mount that is
/// not the kernel's own, what the kernel does not know by heart is looked up by a helper process, which gets a deadline, and is
/// ended when it misses that.
final class FileLookup {
    /// How long a helper may take, in milliseconds.
    static let patience: Int32 = 200
    /// How many folders are remembered in which one took longer.
    private static let limit = 64

    private var helper = cl_lookup()
    private var slow: [String] = []
    /// The device of the root of the first thread for which it mattered: that of the host, which lives as long as we do.
    ///
    /// 0 where a process may serve it.
    private var ownRoot: UInt64?

    deinit { cl_lookup_end(&helper) }

    /// Where a path leads when all its links are followed, in the root of a thread.
    ///
    /// - Returns: Nil where whoever serves a file system would have to be asked, or there is no such folder.
    func resolve(_ path: String, for thread: Int32) -> String? {
        func ask(_ isCached: Bool) -> (length: Int, text: String) {
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { space in
                guard let base = space.baseAddress else { return (-Int(ENOMEM), "") }
                let length = cl_lookup_resolve(thread, path, isCached ? 1 : 0, base, space.count)
                let bytes = UnsafeRawBufferPointer(start: base, count: max(0, length))
                return (length, String(decoding: bytes, as: UTF8.self))
            }
        }
        var found = ask(true)
        if found.length == -Int(EAGAIN), cl_has_served_mounts(thread) == 0 { found = ask(false) }
        guard found.length > 0, found.text.hasPrefix("/") else { return nil }
        return found.text
    }

    /// - Returns: Nil where that could not be found out in time.
    func exists(_ path: String, for thread: Int32) -> Bool? {
        var known = cl_lookup_cached(thread, path, ownRoot ?? 0)
        if known == -EAGAIN, ownRoot == nil {
            let root = cl_own_root(thread)
            ownRoot = root
            if root != 0 { known = cl_lookup_cached(thread, path, root) }
        }
        // EINVAL: a kernel before 5.12.
        if known != -EAGAIN, known != -EINVAL { return known > 0 }
        if cl_has_served_mounts(thread) == 0 { return cl_lookup(thread, path) > 0 }
        // It took too long there: whoever serves it waits for us, and would do so again.
        if slow.contains(where: { path.hasPrefix($0) }) { return nil }
        if helper.process <= 0, cl_lookup_start(&helper) != 0 { return nil }
        let found = cl_lookup_ask(&helper, thread, path, FileLookup.patience)
        if found == 0 || found == 1 { return found == 1 }
        guard found == -ETIMEDOUT || found == -EPIPE || found == -ECONNRESET else { return false }
        cl_lookup_end(&helper)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        if !folder.isEmpty, slow.count < FileLookup.limit { slow.append("/\(folder)/") }
        return nil
    }
}
