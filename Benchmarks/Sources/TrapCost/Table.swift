import Foundation

/// Medians of one workload, and what each variant adds.
struct Table {
    var workload: Workload
    var variants: [Variant]
    var times: [String: [Double]]

    private func median(_ name: String) -> Double {
        let sorted = (times[name] ?? []).sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    private func added(_ variant: Variant) -> Double {
        median(variant.name) - (variant.without.map(median) ?? 0)
    }

    /// Where agents are timed: time added by each, and as a ratio to what others add who run on as many CPUs.
    func print() {
        Swift.print("\n\(workload.name): microseconds for a \(workload.unit), median of \(TrapCost.rounds) rounds")
        guard workload.agent != nil else { return printWhole() }
        Swift.print(row("", ["all", "added", "of strace", "of other"]))
        for variant in variants {
            guard let without = variant.without else {
                Swift.print(row(variant.name, [number(median(variant.name) / 1000), "", "", ""]))
                continue
            }
            let rivals = variants.filter { $0.without == without }
            let ratios = ["strace", "other"].map { word in
                rivals.first { $0.name.hasPrefix(word) }.map { number(added(variant) / added($0)) } ?? ""
            }
            Swift.print(
                row(variant.name, [number(median(variant.name) / 1000), number(added(variant) / 1000)] + ratios))
        }
    }

    private func printWhole() {
        Swift.print(row("", ["all", "of other"]))
        for variant in variants {
            let other = variants.count > 1 ? number(median(variant.name) / median(variants[1].name)) : ""
            Swift.print(row(variant.name, [number(median(variant.name) / 1000), other]))
        }
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 30, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }.joined()
    }

    private func number(_ value: Double) -> String { String(format: "%.2f", value) }
}
