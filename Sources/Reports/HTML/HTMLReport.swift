import FoundationEssentials
import Model

/// A run as one file of HTML: it loads nothing, is readable without its script, and prints.
public enum HTMLReport {
    /// The document.
    public static func text(_ run: RunReport) -> String {
        let page = Page(run)
        let title = "Tocsin: \(run.verdict)" + (run.run.map { ", run \($0)" } ?? "")
        // No element can be smuggled in; were there one, it could neither run nor load anything.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src '\(digest(of: HTMLReport.script))'"
        let root = element(
            "html", ["lang": "en"],
            element(
                "head", [:], element("meta", ["charset": "utf-8"]),
                element("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
                element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                element("meta", ["name": "color-scheme", "content": "light dark"]),
                element("title", text: title), element("style", [:], .fixed(HTMLReport.stylesheet))),
            element(
                "body", [:], page.header,
                element(
                    "main", [:], page.overview, page.causeTable, page.strips, page.causeSections, page.planSections),
                page.footer, element("script", [:], .fixed(HTMLReport.script))))
        return "<!DOCTYPE html>\n" + root.written(as: .html) + "\n"
    }

    /// The digest of a script by which a browser knows that it may run it.
    private static func digest(of text: StaticString) -> String {
        var digest = Digest()
        digest.add(text.withUTF8Buffer { Array($0) })
        // All of it: of a part a browser says that it is no digest, and runs no script.
        let digits = Array(digest.text.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16)
        }
        return "sha256-" + Data(bytes).base64EncodedString()
    }
}

/// A run, and what several parts of its page need.
struct Page {
    let run: RunReport
    let causes: [CauseReport]
    /// The causes of each plan, by the plan's place.
    let causesOfPlan: [Int: [Int]]
    /// The plans that a cause shows in full, by their place: the cause's number.
    let shownWith: [Int: Int]

    init(_ run: RunReport) {
        self.run = run
        causes = run.causes
        var all: [Int: [Int]] = [:]
        var shown: [Int: Int] = [:]
        for cause in causes {
            for plan in cause.plans { all[plan, default: []].append(cause.number) }
            if let first = cause.plans.first, shown[first] == nil { shown[first] = cause.number }
        }
        causesOfPlan = all
        shownWith = shown
    }

    var header: Markup {
        var parts: [String] = []
        if let began = run.began { parts.append(String(Moments.utc(began).map { $0 == "T" ? " " : $0 })) }
        if let duration = run.duration { parts.append(Columns.span(duration)) }
        parts += run.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if let id = run.run { parts.append("run \(id)") }
        if let status = run.status { parts.append("exit \(status)") }
        return element(
            "header", [:],
            element(
                "div", ["class": "title"], element("h1", text: "Tocsin"), Page.badge(run.verdict),
                element("span", ["class": "counts"], text: Sentences.plans(run.plans.count))),
            element("p", ["class": "about"], text: parts.joined(separator: " · ")))
    }

    var footer: Markup {
        element(
            "footer", [:],
            element(
                "p", [:],
                .text(
                    "Times are milliseconds since the run began. A rate has the interval of Wilson at 95 % confidence. "
                ),
                .text("Keys: "), element("kbd", text: "j"), .text(" and "), element("kbd", text: "k"),
                .text(" go to the next and the former cause or plan, "), element("kbd", text: "o"),
                .text(" opens it, "), element("kbd", text: "g"), .text(" goes to the top.")))
    }

    /// A verdict, or a standing, in its colour.
    static func badge(_ word: String, as text: String? = nil) -> Markup {
        element("span", ["class": "badge v-\(word)"], text: text ?? word)
    }

    /// A word about something.
    static func chip(_ text: String, _ kind: String = "") -> Markup {
        element("span", ["class": "chip \(kind)"], text: text)
    }

    /// Lines of text as they are.
    static func block(_ lines: [String], _ kind: String = "") -> Markup {
        element("pre", ["class": kind], text: lines.joined(separator: "\n"))
    }

    /// A command, to be copied.
    static func command(_ text: String) -> Markup {
        element("pre", ["class": "command"], element("code", text: text))
    }

    /// Something that is folded.
    static func folded(_ title: String, open: Bool = false, _ content: Markup...) -> Markup {
        let summary = element("summary", text: title)
        return .element("details", open ? [("open", "")] : [], [summary] + content)
    }

    /// The plan's anchor.
    static func anchor(_ plan: Int) -> String { "plan-\(plan + 1)" }

    /// Classes that stylesheets know.
    static func verdictClass(_ word: String) -> String {
        RunReport.verdicts.contains(word) ? "v-\(word)" : "v-error"
    }
}
