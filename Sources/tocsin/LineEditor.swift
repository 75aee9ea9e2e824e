import Glibc

/// Reads lines from a terminal, with completion by Tab and the lines before by the arrows.
///
/// Keys: Tab, Backspace, Ctrl-U (nothing), Ctrl-C (nothing, on a new line), Ctrl-D on an empty line (the end), up, down.
final class LineEditor {
    private let terminal: Int32
    private var history: [String] = []
    /// The words that can stand where a line ends.
    var completions: (String) -> [String] = { _ in [] }

    /// Reads from a descriptor of a terminal; what is typed is shown on standard output, for a terminal may be open for reading alone.
    init(terminal: Int32) { self.terminal = terminal }

    /// The next line; nil at the end.
    func line(_ prompt: String) -> String? {
        var usual = termios()
        guard tcgetattr(terminal, &usual) == 0 else { return nil }
        var raw = usual
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        // What was typed before stays.
        tcsetattr(terminal, TCSADRAIN, &raw)
        defer { tcsetattr(terminal, TCSADRAIN, &usual) }
        var line = Edited(prompt: prompt, history: history)
        put(prompt)
        while let byte = next() {
            switch line.take(byte, completions: completions) {
            case .shown(let text): put(text)
            case .line(let text):
                put("\r\n")
                if !text.isEmpty, text != history.last { history.append(text) }
                return text
            case .end:
                put("\r\n")
                return nil
            }
        }
        return nil
    }

    private func put(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    private func next() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// A line that is being typed: what each byte makes of it, and what is to be shown.
    struct Edited {
        /// What a byte came to.
        enum Outcome: Equatable {
            /// This is to be shown.
            case shown(String)
            /// The line is whole.
            case line(String)
            /// There are no more lines.
            case end
        }

        let prompt: String
        let history: [String]
        private(set) var bytes: [UInt8] = []
        private var place: Int
        private var escape: [UInt8] = []

        init(prompt: String, history: [String] = []) {
            self.prompt = prompt
            self.history = history
            place = history.count
        }

        /// The line so far.
        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// Takes a byte of the terminal.
        mutating func take(_ byte: UInt8, completions: (String) -> [String]) -> Outcome {
            if !escape.isEmpty || byte == 27 { return arrow(byte) }
            switch byte {
            case 10, 13: return .line(text)
            case 3: return anew("", after: "^C\r\n")
            case 4: return bytes.isEmpty ? .end : .shown("")
            case 21: return anew("")
            case 8, 127:
                guard !bytes.isEmpty else { return .shown("") }
                return anew(String(text.dropLast()))
            case 9: return complete(completions(text))
            case 0..<32: return .shown("")
            default:
                bytes.append(byte)
                return .shown(
                    String(decoding: [byte], as: UTF8.self).unicodeScalars.first?.value == 0xFFFD
                        ? redrawn : String(decoding: [byte], as: UTF8.self))
            }
        }

        private var redrawn: String { "\r\u{1B}[K\(prompt)\(text)" }

        private mutating func anew(_ text: String, after: String = "") -> Outcome {
            bytes = Array(text.utf8)
            return .shown(after + redrawn)
        }

        private mutating func arrow(_ byte: UInt8) -> Outcome {
            escape.append(byte)
            guard escape.count == 3 else {
                if escape.count == 2, byte != UInt8(ascii: "["), byte != UInt8(ascii: "O") { escape = [] }
                return .shown("")
            }
            escape = []
            switch byte {
            case UInt8(ascii: "A"): place = max(0, place - 1)
            case UInt8(ascii: "B"): place = min(history.count, place + 1)
            default: return .shown("")
            }
            return anew(place < history.count ? history[place] : "")
        }

        private mutating func complete(_ words: [String]) -> Outcome {
            let typed = text.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
            let fitting = words.filter { $0.hasPrefix(typed) }.sorted()
            guard let first = fitting.first else { return .shown("\u{7}") }
            let common = fitting.dropFirst().reduce(first) { common, word in
                String(zip(common, word).prefix { $0 == $1 }.map(\.0))
            }
            if fitting.count == 1 { return anew(text.dropLast(typed.count) + first + " ") }
            if common.count > typed.count { return anew(text.dropLast(typed.count) + common) }
            return .shown("\r\n\(fitting.joined(separator: "  "))\r\n\(redrawn)")
        }
    }
}
