import FoundationEssentials
import Glibc
import Model
import Testing

/// C programs of Tests/Programs, compiled where a test first needs them, and run natively or under Tocsin.
enum TestProgram {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    /// The path of a program; a host shows the folder, for it is not below /tmp.
    static func built(_ name: String) throws -> String {
        let folder = root.appending(path: ".build/test-programs", directoryHint: .isDirectory).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let program = "\(folder)/\(name)"
        let source = root.appending(path: "Tests/Programs/\(name).c").path
        let compiled = try run(["/usr/bin/cc", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program, source])
        guard compiled.status == 0 else { throw WorkerFailure(description: compiled.output) }
        return program
    }

    /// What a program prints in a network namespace of its own, without Tocsin.
    static func nativeOutput(_ argv: [String]) throws -> String {
        let result = try run(["/usr/bin/unshare", "--net", "--mount", "--fork", "--pid", "--mount-proc"] + argv)
        guard result.status == 0 else {
            throw WorkerFailure(description: "\(argv) ended with \(result.status): \(result.output)")
        }
        return result.output
    }

    /// Runs a program natively: the status of wait(2), and what it said.
    static func run(_ argv: [String]) throws -> (status: Int32, output: String) {
        let words = argv.map { "'" + $0 + "'" }.joined(separator: " ")
        guard let stream = popen("PATH=/usr/sbin:/usr/bin:/sbin:/bin \(words) 2>&1", "r") else {
            throw WorkerFailure(description: "popen: \(errno)")
        }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            output += buffer[..<count]
        }
        let status = pclose(stream)
        return (status, String(decoding: output, as: UTF8.self))
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where C programs can be compiled.
    static var needsCompiler: Self { .enabled(if: TestProgram.hasCompiler, "needs /usr/bin/cc") }
}
