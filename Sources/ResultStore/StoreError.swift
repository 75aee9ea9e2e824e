import FoundationEssentials
import GRDB
import Glibc
import Model

/// Why a store cannot be used: `results/tocsin.sqlite: file is not a database`.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of the store.
    public var path: String
    /// What SQLite said, or what is wrong with what was read.
    public var reason: String

    /// The path and the reason, in one line.
    public var description: String { "\(path): \(reason)" }

    /// Makes an error of a reason.
    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Makes an error of what was thrown below; SQLite's statement is left out, for it says nothing to a user.
    init(_ path: String, _ error: any Error) {
        guard let error = error as? DatabaseError else {
            self.init(path, explained(error))
            return
        }
        let why = error.resultCode == .SQLITE_CANTOPEN ? Self.problem(beside: path) : nil
        self.init(path, why ?? error.message ?? "\(error.resultCode)")
    }

    /// Why no file can be made beside the store, as SQLite makes some; nil where one can.
    private static func problem(beside path: String) -> String? {
        let descriptor = open("\(path)-try", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return "no file can be made beside it: \(String(cString: strerror(errno)))" }
        close(descriptor)
        unlink("\(path)-try")
        return nil
    }
}

/// Runs what throws of SQLite or of decoding; its errors name the file.
func naming<Result>(_ path: String, _ body: () throws -> Result) throws(StoreError) -> Result {
    do {
        return try body()
    } catch let error as StoreError {
        throw error
    } catch {
        throw StoreError(path, error)
    }
}
