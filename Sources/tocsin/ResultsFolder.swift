import FoundationEssentials
import Glibc
import Model

/// The folder of results: `runs/ID/plan-0001-NAME/...`, and `tocsin.sqlite`.
struct ResultsFolder {
    /// The folder, absolute: workers leave the root in which it was named.
    let path: String

    /// Means a folder and makes it, for its owner alone: records hold what agents are told and say.
    ///
    /// - Throws: `FileError` when it cannot be made.
    init(_ path: String) throws(FileError) {
        guard path.hasPrefix("/") || !FileManager.default.currentDirectoryPath.isEmpty else {
            // The current folder was removed: what is relative to it would come to stand in the root.
            throw FileError(path, cannotBe: "made", number: ENOENT)
        }
        self.init(existing: path)
        if !Files.exists(self.path), !self.path.isEmpty { try Files.makeFolder(self.path, mode: 0o700) }
        try Files.makeFolder("\(self.path)/runs", mode: 0o700)
    }

    /// Means a folder that is there.
    init(existing path: String) {
        let absolute = FilePathText.absolute(path)
        self.path = absolute == "/" ? "" : absolute
    }

    /// The file of the store.
    var store: String { "\(path)/tocsin.sqlite" }

    /// Makes the folder of a new run.
    ///
    /// - Returns: Its id, which no run of any machine has, and which sorts by the time at which it was made.
    /// - Throws: `FileError` when nothing can be made there.
    func newRun(_ id: String = RunID.new()) throws(FileError) -> String {
        guard mkdir(folder(of: id), 0o700) == 0 else {
            throw FileError(folder(of: id), cannotBe: "made", number: errno)
        }
        return id
    }

    /// The folder of a run.
    func folder(of run: String) -> String { "\(path)/runs/\(run)" }

    /// A path inside this folder as seen from it.
    func relative(_ inner: String) -> String {
        inner.hasPrefix(path + "/") ? String(inner.dropFirst(path.count + 1)) : inner
    }
}

/// Paths as text.
enum FilePathText {
    /// The path from the root.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// The path as it is shortest to type here.
    static func short(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }
}
