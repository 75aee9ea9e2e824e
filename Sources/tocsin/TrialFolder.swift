import FoundationEssentials
import Glibc
import Kernel
import Model

/// A folder for records that nobody keeps, gone with this value.
///
/// It is locked (flock(2)) as long as its process lives, so what one left that was killed can be told from what is in use,
/// and whoever makes the next folder takes it away. A signal that asks this process to end waits for its end, unless somebody
/// reads it meanwhile, as ``WorkerPool`` does.
final class TrialFolder {
    /// How such folders are called.
    static let prefix = "tocsin-trial-"
    /// The folder.
    let path: String
    private let lock: Int32
    private let mask: SignalSet

    /// Makes one where a folder can be made: in the temporary folder, or else in memory.
    ///
    /// - Throws: `FileError` of the temporary folder when there is no place at all.
    convenience init() throws { try self.init(in: Self.places) }

    init(in places: [String]) throws {
        mask = try SignalSet.ending.block()
        var first: (any Error)?
        for place in places {
            TrialFolder.sweep(place)
            do {
                (path, lock) = try TrialFolder.make(in: place)
                return
            } catch { first = first ?? error }
        }
        try mask.restore()
        throw first ?? FileError("/tmp", cannotBe: "made", number: ENOENT)
    }

    deinit {
        // What stays of a record that nobody asked for is not worth a failure.
        try? FileManager.default.removeItem(atPath: path)
        close(lock)
        // The mask was the kernel's own, so it is never refused.
        try? mask.restore()
    }

    private static var places: [String] {
        let temporary = environmentVariable("TMPDIR") ?? ""
        return (temporary.isEmpty ? [] : [temporary]) + ["/tmp", "/dev/shm", "/run"]
    }

    private static func make(in place: String) throws -> (String, Int32) {
        // Between making it and its lock somebody who sweeps may take it away; it has to happen anew each time.
        for _ in 0..<100 {
            let path = "\(place.hasSuffix("/") ? String(place.dropLast()) : place)/\(prefix)\(UUID().uuidString)"
            guard mkdir(path, 0o700) == 0 else { throw FileError(path, cannotBe: "made", number: errno) }
            let lock = try Descriptor.open(path, flags: O_DIRECTORY)
            if flock(lock.raw, LOCK_EX | LOCK_NB) == 0, Files.exists(path) { return (path, lock.release()) }
        }
        throw FileError("\(place)/\(prefix)*", cannotBe: "made", number: EAGAIN)
    }

    /// Takes away what processes left that are gone.
    static func sweep() { places.forEach(sweep) }

    static func sweep(_ place: String) {
        // A place that is not there has nothing to take away.
        for name in (try? listDirectory(place)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(place)/\(name)"
            var status = stat()
            // One that is no folder of this user's is not ours.
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            // Somebody else may have taken it away.
            guard let lock = try? Descriptor.open(path, flags: O_DIRECTORY | O_NOFOLLOW) else { continue }
            guard flock(lock.raw, LOCK_EX | LOCK_NB) == 0 else { continue }
            // What cannot be removed now stays for the next one.
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
