import Model

extension Page {
    /// The moment of the fault to scale, below the whole run, and its operations as a table.
    func drawing(_ view: RecordView) -> Markup {
        guard let picture = view.picture, !view.timeline.isEmpty else { return .nothing }
        let drawing = Drawing(picture: picture, lines: view.timeline)
        var number = 0
        let rows = Timeline.merged(view.timeline, view.said).map { line -> Markup in
            if !line.isFault, !line.isSaid { number += 1 }
            return element(
                "tr", ["class": line.isFault ? "fault" : line.failed ? "refused" : line.isSaid ? "said" : ""],
                element("td", ["class": "number"], text: line.isFault ? "⚡" : line.isSaid ? "" : "\(number)"),
                element("td", ["class": "number"], text: Columns.milliseconds(line.time)),
                element("td", text: line.who), element("td", ["class": "wide code"], text: line.what),
                element("td", ["class": "code"], text: line.result))
        }
        return .list([
            element("div", ["class": "drawing"], drawing.markup),
            Page.table(["", "ms", "who", "what", "result"], rows, "operations"),
        ])
    }
}

/// A picture as SVG.
struct Drawing {
    let picture: Picture
    let lines: [TimelineLine]

    private static let left = 150.0
    private static let right = 985.0
    private static let laneHeight = 30.0
    private static let tickHeight = 11.0

    /// A number as SVG writes it, of two digits behind the point.
    static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    private var first: Double { Double(lines.map(\.time).min() ?? 0) }
    private var span: Double {
        let last = Double(lines.map { $0.time + $0.duration }.max() ?? 0)
        return max(last - first, 1000)
    }

    private func x(_ time: Nanoseconds) -> Double {
        let inner = Drawing.right - Drawing.left - 30
        return Drawing.left + 15 + (Double(time) - first) / span * inner
    }

    private func whole(_ time: Nanoseconds) -> Double {
        Drawing.left + Double(min(time, picture.duration)) / Double(picture.duration) * (Drawing.right - Drawing.left)
    }

    private var programs: [String] { distinct(lines.filter { !$0.isFault }.map(\.lineage)) }
    private var namespaces: [String] { distinct(lines.compactMap(\.namespace)) }

    private func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// The element.
    var markup: Markup {
        var parts: [Markup] = []
        let overview = drawOverview(&parts)
        let top = overview + 34
        let lanes = programs.count + namespaces.count + 1
        let bottom = top + Double(lanes) * Drawing.laneHeight
        drawConnection(&parts, from: overview, to: top)
        drawHolds(&parts, from: top, to: bottom)
        var y = top
        for program in programs {
            drawProgram(program, y, &parts)
            y += Drawing.laneHeight
        }
        for namespace in namespaces {
            drawNamespace(namespace, y, &parts)
            y += Drawing.laneHeight
        }
        drawWorld(y, from: top, &parts)
        drawAxis(bottom, &parts)
        let description = "The operations around the fault to scale; the table below says the same in words."
        return element(
            "svg",
            [
                "class": "timeline", "viewBox": "0 0 1000 \(Drawing.number(bottom + 26))", "role": "img",
                "aria-label": description,
            ], each: parts)
    }

    // MARK: - The whole run

    private func drawOverview(_ parts: inout [Markup]) -> Double {
        parts.append(text("steps", 4, 12, "lane"))
        for (place, step) in picture.steps.enumerated() {
            let from = whole(step.from)
            let width = max(whole(step.to) - from, 1)
            let band = rect(from, 1, width, 15, "step s\(place % 2)")
            parts.append(
                titled(band, "\(step.name): \(Columns.milliseconds(step.from)) to \(Columns.milliseconds(step.to)) ms"))
            if width > Double(step.name.count) * 6.2 + 4 { parts.append(text(step.name, from + 3, 12, "name")) }
        }
        var y = 20.0
        for lane in picture.lanes {
            parts.append(label(lane.name, y + 8, "lane small"))
            let width = (Drawing.right - Drawing.left) / 1000
            let path = lane.ticks.map { "M\(Drawing.number(Drawing.left + Double($0) * width)) \(Drawing.number(y))v8" }
            parts.append(element("path", ["class": "ticks", "d": path.joined()]))
            y += Drawing.tickHeight
        }
        for fault in picture.faults {
            let place = whole(fault.from)
            parts.append(line(place, 0, place, y, "faultline"))
        }
        return y
    }

    /// What of the whole run is drawn large.
    private func drawConnection(_ parts: inout [Markup], from upper: Double, to lower: Double) {
        let from = whole(picture.moment.from)
        let to = max(whole(picture.moment.to), from + 1)
        parts.append(rect(from, 18, to - from, upper - 18, "moment"))
        let points = [(from, upper), (to, upper), (Drawing.right, lower - 12), (Drawing.left, lower - 12)]
        parts.append(
            element(
                "polygon",
                [
                    "class": "zoom",
                    "points": points.map { "\(Drawing.number($0.0)),\(Drawing.number($0.1))" }.joined(separator: " "),
                ]))
    }

    // MARK: - The moment

    private func drawHolds(_ parts: inout [Markup], from top: Double, to bottom: Double) {
        for fault in lines where fault.isFault {
            let from = x(fault.time)
            let width = max(x(fault.time + fault.duration) - from, 2)
            parts.append(
                titled(
                    rect(from, top - 12, width, bottom - top + 12, "hold"),
                    "the agent is held for \(Columns.span(fault.duration))"))
        }
    }

    private func drawProgram(_ program: String, _ y: Double, _ parts: inout [Markup]) {
        let middle = y + 19
        parts.append(label(program, middle + 4, "lane"))
        parts.append(line(Drawing.left, middle, Drawing.right, middle, "base"))
        var number = 0
        var last = -100.0
        var level = 0
        for operation in lines where !operation.isFault {
            number += 1
            guard operation.lineage == program else { continue }
            let from = x(operation.time)
            let width = min(max(x(operation.time + operation.duration) - from, 3), Drawing.right - from)
            let kind = operation.failed ? "refused" : operation.result == "ok" ? "done" : "open"
            let words = "\(operation.what): \(operation.result), \(Columns.span(operation.duration))"
            parts.append(titled(rect(from, middle - 5, width, 10, "mark \(kind)"), words))
            // Numbers that would lie on each other stand above and below.
            level = from - last < 13 ? (level + 1) % 2 : 0
            last = from
            parts.append(text("\(number)", from, level == 0 ? middle - 7 : middle + 14, "digit"))
        }
    }

    private func drawNamespace(_ namespace: String, _ y: Double, _ parts: inout [Markup]) {
        let middle = y + 19
        parts.append(label("netns \(namespace)", middle + 4, "lane netns"))
        let lost = lines.first { $0.isFault && $0.namespace == namespace && $0.what.hasPrefix("netns.") }
        let until = lost.map { x($0.time) } ?? Drawing.right
        parts.append(rect(Drawing.left, middle - 3, until - Drawing.left, 6, "life"))
        if lost != nil { parts.append(rect(until, middle - 3, Drawing.right - until, 6, "life lost")) }
        for operation in lines where !operation.isFault && operation.namespace == namespace {
            parts.append(
                titled(
                    element(
                        "circle",
                        [
                            "class": "touch", "cx": Drawing.number(x(operation.time)), "cy": Drawing.number(middle),
                            "r": "3.5",
                        ]),
                    "\(operation.who): \(operation.what): \(operation.result)"))
        }
    }

    private func drawWorld(_ y: Double, from top: Double, _ parts: inout [Markup]) {
        let middle = y + 19
        parts.append(label("the world", middle + 4, "lane world"))
        parts.append(line(Drawing.left, middle, Drawing.right, middle, "base"))
        for fault in lines where fault.isFault {
            let place = x(fault.time)
            parts.append(line(place, top - 12, place, y + 30, "faultline"))
            parts.append(
                titled(
                    element(
                        "circle",
                        ["class": "strike", "cx": Drawing.number(place), "cy": Drawing.number(middle), "r": "5"]),
                    "\(fault.what): \(fault.result)"))
            let isLate = place > 700
            parts.append(text(fault.what, isLate ? place - 10 : place + 10, middle + 4, isLate ? "what end" : "what"))
        }
    }

    private func drawAxis(_ y: Double, _ parts: inout [Markup]) {
        parts.append(line(Drawing.left, y, Drawing.right, y, "axis"))
        let step = Drawing.step(span / 7)
        var time = (first / step).rounded(.up) * step
        while time <= first + span {
            let place = x(Nanoseconds(time))
            parts.append(line(place, y, place, y + 5, "axis"))
            let digits = step < 10_000 ? 3 : step < 100_000 ? 2 : step < 1_000_000 ? 1 : 0
            parts.append(text(Drawing.milliseconds(time, digits) + " ms", place, y + 18, "time"))
            time += step
        }
    }

    /// The next of the round numbers of microseconds: 1, 2, 5, 10, 20.
    private static func step(_ least: Double) -> Double {
        var step = 1000.0
        while true {
            for factor in [1.0, 2, 5] where step * factor >= least { return step * factor }
            step *= 10
        }
    }

    private static func milliseconds(_ time: Double, _ digits: Int) -> String {
        let text = Columns.milliseconds(Nanoseconds(time))
        return digits == 0 ? String(text.dropLast(4)) : String(text.dropLast(3 - digits))
    }

    // MARK: - Parts

    private func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ kind: String) -> Markup {
        element(
            "rect",
            [
                "class": kind, "x": Drawing.number(x), "y": Drawing.number(y), "width": Drawing.number(max(width, 0)),
                "height": Drawing.number(max(height, 0)),
            ])
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> Markup {
        element(
            "line",
            [
                "class": kind, "x1": Drawing.number(x1), "y1": Drawing.number(y1), "x2": Drawing.number(x2),
                "y2": Drawing.number(y2),
            ])
    }

    private func text(_ text: String, _ x: Double, _ y: Double, _ kind: String) -> Markup {
        element("text", ["class": kind, "x": Drawing.number(x), "y": Drawing.number(y)], text: text)
    }

    /// A lane's name, cut at its beginning: the last program of a chain tells lanes apart.
    private func label(_ name: String, _ y: Double, _ kind: String) -> Markup {
        let most = 22
        let shown = name.count > most ? "…" + name.suffix(most - 1) : name
        return titled(text(shown, 4, y, kind), name)
    }

    private func titled(_ shape: Markup, _ title: String) -> Markup {
        guard case .element(let name, let attributes, let content) = shape else { return shape }
        return .element(name, attributes, content + [element("title", text: title)])
    }
}
