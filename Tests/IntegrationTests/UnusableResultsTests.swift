import FoundationEssentials
import Kernel
import Model
import Testing

@testable import tocsin

/// Results on disks that take nothing, and several runs that begin in one new folder.
@Suite(.needsHost) final class UnusableResultsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a shell in a mount namespace of its own, with a small disk at `disk` and the program as `$tocsin`.
    private func shell(_ script: String) throws -> (end: WaitStatus, output: String) {
        try Files.makeFolder("\(folder)/disk")
        let setup =
            "exec >'\(folder)/output' 2>&1; tocsin='\(try builtProgram())'; cd '\(folder)';"
            + "mount -t tmpfs -o size=256k tmpfs disk || exit 99;"
        let end = try ProvisionCommand.execute(["unshare", "-m", "sh", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    @Test func aDiskThatCannotBeWrittenIsUnusable() throws {
        let result = try shell("mount -o remount,ro disk; \"$tocsin\" run --results disk/results -- /bin/true")
        #expect(result.end == .exited(2))
        #expect(result.output.contains("disk/results: cannot be made: Read-only file system\nhint: --results"))
    }

    @Test func aDiskThatIsFullIsUnusable() throws {
        let fill = "dd if=/dev/zero of=disk/fill bs=4k 2>/dev/null;"
        let result = try shell("\(fill) \"$tocsin\" run --results disk -- /bin/true")
        #expect(result.end == .exited(2))
        #expect(result.output.contains("disk/tocsin.sqlite: database or disk is full\nhint: --results"))
    }

    @Test func whatWasStoredIsShownFromADiskThatCannotBeWritten() throws {
        let script =
            "\"$tocsin\" run --results r -- /bin/true; echo $?;"
            + "mount --bind r r && mount -o remount,bind,ro r && \"$tocsin\" show --results r"
        let result = try shell(script)
        #expect(result.end == .exited(0), "\(result.output)")
        #expect(result.output.contains("\n0\n"))
    }

    @Test func severalRunsMayBeginInOneNewFolder() throws {
        for round in 1...3 {
            let one = "\"$tocsin\" run --jobs 1 --results r\(round) -- /bin/true >>log 2>&1 || echo \"failed: $?\""
            let all = (1...4).map { _ in "{ \(one); } &" }.joined(separator: " ")
            let result = try shell("\(all) wait; cat log")
            #expect(!result.output.contains("failed"), "\(result.output)")
        }
    }
}
