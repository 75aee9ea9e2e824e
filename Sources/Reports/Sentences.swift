import Model

/// What several reports say in the same words.
enum Sentences {
    /// `1 plan`, `12 plans`.
    static func plans(_ count: Int) -> String { count == 1 ? "1 plan" : "\(count) plans" }

    /// How many plans have each verdict, from the best, without those that none has.
    static func counts(_ run: RunReport) -> [(word: String, count: Int)] {
        ["pass", "known", "skipped", "flaky", "fail", "error"].map { ($0, run.count(of: $0)) }.filter { $0.1 > 0 }
    }

    /// The key of an operation, shorter: `add, netns.enter(pod) by bridge`; what is no such key stays.
    static func point(_ key: String) -> String {
        let parts = key.components(of: " / ")
        guard parts.count > 2, let hash = key.components(of: " # ").last, let ordinal = Int(hash) else { return key }
        var what = parts.dropFirst(2).joined(separator: " / ")
        what = String(what.dropLast(hash.count + 3))
        if what.hasSuffix(" @ host") { what = String(what.dropLast(7)) }
        let place = what.components(of: " @ ")
        let operation = Columns.cut(place.dropLast(place.count > 1 ? 1 : 0).joined(separator: " @ "), to: 56)
        let namespace = place.count > 1 ? " in \(place[place.count - 1])" : ""
        let who = parts[1].split(separator: "/").last.map(String.init) ?? parts[1]
        return "\(parts[0]), \(operation)\(namespace) by \(who)" + (ordinal > 1 ? " (number \(ordinal))" : "")
    }

    /// What the plans of a run say that was not looked at, each line once, with the number of plans where there are several.
    static func notLookedAt(_ run: RunReport) -> [String] {
        var lines: [String] = []
        var plans: [String: Int] = [:]
        for line in run.plans.flatMap(\.notLookedAt) {
            if plans[line] == nil { lines.append(line) }
            plans[line, default: 0] += 1
        }
        return lines.map { line in
            let count = plans[line] ?? 0
            return count > 1 ? "\(line), in each of \(Sentences.plans(count))" : line
        }
    }

    /// From where to where the faults of a cause fired; nothing where none did.
    static func window(_ cause: CauseReport) -> String {
        switch cause.window.count {
        case 0: ""
        case 1: "at \(point(cause.window[0]))"
        default: "from \(point(cause.window[0])) to \(point(cause.window[1]))"
        }
    }
}

extension String {
    /// The parts between a text that stands between them.
    func components(of separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        var part = ""
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                parts.append(part)
                part = ""
                rest = rest.dropFirst(separator.count)
            } else {
                part.append(rest.removeFirst())
            }
        }
        return parts + [part]
    }
}
