import CZlib
import FoundationEssentials
import Glibc

/// A file of a record, which is kept by gzip(1) where it is large: `operations.jsonl`, or `operations.jsonl.gz`.
///
/// A small one costs more to pack than its bytes are worth; the largest are mapped, and a walk over them needs no memory.
struct PackedFile {
    /// From how many bytes on a file is packed, and up to how many.
    static let packed = 1 << 14...1 << 24

    /// Its path where it is not packed.
    let path: String
    /// Its path where it is.
    var packedPath: String { "\(path).gz" }

    /// Whether it is there, packed or not.
    var exists: Bool { Files.exists(path) || Files.exists(packedPath) }

    /// Writes it, whole or not at all.
    ///
    /// - Throws: `FileError`.
    func write(_ bytes: Data) throws(FileError) {
        guard PackedFile.packed.contains(bytes.count) else {
            return try Files.write(bytes, to: path, atomically: true)
        }
        // Another worker may write the same at the same time.
        let target = "\(packedPath).\(getpid())"
        // Level 1: of a record it leaves a tenth.
        guard let file = gzopen(target, "wbe1") else { throw FileError(packedPath, cannotBe: "written", number: errno) }
        let written = bytes.withUnsafeBytes { gzwrite(file, $0.baseAddress, UInt32($0.count)) }
        let number = errno
        guard gzclose(file) == Z_OK, written == bytes.count else {
            // What closing it says is of what is left of it.
            let why = written == bytes.count ? errno : number
            unlink(target)
            throw FileError(packedPath, cannotBe: "written", number: why == 0 ? EIO : why)
        }
        guard rename(target, packedPath) == 0 else {
            let why = errno
            unlink(target)
            throw FileError(packedPath, cannotBe: "written", number: why)
        }
    }

    /// Packs what was written to `path` piece by piece.
    ///
    /// - Throws: `FileError`.
    func pack() throws(FileError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, cannotBe: "read", number: errno) }
        guard PackedFile.packed.contains(Int(status.st_size)) else { return }
        try write(Files.read(path))
        guard unlink(path) == 0 else { throw FileError(path, cannotBe: "written", number: errno) }
    }

    /// Reads it, packed or not.
    ///
    /// - Parameter mapped: Leaves the bytes of one that is not packed to the kernel's page cache.
    /// - Throws: `FileError`, of the file that is there, with `EBADMSG` where it cannot be unpacked whole.
    func read(mapped: Bool = false) throws(FileError) -> Data {
        if Files.exists(path) || !Files.exists(packedPath) { return try Files.read(path, mapped: mapped) }
        let descriptor = try Files.open(packedPath)
        guard let file = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw FileError(packedPath, cannotBe: "read", number: ENOMEM)
        }
        var all = Data()
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        var got: Int32 = 1
        while got > 0, all.count <= PackedFile.packed.upperBound {
            got = gzread(file, &piece, UInt32(piece.count))
            if got > 0 { all.append(contentsOf: piece[..<Int(got)]) }
        }
        // What ends in the middle is told when it is closed.
        guard gzclose(file) == Z_OK, got == 0 else {
            throw FileError(packedPath, cannotBe: "read", number: EBADMSG)
        }
        return all
    }
}
