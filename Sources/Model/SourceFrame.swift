/// Where in its own source an agent stood.
public struct SourceFrame: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The file, as the program was built or loaded from it.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The function, as its language writes it.
    public var function: String

    /// Makes a frame.
    public init(file: String, line: Int, function: String) {
        self.file = file
        self.line = line
        self.function = function
    }

    /// `/opt/agent/router.py:57 in Router.add`.
    public var description: String { "\(file):\(line) in \(function)" }

    /// Whether it is of the language's own library, or of its run time.
    public var isOfLanguage: Bool {
        // Python: what is installed beside it is the agent's.
        if file.hasSuffix(".py") || file.hasPrefix("<") {
            let isInstalled = file.contains("/site-packages/") || file.contains("/dist-packages/")
            return file.hasPrefix("<") || !isInstalled && file.contains("/lib/python3")
        }
        // Go: packages of its library have no dot in the first part of their path, and golang.org/x is beside it.
        if function.hasPrefix("main.") { return false }
        return function.hasPrefix("golang.org/x/")
            || function.split(separator: "/").first?.contains(".") != true || !function.contains("/")
    }
}

extension [SourceFrame] {
    /// The innermost frame that is the agent's own.
    public var own: SourceFrame? { first { !$0.isOfLanguage } ?? first }
}
