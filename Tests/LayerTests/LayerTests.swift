import Testing

/// Holds the arrows of `docs/layers.md`.
struct LayerTests {
    /// Modules that come with Swift on Linux; `Foundation` is none of them, for it costs 4 ms of start and ICU.
    static let swiftModules: Set<String> = [
        "Swift", "Glibc", "FoundationEssentials", "Synchronization", "Testing",
    ]

    @Test func everyFolderIsARow() throws {
        let rows = try Layer.table().map(\.name)
        #expect(Set(rows).count == rows.count, "a layer has two rows")
        #expect(try Repository.folders(in: "Sources") == rows.sorted())
    }

    @Test func arrowsOnlyGoDown() throws {
        let rows = try Layer.table()
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0.element.name, $0.offset) })
        for (place, row) in rows.enumerated() {
            for name in row.mayImport {
                if let other = places[name] { #expect(other < place, "\(row.name) imports \(name), which is above it") }
            }
        }
    }

    @Test func everyImportIsAnArrow() throws {
        for row in try Layer.table() {
            for file in try Repository.files(below: "Sources/\(row.name)", endingIn: [".swift"]) {
                var allowed = row.mayImport.union(Self.swiftModules)
                // `SystemError` of Kernel bears the `Errno` of it.
                if allowed.contains("Kernel") { allowed.insert("SystemPackage") }
                let extra = Set(try Repository.imports(of: file)).subtracting(allowed)
                #expect(extra.isEmpty, "\(file) imports \(extra.sorted().joined(separator: ", "))")
            }
        }
    }

    @Test func everyArrowIsUsed() throws {
        for row in try Layer.table() {
            let files = try Repository.files(below: "Sources/\(row.name)", endingIn: [".swift"])
            // C's arrows are includes.
            guard !files.isEmpty else { continue }
            let unused = row.mayImport.subtracting(try files.flatMap { try Repository.imports(of: $0) })
            #expect(unused.isEmpty, "\(row.name) may import \(unused.sorted().joined(separator: ", ")), and does not")
        }
    }

    @Test func everyPackageIsOneVersion() throws {
        let lines = try Repository.text("Package.swift").split(separator: "\n")
        let packages = lines.filter { $0.contains(".package(url:") }
        #expect(packages.count > 3, "Package.swift is not understood")
        for line in packages { #expect(line.contains(", exact: \""), "\(line) may be another version tomorrow") }
    }

    @Test func thePackageDeclaresTheSameArrows() throws {
        let declared = try Manifest.targets()
        for row in try Layer.table() {
            guard let target = declared[row.name] else {
                Issue.record("Package.swift has no target \(row.name)")
                continue
            }
            #expect(target == row.mayImport, "\(row.name): Package.swift and docs/layers.md differ")
        }
    }

    @Test func noFileIsLong() throws {
        let endings = [".swift", ".c", ".h"]
        let files = try ["Sources", "Tests"].flatMap { try Repository.files(below: $0, endingIn: endings) }
        #expect(files.count > 50, "the repository was not found")
        for file in files {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(lines <= 500, "\(file) has \(lines) lines")
        }
    }

    @Test func importsAreFoundHoweverTheyAreWritten() throws {
        let own = try Repository.imports(of: "Tests/LayerTests/LayerTests.swift")
        #expect(own == ["Testing"])
        #expect(try Repository.imports(of: "Tests/LayerTests/Repository.swift") == ["FoundationEssentials"])
    }
}
