import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// The built program as a user calls it: what it says of what it cannot use, and with which status it ends.
final class ProgramTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func resultsThatAreAFileAreUnusable() throws {
        try Files.write(Data("text".utf8), to: "\(folder)/file")
        try refused(results: "\(folder)/file", because: "\(folder)/file/runs: cannot be made: Not a directory")
        try refused(results: "\(folder)/file/below", because: "Not a directory")
    }

    @Test func resultsWhereTheKernelKeepsNoFilesAreUnusable() throws {
        try refused(results: "/proc/tocsin", because: "/proc/tocsin: cannot be made: No such file or directory")
        try refused(results: "\(folder)/\(String(repeating: "x", count: 300))", because: "File name too long")
    }

    @Test func resultsOfAnotherUserAreUnusable() throws {
        try Files.makeFolder("\(folder)/theirs")
        chmod("\(folder)/theirs", 0o500)
        defer { chmod("\(folder)/theirs", 0o700) }
        // Root without the capability that lets it pass over permissions.
        if geteuid() == 0 { #expect(chown("\(folder)/theirs", 65534, 65534) == 0) }
        let drop = geteuid() == 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : []
        try refused(
            results: "\(folder)/theirs", because: "\(folder)/theirs/runs: cannot be made: Permission denied",
            with: drop)
    }

    @Test func aStoreThatIsNoneIsUnusable() throws {
        try Files.makeFolder("\(folder)/runs")
        let store = "\(folder)/tocsin.sqlite"
        try Files.write(Data(String(repeating: "no database ", count: 100).utf8), to: store)
        try refused(results: folder, because: "\(store): file is not a database")
        let show = try run(["show", "--results", folder])
        #expect(show.status == 2)
        #expect(show.errors.hasPrefix("error: \(store): file is not a database\nhint: `tocsin judge`"))
    }

    @Test(
        .enabled(
            if: [.sysAdmin, .netAdmin, .sysPtrace].allSatisfy { Capabilities.has($0) },
            "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"),
        arguments: [
            ([], "", 1), (["--patience", "3"], "", 0), ([], "3", 0), (["--patience", "0"], "", 2), ([], "x", 2),
        ])
    func aSlowMachineIsGivenItsTime(arguments: [String], variable: String, status: Int32) throws {
        let scenario = "\(folder)/x.yaml"
        try Files.write(
            Data(
                """
                tocsin: 1
                title: x
                agents: { a: { commands: { b: { run: [sleep, "0.8"], timeout: 500ms } } } }
                steps: [{ run: b }]

                """.utf8), to: scenario)
        let result = try run(
            ["run", "--results", "\(folder)/results", scenario] + arguments,
            with: ["env", "TOCSIN_PATIENCE=\(variable)"])
        #expect(result.status == status, "\(result.errors)")
    }

    @Test func aCurrentFolderThatWasRemovedIsUnusable() throws {
        try Files.makeFolder("\(folder)/gone")
        let script = "cd '\(folder)/gone' && rmdir '\(folder)/gone' && exec \"$0\" \"$@\""
        let scenario = "\(folder)/x.yaml"
        let text =
            "tocsin: 1\ntitle: x\nagents: { a: { commands: { b: { run: [/bin/true] } } } }\nsteps: [{ run: b }]\n"
        try Files.write(Data(text.utf8), to: scenario)
        try refused(
            results: "results", because: "results: cannot be made", with: ["sh", "-c", script], arguments: [scenario])
        #expect(!Files.exists("/results"))
    }

    /// Swift reads the arguments there; without them a command would be help, and help is a success.
    @Test(
        .enabled(if: Capabilities.has(.sysAdmin), "needs CAP_SYS_ADMIN"),
        arguments: [["validate", "no-such.yaml"], []])
    func withoutProcNothingIsASuccess(arguments: [String]) throws {
        let script = "mount -t tmpfs none /proc && exec \"$0\" \"$@\""
        let result = try run(arguments, with: ["unshare", "-m", "sh", "-c", script])
        #expect(result.status == 3)
        #expect(result.errors == "error: /proc is not mounted: the arguments of this command cannot be read\n")
    }

    static let unusable: [[String]] = [
        ["run", "no-such.yaml"], ["run", "/proc/self/mem"], ["validate", "/dev/null/x"], ["judge", "/no/such"],
        ["judge", "/dev/null"], ["show", "no-such-run"], ["trace", "no-such.yaml"], ["provision", "no-such.yaml"],
        ["show", "1", "latest"], ["show", "--report", "html"], ["show", "--report", "pdf=x"],
        ["show", "--report", "html="],
        ["judge", "/tmp", "--report", "html=/no/such/folder/x"], ["run", "--report", "json=/dev/null/x", "--", "true"],
        ["run"], ["no-such-verb"], ["run", "--only", "x", "no-such.yaml"],
    ]

    @Test(arguments: unusable) func whatCannotBeUsedIsNeitherAFindingNorAPass(arguments: [String]) throws {
        let result = try run(arguments + (arguments[0] == "show" ? ["--results", folder] : []))
        #expect(result.status == 2, "\(arguments): \(result.errors)")
        #expect(!result.errors.isEmpty)
    }

    @Test func recordsThatAreDamagedAreNamed() throws {
        try Files.write(Data("{\"scenario\":".utf8), to: "\(folder)/plan.json")
        let result = try run(["judge", folder])
        #expect(result.errors == "error: \(folder)/plan.json cannot be read: no JSON, or only a part of it\n")
        #expect(result.status == 2)
    }

    @Test func resultsThatCannotBeWrittenAreNoSuccess() throws {
        let result = try run(["validate", "--schema"], output: "/dev/full")
        #expect(result.status == 3)
        #expect(result.errors == "error: standard output cannot be written: No space left on device\n")
    }

    @Test func whoReadsNoFurtherEndsNothing() throws {
        // The reader is gone before anything is written; without its pipe a process would die of SIGPIPE.
        let words = ["bash", "-c", "exec > >(exec true); sleep 0.3; \"$0\" validate --schema", try builtTocsin()]
        #expect(try Spawn.execute(words) == .exited(0))
    }

    // MARK: - Support

    private struct Result {
        var status: Int32?
        var errors: String
    }

    private func run(_ arguments: [String], output: String = "/dev/null", with prefix: [String] = []) throws -> Result {
        let errors = "\(folder)/errors-\(UUID().uuidString)"
        defer { unlink(errors) }
        let words = ["sh", "-c", "exec \"$@\" >'\(output)' 2>'\(errors)'", "sh"] + prefix
        let end = try Spawn.execute(words + [try builtTocsin()] + arguments)
        guard case .exited(let status) = end else { return Result(status: nil, errors: "\(end)") }
        let text = try readFile(errors)
        for word in ["NSCocoa", "Error Domain", "SELECT", "DecodingError", "UserInfo"] {
            #expect(!text.contains(word), "\(arguments): \(text)")
        }
        return Result(status: status, errors: text)
    }

    /// That a run is refused, before anything runs, with one line and a hint.
    private func refused(
        results: String, because reason: String, with prefix: [String] = [], arguments: [String] = ["--", "true"]
    ) throws {
        let result = try run(["run", "--results", results] + arguments, with: prefix)
        #expect(result.status == 2, "\(result.errors)")
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(result.errors)")
        #expect(lines.first?.hasPrefix("error: the results cannot be kept: ") == true)
        #expect(lines.first?.contains(reason) == true, "\(result.errors)")
        #expect(lines.last == "hint: --results DIR, or TOCSIN_RESULTS, names another folder")
    }
}
