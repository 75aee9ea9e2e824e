import ArgumentParser
import Campaign
import FoundationEssentials
import Model
import Reports

/// Compares two runs, or a run with a baseline.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says what is new, resolved or known from one run to another.",
        usage: """
            tocsin compare BASE HEAD [--as text|markdown] [--fail-on SEVERITY]
            tocsin compare RUN RUN --base-only NAME=VALUE --head-only NAME=VALUE
            """,
        discussion: """
            BASE is what was before, HEAD what is looked at: each is the file of a baseline, a folder of results (its last run), \
            or the id of a run or its beginning, or `latest`. Findings are matched by plan, oracle and objects, also where \
            the agent does one thing more before; missing and twice are never the same. A rate is called another by \
            Fisher's exact test alone.

            Exit status: 0 nothing is new or worse, 1 something is, 2 unusable input, 3 HEAD could not test what BASE did, \
            4 no plan was tested on both sides.

            Examples:
              tocsin compare results/baseline.json latest
              tocsin compare old/results new/results --as markdown > comment.md
              tocsin compare latest latest --base-only version=12.0.3 --head-only version=12.0.4      of one run
            """)

    @Argument(help: .init("What was before.", valueName: "BASE"))
    var base: String

    @Argument(help: .init("What is looked at.", valueName: "HEAD"))
    var head: String

    @Option(
        name: .customLong("base-only"),
        help: .init(
            "Only the plans of BASE with this matrix value, which plans may differ in.", valueName: "NAME=VALUE"))
    var baseOnly: [String] = []

    @Option(name: .customLong("head-only"), help: .init("The same of HEAD.", valueName: "NAME=VALUE"))
    var headOnly: [String] = []

    @Option(name: .customLong("as"), help: "text or markdown.")
    var format = ReportFormat.text

    @Option(
        help: .init("The least severity that makes exit status 1: high, medium or low. [low]", valueName: "SEVERITY"))
    var failOn: Severity = .low

    @Option(help: "The folder of results in which a run is looked for. [TOCSIN_RESULTS, or results]")
    var results: String?

    @Flag(name: .shortAndLong, help: "Fold nothing.")
    var verbose = false

    @Flag(help: "Wrap no line.")
    var wide = false

    func validate() throws {
        guard [.text, .markdown].contains(format) else { throw ValidationError("--as can be text or markdown") }
        if results?.isEmpty == true { throw ValidationError("--results needs a folder") }
    }

    func run() throws {
        let comparison = try reporting { try compared() }
        let report = ComparisonReport(comparison.value, base: comparison.base, head: comparison.head)
        let text = TextReport(style: Output.style, width: wide ? nil : Output.width, verbose: verbose)
        Output.print(format == .markdown ? MarkdownReport.text(report) : text.text(report))
        throw ExitCode.of(comparison.value.exitStatus(from: failOn, includingKnown: true))
    }

    private func compared() throws -> (value: Comparison, base: String, head: String) {
        let options = try RunOptions.parse(results.map { ["--results", $0] } ?? [])
        var base = try ComparedSide(base, results: options.existingResults)
        var head = try ComparedSide(head, results: options.existingResults)
        let free = try base.select(baseOnly, of: "--base-only").union(try head.select(headOnly, of: "--head-only"))
        return (Comparison(base.baseline, head.baseline, ignoring: free), base.name, head.name)
    }
}

extension Severity: ExpressibleByArgument {}

extension Comparison {
    /// The exit status for it: something new or worse counts before what could not be tested.
    func exitStatus(from severity: Severity, includingKnown isKnown: Bool) -> Int32 {
        if !regressions(from: severity, includingKnown: isKnown).isEmpty || !unseen.isEmpty { return ExitStatus.failed }
        if !lost.isEmpty { return ExitStatus.error }
        return compared == 0 ? ExitStatus.nothing : ExitStatus.success
    }
}
