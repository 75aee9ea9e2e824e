/// How words stand out on a terminal.
public enum TextStyle: Sendable {
    /// Not at all.
    case plain
    /// By the colours of ECMA-48.
    case colour
}

/// One line for a terminal.
///
/// What steers a terminal comes from its inks alone: texts are made visible when the line is written.
struct TextLine {
    /// How a part of it stands out.
    enum Ink: Hashable {
        case plain
        /// The point of the picture.
        case strong
        /// What can be passed over.
        case quiet
        /// A verdict, a standing or a severity.
        case word(String)
        /// Something that was refused.
        case refused

        fileprivate var code: String? {
            switch self {
            case .plain: nil
            case .strong: "1"
            case .quiet: "2"
            case .refused: "31"
            case .word(let word):
                switch word {
                case "pass": "32"
                case "known", "allowed", "skipped", "medium", "low": "33"
                default: "31"
                }
            }
        }
    }

    private var parts: [(text: String, ink: Ink)] = []
    /// How far the lines that follow are indented, where it is wrapped.
    private let hanging: Int

    /// Begins a line with a text.
    init(_ text: String, _ ink: Ink = .plain, hanging: Int = 2) {
        self.hanging = hanging
        parts = [(VisibleText.line(text), ink)]
    }

    /// The line with a text behind it.
    func add(_ text: String, _ ink: Ink = .plain) -> TextLine {
        var line = self
        line.parts.append((VisibleText.line(text), ink))
        return line
    }

    /// The line, wrapped between words where it is longer than the width, without a line feed at its end.
    func written(_ style: TextStyle, width: Int?) -> String {
        let letters = parts.flatMap { part in part.text.map { ($0, part.ink) } }
        guard let width, letters.count > width, width > hanging + 20 else { return TextLine.write(letters[...], style) }
        var lines: [String] = []
        var rest = letters[...]
        var indent = 0
        while !rest.isEmpty {
            let room = width - indent
            var count = min(room, rest.count)
            if count < rest.count {
                let head = rest.prefix(count + 1)
                // Not in the blanks at the beginning of the line, nor for a blank that leaves half of it empty.
                if let blank = head.lastIndex(where: { $0.0 == " " }), blank - rest.startIndex > room / 2,
                    head[..<blank].contains(where: { $0.0 != " " })
                {
                    count = blank - rest.startIndex
                }
            }
            lines.append(String(repeating: " ", count: indent) + TextLine.write(rest.prefix(count), style))
            rest = rest.dropFirst(count).drop { $0.0 == " " }
            indent = hanging
        }
        return lines.joined(separator: "\n")
    }

    private static func write(_ letters: ArraySlice<(Character, Ink)>, _ style: TextStyle) -> String {
        var text = ""
        var ink = Ink.plain
        for (letter, next) in letters {
            if style == .colour, next != ink {
                if ink.code != nil { text += "\u{1b}[0m" }
                if let code = next.code { text += "\u{1b}[\(code)m" }
                ink = next
            }
            text.append(letter)
        }
        if style == .colour, ink.code != nil { text += "\u{1b}[0m" }
        return text
    }
}
