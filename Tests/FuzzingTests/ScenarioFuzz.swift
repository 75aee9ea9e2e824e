import Scenario
import Testing

/// Scenario files: whatever one holds, loading it ends with plans or with diagnostics, each with a line and a column.
@Suite struct ScenarioFuzz {
    @Test func scenario() throws {
        let files =
            try Seeds.files(below: "Scenarios", ending: ".yaml") + Seeds.files(below: "Tests/Inputs", ending: ".yaml")
        #expect(files.count > 40)
        let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
        let pool = Array(Set(texts.flatMap(Fuzz.words))).sorted()
        Fuzz.run("scenario") { fuzz in
            let text = fuzz.one(of: texts)
            let changed: [UInt8] =
                switch fuzz.number(below: 4) {
                case 0: fuzz.damaged(Array(text.utf8))
                case 1: Array(ScenarioFuzz.relined(text, &fuzz).utf8)
                default: Array(fuzz.reworded(text, pool).utf8)
                }
            let environment = LoadEnvironment(agentsFolder: "/agents", currentFolder: "/base") { path in
                if path == "x.yaml" { return changed }
                return files.first { path.hasSuffix($0.name.split(separator: "/").last ?? "") }?.bytes
            }
            do throws(DiagnosticList) {
                _ = try loadPlans(path: "x.yaml", environment: environment)
                return "valid"
            } catch {
                #expect(!error.diagnostics.isEmpty)
                for one in error.diagnostics where one.line < 1 || one.column < 1 || one.message.isEmpty {
                    Issue.record("\(one)")
                }
                return "refused"
            }
        }
    }

    /// Lines left out, doubled, swapped, or pushed to another depth.
    private static func relined(_ text: String, _ fuzz: inout Fuzz) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...fuzz.number(below: 3) where !lines.isEmpty {
            let place = fuzz.number(below: lines.count)
            switch fuzz.number(below: 4) {
            case 0: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: fuzz.number(below: lines.count))
            case 2: lines.swapAt(place, fuzz.number(below: lines.count))
            default:
                lines[place] = String(repeating: " ", count: fuzz.number(below: 8)) + lines[place].drop { $0 == " " }
            }
        }
        return lines.joined(separator: "\n")
    }
}
