import CLinux
import Glibc
import Kernel

extension WorldEditor {
    /// Leaves the memory file system that holds all that the host's agents write, below / and /run and /tmp alike, room for so
    /// many bytes more, in whole pages (tmpfs(5): `size`).
    func limitDisk(toMore bytes: Int) throws -> WorldEdit {
        // The upper directory of the root lies at its top.
        let top = try Descriptor.open("/proc/self/fd/\(host.host.upperDirectory.raw)/..", flags: O_DIRECTORY)
        // A tmpfs of no size has no limit: where nothing is used yet, a page is taken outside what the host sees.
        try top.writeReserve()
        var now = statvfs()
        guard fstatvfs(top.raw, &now) == 0 else {
            throw SystemError(call: "fstatvfs", stage: "the host's root", errno: .init(rawValue: errno))
        }
        let used = (UInt64(now.f_blocks) - UInt64(now.f_bfree)) * UInt64(now.f_frsize)
        let former = UInt64(now.f_blocks) * UInt64(now.f_frsize)
        let page = UInt64(now.f_frsize)
        let size = used + UInt64(bytes) / page * page
        try WorldEditor.resize(top, to: size)
        // Kept as a number: the copy lives as long as it may be taken back.
        let copy = try top.duplicate().release()
        return WorldEdit(detail: "the host's file systems have room for \(size - used) bytes more") {
            try WorldEditor.resize(Descriptor(owning: copy), to: former)
        }
    }

    private static func resize(_ top: borrowing Descriptor, to size: UInt64) throws(SystemError) {
        let result = cl_resize(top.raw, size)
        guard result == 0 else {
            throw SystemError(call: "fsconfig", stage: "size of the host's root", errno: .init(rawValue: -result))
        }
    }
}

extension Descriptor {
    /// Writes a page into a file of this directory, once.
    fileprivate borrowing func writeReserve() throws(SystemError) {
        let file = try open(".tocsin-reserve", flags: O_WRONLY | O_CREAT, mode: 0o600)
        try file.writeAll([UInt8](repeating: 0, count: 4096))
    }
}
