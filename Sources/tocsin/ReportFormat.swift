import ArgumentParser
import Reports

/// The forms of a report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json

    /// The report in that form.
    func text(_ report: RunReport, verbose: Bool) throws -> String {
        switch self {
        case .text: TextReport(style: Output.style, verbose: verbose).text(report)
        case .json: try JSONReport.text(report)
        }
    }
}
