import Model

/// A command fails because it, or another, was held for a moment: nothing but time was taken from it.
struct DelayFailure: Oracle {
    static let name = OracleName(rawValue: "delay")
    static let severity = Severity.medium
    static let cwe = "CWE-362"
    static let meaning = "a command fails because it, or another, was held for a moment"
    static let blindSpots = "a delay that no run had"
    static let pairs = ["reads-before-it-is-written", "too-slow-is-failed", "waits-by-the-clock"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        let deliveries = evidence.record.header.deliveries
        guard !deliveries.isEmpty, evidence.plan.order.isEmpty, deliveries.allSatisfy(\.isDelay),
            evidence.plan.faults.flatMap(\.actions).allSatisfy(\.isDelay)
        else { return [] }
        let held = Set(deliveries.map(\.step))
        guard let first = evidence.steps.first(where: { held.contains($0.id) })?.index,
            // What fails behind it fails because of it. How a service ends is no command's failure.
            let failed = evidence.steps.dropFirst(first).first(where: { $0.command != nil && $0.saysFailure })
        else { return [] }
        let fired = deliveries.filter { $0.step == failed.id }
        return [
            finding(
                about: failed, "\(failed.id) fails where it is only held for a while, and not without",
                [Lines.end(failed)] + Lines.words(of: failed) + Lines.deliveries(fired.isEmpty ? deliveries : fired))
        ]
    }
}

extension Action {
    fileprivate var isDelay: Bool { if case .delay = self { true } else { false } }
}

extension Delivery {
    fileprivate var isDelay: Bool { action.isDelay && failure == nil }
}
