/// The texts of a phrase on one line: words with blanks between them, quoted where a text holds one.
///
/// `Phrase.lineText` writes them and the readers of `--fault` and of points read them, so that a line of `tocsin trace` can
/// be pasted. A quoted text is also left alone by YAML, which ends a plain text at `: ` and at ` #`.
public enum LineText {
    /// One word of a line.
    public struct Word: Hashable, Sendable {
        /// The text, without its quotes.
        public var text: String
        /// Whether it stood in quotes.
        public var isQuoted: Bool
        /// Where it begins, in characters from 1.
        public var column: Int

        /// Makes a word.
        public init(text: String, isQuoted: Bool, column: Int) {
            self.text = text
            self.isQuoted = isQuoted
            self.column = column
        }
    }

    /// What is wrong with a line, and where.
    public struct Problem: Error, Hashable, Sendable {
        /// In characters from 1.
        public var column: Int
        /// What is wrong.
        public var message: String

        /// Makes a problem.
        public init(column: Int, message: String) {
            self.column = column
            self.message = message
        }
    }

    /// The text as one word, in double quotes where it would be read as something else.
    public static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !text.hasPrefix("#") && !text.hasSuffix(":") && !text.hasPrefix("'")
            && !text.contains("$(")
            && text.unicodeScalars.allSatisfy { $0 != " " && !$0.isHidden && $0 != "\"" }
        if isPlain { return text }
        var result = "\""
        var last: Unicode.Scalar = "\""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " " where last == ":" || next == "#": result += "\\x20"
            // Or a scenario file would take it for a variable.
            case "$" where next == "(": result += "\\x24"
            case _ where scalar.isHidden:
                result += scalar.value < 0x100 ? "\\x\(scalar.hexadecimal(2))" : "\\u{\(scalar.hexadecimal(0))}"
            default: result.unicodeScalars.append(scalar)
            }
            last = scalar
        }
        return result + "\""
    }

    /// The words of a line.
    ///
    /// - Throws: `Problem` for a quote without an end, or one that ends in the middle of a word.
    public static func words(_ line: String) throws(Problem) -> [Word] {
        var words: [Word] = []
        var scalars = Array(line.unicodeScalars)[...]
        let start = scalars.startIndex
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\n" }
        while let first = scalars.first {
            guard !isBlank(first) else {
                scalars.removeFirst()
                continue
            }
            let column = scalars.startIndex - start + 1
            guard first == "\"" else {
                let end = scalars.firstIndex(where: isBlank) ?? scalars.endIndex
                words.append(Word(text: text(scalars[..<end]), isQuoted: false, column: column))
                scalars = scalars[end...]
                continue
            }
            scalars.removeFirst()
            words.append(Word(text: try quotedText(&scalars, from: column), isQuoted: true, column: column))
            // The colon that ends a point may stand right behind a quoted text.
            guard let next = scalars.first, !isBlank(next) else { continue }
            guard next == ":" else {
                throw Problem(column: scalars.startIndex - start + 1, message: "a blank is needed behind a quoted text")
            }
        }
        return words
    }

    private static func quotedText(
        _ scalars: inout ArraySlice<Unicode.Scalar>, from column: Int
    ) throws(Problem) -> String {
        var result = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"": return String(result)
            case "\\":
                guard let escaped = scalars.popFirst() else { break }
                switch escaped {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "x":
                    let digits = text(scalars.prefix(2))
                    guard digits.count == 2, let value = UInt8(digits, radix: 16) else {
                        throw Problem(column: column, message: "`\\x` needs two hexadecimal digits")
                    }
                    guard value != 0 else { throw Problem(column: column, message: "a text holds no NUL") }
                    result.append(Unicode.Scalar(value))
                    scalars = scalars.dropFirst(2)
                case "u": result.append(try numbered(&scalars, from: column))
                default: result.append(escaped)
                }
            default: result.append(scalar)
            }
        }
        throw Problem(column: column, message: "the quoted text has no end")
    }

    /// The letter with the number that stands in `{ }`.
    private static func numbered(
        _ scalars: inout ArraySlice<Unicode.Scalar>, from column: Int
    ) throws(Problem) -> Unicode.Scalar {
        let end = scalars.prefix(10).firstIndex(of: "}")
        guard scalars.first == "{", let end,
            let value = UInt32(text(scalars[(scalars.startIndex + 1)..<end]), radix: 16), value != 0,
            let scalar = Unicode.Scalar(value)
        else { throw Problem(column: column, message: "`\\u` needs the number of a letter: `\\u{202e}`") }
        scalars = scalars[(end + 1)...]
        return scalar
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
