import FoundationEssentials
import GRDB
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
        self.init(path, (error as? DatabaseError).map { $0.message ?? "\($0.resultCode)" } ?? explained(error))
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
