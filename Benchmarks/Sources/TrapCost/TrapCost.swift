import Foundation

/// Prints what Tocsin costs an agent, against strace with its seccomp filter and against another Tocsin, in one run.
///
/// Agents time themselves, so start-up and import count for nobody. Each variant is run in every round, in another order
/// each time; the tables have medians, and ratios of the *added* time in this very run.
@main
enum TrapCost {
    static let rounds = 7

    static func main() throws {
        let paths = CommandLine.arguments.dropFirst()
        guard (1...2).contains(paths.count), paths.allSatisfy(FileManager.default.isExecutableFile) else {
            FileHandle.standardError.write(Data("usage: TrapCost TOCSIN [OTHER-TOCSIN] (release builds)\n".utf8))
            exit(2)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("trap-cost-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let programs = zip(["tocsin", "other tocsin"], paths).map {
            Variants.Tocsin(name: $0, path: $1, results: "\(folder)/results")
        }
        for workload in try Workload.all(in: folder) {
            let variants = try Variants.of(workload, programs)
            var times = [String: [Double]]()
            for round in 0..<rounds {
                for variant in variants.shuffled() {
                    times[variant.name, default: []].append(try variant.measure())
                }
                FileHandle.standardError.write(Data("\(workload.name): round \(round + 1) of \(rounds)\n".utf8))
            }
            Table(workload: workload, variants: variants, times: times).print()
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
}
