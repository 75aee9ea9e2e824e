import FoundationEssentials
import ResultStore
import Testing

@testable import tocsin

/// The beginning of an id that several runs have.
final class AmbiguousRunTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func isCalledAmbiguousAndNotMissing() throws {
        let store = try ResultStore(path: "\(folder)/tocsin.sqlite")
        for number in 1...7 {
            try store.begin(StoredRun(id: "2026-\(number)", began: 0, arguments: ["run"], versions: [:]))
        }
        #expect(try ShowCommand.missing("2025", in: store) == "there is no run 2025; `tocsin show runs` lists them")
        #expect(
            try ShowCommand.missing("2026", in: store)
                == "several runs begin with 2026: 2026-7 2026-6 2026-5 2026-4 2026-3 and others")
    }
}
