import Testing

/// A signal is blocked while the main process works; what takes too long is ended by the kernel's timer.
@Suite(.needsCompiler) struct SignalWaitTests {
    @Test func whoWorksOnIsEndedWithItsLine() throws {
        let result = try TestProgram.run([try TestProgram.built("waiting"), "long"])
        #expect(result.output == "ended while it worked\n")
        #expect(result.status >> 8 & 0xff == 128 + 15)
    }

    @Test func whoseWorkHasEndedIsNot() throws {
        let result = try TestProgram.run([try TestProgram.built("waiting"), "ended"])
        #expect(result.output == "done\n")
        #expect(result.status == 0)
    }
}
