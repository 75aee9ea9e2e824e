import ArgumentParser
import Campaign
import FoundationEssentials
import Glibc
import Model
import Reports

/// The forms of a report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, html, junit, tap, sarif, markdown, annotations, allow

    /// The report in that form; `text` is what a terminal, or a file, is to show.
    func text(_ report: RunReport, as text: (RunReport) -> String) -> String {
        switch self {
        case .text: text(report)
        case .json: JSONReport.text(report)
        case .html: HTMLReport.text(report)
        case .junit: JUnitReport.text(report)
        case .tap: TAPReport.text(report)
        case .sarif: SARIFReport.text(report)
        case .markdown: MarkdownReport.text(report)
        case .annotations: AnnotationsReport.text(report)
        case .allow: AllowReport.text(report)
        }
    }

    /// The names of all.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// One `FORMAT=FILE` of `--report`.
struct ReportFile: ExpressibleByArgument {
    let format: ReportFormat
    let path: String

    init?(argument: String) {
        guard let mark = argument.firstIndex(of: "="), let format = ReportFormat(rawValue: String(argument[..<mark])),
            mark < argument.index(before: argument.endIndex)
        else { return nil }
        self.format = format
        path = String(argument[argument.index(after: mark)...])
    }
}

/// Reports besides what is printed.
struct ReportOptions: ParsableArguments {
    @Option(
        name: .customLong("report"),
        help: .init(
            "Write a report into a file: \(ReportFormat.names). May be given several times.", valueName: "FORMAT=FILE"))
    var files: [ReportFile] = []

    @Flag(help: "Wrap and fold no line. [as wide as the terminal, or COLUMNS]")
    var wide = false

    func validate() throws {
        if let file = files.first(where: { $0.path == "-" }) {
            throw ValidationError(
                "--report \(file.format.rawValue)=-: a file is needed; standard output is /dev/stdout")
        }
        var seen: Set<String> = []
        // Devices and pipes take one after the other.
        for file in files where !file.path.hasPrefix("/dev/") && !seen.insert(file.path).inserted {
            throw ValidationError("--report: two reports cannot be written into \(file.path)")
        }
    }

    /// How reports are printed.
    func text(verbose: Bool) -> TextReport {
        TextReport(style: Output.style, width: wide ? nil : Output.width, verbose: verbose)
    }

    /// Opens every file, so that what cannot be written is known before anything is run.
    ///
    /// - Parameter scenarios: The scenario files, which no report may replace.
    /// - Throws: `UnusableInput`.
    func check(besides scenarios: [String] = []) throws {
        var places: [Place: String] = [:]
        let read = Set(scenarios.compactMap(Place.init))
        for file in files {
            if let place = Place(file.path), read.contains(place) {
                throw UnusableInput("--report \(file.format.rawValue)=\(file.path): it is a scenario that is run")
            }
            let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw UnusableInput(
                    "--report \(file.format.rawValue)=\(file.path): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            var status = stat()
            // A file has many names: `./page`, or a link to it.
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if let former = places.updateValue(file.path, forKey: Place(device: status.st_dev, inode: status.st_ino)) {
                throw UnusableInput(
                    "--report: \(former) and \(file.path) are one file, and two reports do not fit in it")
            }
        }
    }

    private struct Place: Hashable {
        let device: dev_t
        let inode: ino_t

        init(device: dev_t, inode: ino_t) {
            self.device = device
            self.inode = inode
        }

        /// Where a path leads; nil where nothing is there.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(device: status.st_dev, inode: status.st_ino)
        }
    }

    /// Writes the reports.
    ///
    /// - Throws: `FileError` of the first that cannot be written; the others still are.
    func write(_ report: RunReport) throws {
        var problem: (any Error)?
        for file in files {
            let text = file.format.text(report) { TextReport(verbose: true).text($0) }
            do { try Files.write(Data(text.utf8), to: file.path) } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
    }
}
