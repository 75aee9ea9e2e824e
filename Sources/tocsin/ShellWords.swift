/// The words of a command that is one argument, as sh(1) reads them: quotes and backslashes, and nothing else.
enum ShellWords {
    /// The words.
    ///
    /// - Throws: `UnusableInput` for a quote that does not end, and for what only a shell could do.
    static func read(_ text: String, option: String) throws -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var letters = text[...]
        while let letter = letters.popFirst() {
            if let open = quote {
                if letter == open {
                    quote = nil
                } else if letter == "\\", open == "\"", let next = letters.first, "\"\\$`".contains(next) {
                    word = (word ?? "") + String(letters.removeFirst())
                } else {
                    word = (word ?? "") + String(letter)
                }
            } else if letter == "'" || letter == "\"" {
                quote = letter
                word = word ?? ""
            } else if letter == "\\" {
                word = (word ?? "") + String(letters.popFirst() ?? "\\")
            } else if letter.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else if "|&;<>()$`".contains(letter) {
                throw UnusableInput(
                    "\(option): `\(letter)` is for a shell, and there is none\n"
                        + "hint: \(option) \"sh -c '...'\" has one")
            } else {
                word = (word ?? "") + String(letter)
            }
        }
        if quote != nil { throw UnusableInput("\(option): a quote in it does not end") }
        if let whole = word { words.append(whole) }
        return words
    }
}
