import Model

/// Windows as lines for people.
public struct WindowText: Sendable {
    private let places: [Place]

    /// Tells of windows between these operations.
    public init(_ places: [Place]) { self.places = places }

    /// The windows, those that can be hit first.
    ///
    /// - Parameter isVerbose: Whether what happens inside is listed, and those that are immune are, too.
    public func lines(_ windows: [Window], isVerbose: Bool = false) -> [String] {
        let open = windows.filter { $0.immunity == nil }
        let immune = windows.filter { $0.immunity != nil }
        let runs = places.first?.references ?? 0
        var lines = [
            "\(Text.count(windows.count, "window")) in \(Text.count(runs, "run")) without faults, the widest first; "
                + "\(immune.count) immune"
        ]
        if windows.isEmpty { return ["no window: no operation relies on what an earlier one of its step has learned"] }
        for (number, window) in open.enumerated() { lines += self.lines(window, number: number + 1, isVerbose) }
        if !immune.isEmpty, !isVerbose { lines.append("immune (-v): \(immune.count), for they act by a descriptor") }
        if isVerbose { for window in immune { lines += self.lines(window, number: nil, isVerbose) } }
        lines.append(
            "widths are those of a traced run; tries: runs until a change at a moment drawn by chance has met it, with 95 %"
        )
        return lines
    }

    private func lines(_ window: Window, number: Int?, _ isVerbose: Bool) -> [String] {
        let first = places[window.operations.lowerBound]
        let last = places[window.operations.upperBound]
        let inside = places[window.operations].dropFirst().dropLast()
        let head = number.map { Text.right("\($0)", 3) } ?? "  -"
        let tries = window.immunity ?? "\(window.tries.map(String.init) ?? "endless") tries"
        var lines = [
            "\(head)  \(Text.right(Text.milliseconds(window.width), 10)) ms  \(Text.left(tries, 14)) "
                + "\(window.object.line) in \(first.step)",
            "       \(window.knowledge.rawValue) by \(first.name), relied on by \(last.name); inside: "
                + (inside.isEmpty ? "nothing" : Text.count(inside.count, "operation")),
        ]
        if isVerbose { lines += inside.map { "         \($0.name)" } }
        return lines
    }
}

extension ExploredObject {
    /// The object on one line.
    var line: String {
        "\(noun) \(name)\(device.map { " dev \($0)" } ?? "")\(namespace.isEmpty ? "" : " in \(namespace)")"
    }
}

extension Text {
    /// Milliseconds with three digits.
    static func milliseconds(_ time: Nanoseconds) -> String {
        let micro = (time + 500) / 1000
        let digits = String(micro % 1000)
        return "\(micro / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
