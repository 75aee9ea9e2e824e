import Glibc
import Model
import Testing

/// Looking whether a file is there waits for nobody whom we hold, and follows links as the agent's own calls do.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 1))) struct FileLookupTests {
    private static let hasFUSE = access("/dev/fuse", R_OK | W_OK) == 0

    /// The server of a FUSE file system is stopped at a call of its own while its client is held at an open.
    @Test(.needsCompiler, .enabled(if: hasFUSE, "needs /dev/fuse")) func aServerThatIsTracedIsNotWaitedFor() throws {
        let argv = [try TestProgram.built("served")]
        let native = try TestProgram.nativeOutput(argv)
        let record = try record(of: plan(argv))
        #expect(record.header.error == nil)
        #expect(record.attempt?.end == .exited(0))
        #expect(record.attempt?.output == native)
        #expect(record.header.notes.contains { $0.contains("did not say in time") })
        #expect(record.operations("file.open").map(\.phrase.argument) == ["/tmp/served/there"])
    }

    @Test func aProgramBehindAnAbsoluteLinkIsFound() throws {
        let record = try record(
            of: plan(
                shell(
                    """
                    mkdir /tmp/programs /run/links
                    cp /bin/true /tmp/programs/one
                    ln -s /tmp/programs /run/links/first
                    ln -s /run/links/first/one /tmp/second
                    /run/links/first/one && /tmp/second
                    """)))
        #expect(record.attempt?.end == .exited(0))
        let executed = record.operations("exec").map(\.phrase.argument)
        #expect(executed.contains("/run/links/first/one"))
        #expect(executed.contains("/tmp/second"))
    }
}
