import FoundationEssentials
import Glibc

/// What the kernel said of a file: `results/runs: cannot be made: Permission denied`.
///
/// Foundation's own errors name a domain and a number in their place, and no user should read those.
public struct FileError: Error, Hashable, CustomStringConvertible, Sendable {
    /// The file or folder.
    public var path: String
    /// What could not be done: `read`, `written`, `made`.
    public var attempt: String
    /// The number of the error, as of errno(3); 0 where it is no regular file.
    public var number: Int32

    /// Makes an error of its three parts.
    public init(_ path: String, cannotBe attempt: String, number: Int32) {
        self.path = path
        self.attempt = attempt
        self.number = number
    }

    /// The path, the attempt and strerror(3).
    public var description: String {
        "\(path): cannot be \(attempt): \(number == 0 ? "it is no regular file" : String(cString: strerror(number)))"
    }
}

/// Files of records, by calls whose errors are told with the path.
public enum Files {
    /// Whether anything has that name; a link counts for what it leads to.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a folder and those above it; one that is there already is right.
    ///
    /// - Throws: `FileError`, of the folder that could not be made.
    public static func makeFolder(_ path: String, mode: mode_t = 0o777) throws(FileError) {
        if mkdir(path, mode) == 0 { return }
        let number = errno
        var status = stat()
        if number == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
            if mkdir(path, mode) == 0 || errno == EEXIST { return }
            throw FileError(path, cannotBe: "made", number: errno)
        }
        guard number == EEXIST || number == EROFS || number == EACCES, stat(path, &status) == 0 else {
            throw FileError(path, cannotBe: "made", number: number)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path, cannotBe: "made", number: ENOTDIR) }
    }

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - mapped: Leaves the bytes to the kernel's page cache.
    ///   - pipes: Takes what is no regular file too, as a shell gives it for `<(…)`; else it is refused, for nobody may ever hold
    ///     the other end of a pipe.
    /// - Throws: `FileError`.
    public static func read(_ path: String, mapped: Bool = false, pipes: Bool = false) throws(FileError) -> Data {
        let descriptor = try open(path, pipes: pipes)
        defer { close(descriptor) }
        if try !isRegular(descriptor, path) { return try readAll(descriptor, path) }
        do {
            return try Data(contentsOf: URL(filePath: path), options: mapped ? .mappedIfSafe : [])
        } catch {
            throw FileError(path, cannotBe: "read", number: EIO)
        }
    }

    /// Opens a file for reading, which the caller closes.
    ///
    /// - Parameter pipes: As for ``read(_:mapped:pipes:)``.
    /// - Throws: `FileError`.
    static func open(_ path: String, pipes: Bool = false) throws(FileError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | (pipes ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else { throw FileError(path, cannotBe: "read", number: errno) }
        do throws(FileError) {
            let isPlain = try isRegular(descriptor, path)
            guard isPlain || pipes else { throw FileError(path, cannotBe: "read", number: 0) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Whether it is a regular file; a folder is an error.
    private static func isRegular(_ descriptor: Int32, _ path: String) throws(FileError) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path, cannotBe: "read", number: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(path, cannotBe: "read", number: EISDIR) }
        return status.st_mode & S_IFMT == S_IFREG
    }

    private static func readAll(_ descriptor: Int32, _ path: String) throws(FileError) -> Data {
        var all = Data()
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path, cannotBe: "read", number: errno) }
            if count == 0 { return all }
            all.append(contentsOf: piece[..<count])
        }
    }

    /// Writes a whole file, in place of one that is there.
    ///
    /// - Parameter atomically: By way of another name, so that nobody sees half of it.
    /// - Throws: `FileError`.
    public static func write(_ data: Data, to path: String, atomically: Bool = false) throws(FileError) {
        let target = atomically ? "\(path).\(getpid())" : path
        let descriptor = Glibc.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path, cannotBe: "written", number: errno) }
        var number: Int32 = 0
        data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count, number == 0 {
                let result = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if result >= 0 { written += result } else if errno != EINTR { number = errno }
            }
        }
        if close(descriptor) != 0 && number == 0 { number = errno }
        if atomically, number == 0, rename(target, path) != 0 { number = errno }
        guard number == 0 else {
            if atomically { unlink(target) }
            throw FileError(path, cannotBe: "written", number: number)
        }
    }

    /// Makes a symbolic link.
    ///
    /// - Throws: `FileError`.
    public static func link(_ path: String, to target: String) throws(FileError) {
        guard symlink(target, path) == 0 else { throw FileError(path, cannotBe: "made", number: errno) }
    }
}

extension DecodingError {
    /// What is wrong with a JSON text, and where in it: `plan.faults[0]: no "name"`.
    public var explained: String {
        let (problem, context): (String, Context) =
            switch self {
            case .keyNotFound(let key, let context): ("no \"\(key.stringValue)\"", context)
            case .valueNotFound(_, let context): ("nothing where a value is needed", context)
            case .typeMismatch(_, let context): ("a value of another kind", context)
            case .dataCorrupted(let context):
                (context.codingPath.isEmpty ? "no JSON, or only a part of it" : context.debugDescription, context)
            @unknown default: ("unreadable", Context(codingPath: [], debugDescription: ""))
            }
        let place = context.codingPath.reduce(into: "") { text, key in
            text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? key.stringValue : ".\(key.stringValue)")
        }
        return place.isEmpty ? problem : "\(place): \(problem)"
    }
}

/// What to say of an error to whoever has to do something about it.
///
/// Foundation's own errors are told by the kernel's, with the path.
public func explained(_ error: any Error) -> String {
    guard let error = error as? CocoaError else { return (error as? DecodingError)?.explained ?? "\(error)" }
    let number = (error.underlying as? POSIXError)?.code.rawValue
    let why = number.map { String(cString: strerror($0)) } ?? "Foundation's error \(error.code.rawValue)"
    return error.filePath.map { "\($0): \(why)" } ?? why
}
