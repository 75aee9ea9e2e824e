import FoundationEssentials
import Glibc
import Kernel

/// The folder of results: `runs/ID/plan-0001-NAME/...`, and `tocsin.sqlite`.
struct ResultsFolder {
    /// The folder, absolute: workers leave the root in which it was named.
    let path: String

    /// Means a folder and makes it.
    init(_ path: String) throws {
        self.init(existing: path)
        try FileManager.default.createDirectory(atPath: "\(self.path)/runs", withIntermediateDirectories: true)
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
    /// - Throws: `SystemError` of mkdir(2).
    func newRun(_ id: String = RunID.new()) throws -> String {
        guard mkdir(folder(of: id), 0o755) == 0 else {
            throw SystemError(call: "mkdir", stage: folder(of: id), errno: .init(rawValue: errno))
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
