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

    /// Makes the folder of a new run; ids sort by the time at which they were made.
    ///
    /// - Returns: The id: UTC time and a number that is only above 1 when a run of this second is there already.
    func newRun(at time: time_t = Glibc.time(nil)) throws -> String {
        for number in 1...999 {
            let digits = String(number)
            let id = "\(Self.stamp(time))-" + String(repeating: "0", count: 3 - digits.count) + digits
            if mkdir(folder(of: id), 0o755) == 0 { return id }
            guard errno == EEXIST else {
                throw SystemError(call: "mkdir", stage: folder(of: id), errno: .init(rawValue: errno))
            }
        }
        throw SystemError(call: "mkdir", stage: "\(path)/runs", errno: .init(rawValue: EEXIST))
    }

    /// The folder of a run.
    func folder(of run: String) -> String { "\(path)/runs/\(run)" }

    /// A path inside this folder as seen from it.
    func relative(_ inner: String) -> String {
        inner.hasPrefix(path + "/") ? String(inner.dropFirst(path.count + 1)) : inner
    }

    private static func stamp(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y%m%d-%H%M%S", &parts)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
