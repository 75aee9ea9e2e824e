import Testing

@testable import Model

/// Regular expressions for lines of logs.
@Suite struct LineExpressionTests {
    static let found: [(String, String, Bool)] = [
        ("state: [A-Z]+", "lo state: UP", true), ("state: [A-Z]+$", "lo state: UP 1", false),
        ("^a|b$", "xb", true), ("^a|b$", "ba x", false), ("(ab)+c", "ababc", true), ("(?:ab)+c", "aab", false),
        ("^a{2,3}$", "aaa", true), ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaaaa", true), ("^a{2}$", "a", false),
        (#"\d+\.\d+"#, "v 20.5", true), (#"^\S+\s\w+$"#, "a-b c_1", true), (#"\bpod\b"#, "a pod.", true),
        (#"\bpod\b"#, "pods", false), (#"\Bod"#, "pod", true), ("[^a-c]", "abc", false), ("[]x]", "]", true),
        (#"[\d-]+$"#, "1-2", true), ("a.c", "abc", true), ("a.*?c$", "abbc", true), ("", "x", true), ("x*", "", true),
        ("(?i)READY", "now ready", true), ("(?i)[A-F]+$", "dead", true), ("READY", "ready", false),
        (#"\/run\/x"#, "/run/x", true),
        ("ü+", "süß", true), ("(a|b|)c", "c", true), ("(a*)*b", "aab", true), ("\"code\":", #"{"code":7}"#, true),
    ]

    @Test(arguments: found) func aLineHasItOrNot(text: String, line: String, isThere: Bool) throws {
        #expect(try LineExpression(text).isFound(in: line) == isThere)
        // The language's own engine, which may go back, says the same of what it reads.
        if let other = try? Regex(text) { #expect(line.contains(other) == isThere) }
    }

    @Test(arguments: [
        "(", ")", "(a", "a)", "[", "[a", "*", "a|*", "a{", "a{x}", "a{3,2}", "a{5000}", #"\"#, #"\1"#, #"\q"#,
        "(?=a)", "(?<!a)b", "[b-a]", "(((a{50}){50}){50}){50}", "((((){900}){900}){900}){900}",
        String(repeating: "(", count: 100),
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(throws: LineExpression.Problem.self) { try LineExpression(text) }
        #expect(LogPattern.expression(text).problem != nil)
    }

    /// What goes back on a mismatch tries two to the power of 50 ways here.
    @Test(arguments: ["^(a+)+$", "(a|aa)+$", "^(a|a)*b$", "(.*)*=(.*)*$"])
    func noExpressionTakesForEver(text: String) throws {
        let line = String(repeating: "a", count: 52) + "!"
        #expect(try !LogPattern.expression(text).isFound(in: "x\n\(line)"))
    }
}
