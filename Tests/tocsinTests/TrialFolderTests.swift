import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// Folders of trials: what a killed process left is taken away, what is in use is not.
@Suite final class TrialFolderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func whatNobodyHoldsIsSweptByTheNext() throws {
        let left = "\(folder)/\(TrialFolder.prefix)left"
        try Files.makeFolder("\(left)/trace-1")
        try Files.makeFolder("\(folder)/tocsin-other")
        let first = try TrialFolder(in: [folder])
        #expect(!Files.exists(left))
        let second = try TrialFolder(in: [folder])
        #expect(Files.exists(first.path) && Files.exists(second.path) && Files.exists("\(folder)/tocsin-other"))
    }

    @Test func itIsGoneWithItsOwner() throws {
        func path() throws -> String { try TrialFolder(in: [folder]).path }
        #expect(try !Files.exists(path()))
    }

    /// Ended by it at once, it would leave the folder.
    @Test func aSignalThatEndsUsWaitsForItsEnd() throws {
        let before = try SignalSet().block()
        let place = folder
        func mask() throws -> SignalSet {
            let trial = try TrialFolder(in: [place])
            defer { withExtendedLifetime(trial) {} }
            return try SignalSet().block()
        }
        #expect(try mask() == before.union(SignalSet.ending))
        #expect(throws: FileError.self) { try TrialFolder(in: ["\(place)/none"]) }
        #expect(try SignalSet().block() == before)
    }

    @Test func whereNothingCanBeMadeTheNextPlaceIsTaken() throws {
        try Files.write(Data(), to: "\(folder)/file")
        #expect(try TrialFolder(in: ["\(folder)/file", folder]).path.hasPrefix("\(folder)/\(TrialFolder.prefix)"))
        #expect(throws: FileError.self) { try TrialFolder(in: ["\(folder)/file"]) }
    }
}
