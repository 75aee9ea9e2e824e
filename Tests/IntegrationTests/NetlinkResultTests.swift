import Glibc
import Model
import Testing

/// What a program reads from its netlink sockets is what it reads without Tocsin, and each result is known, or said to be unknown.
@Suite(.needsHost, .needsCompiler, .serialized, .timeLimit(.patient(minutes: 3))) struct NetlinkResultTests {
    /// The program, natively and traced, with these results of its requests.
    private func compare(
        _ name: String, _ words: Set<String>, faults: [Fault] = [], threads: Bool = false
    ) throws -> (record: Record, results: [String]) {
        let argv = [try TestProgram.built("netlink"), name]
        let native = try TestProgram.nativeOutput(argv)
        let record = try record(of: plan(argv, faults: faults))
        #expect(record.header.error == nil)
        #expect(record.attempt?.end == .exited(0))
        #expect(record.attempt?.output == native)
        let own = record.operations.filter { $0.program == "netlink" && words.contains($0.phrase.word) }
        return (record, own.map(\.result.description))
    }

    private let routes: Set = ["route.add"]

    /// A peek makes the next part of a dump, and a large one makes it larger: getifaddrs(3) failed with four bridges.
    @Test func dumpsHaveTheSizesOfAnUntracedRun() throws {
        let (record, results) = try compare("dumps", ["link.list", "link.get"])
        #expect(results.count > 20)
        #expect(results.allSatisfy { $0 == "ok" })
        #expect(record.operations("link.create").count == 20)
    }

    /// ENOBUFS is told once, to whoever receives first: that must not be the tracer.
    @Test func anOverrunReachesTheAgent() throws {
        let (_, results) = try compare("overrun", ["link.get"])
        // The kernel had no room for the first answer: nobody will ever know it.
        #expect(results == ["unknown", "ok"])
    }

    @Test func requestsInFlightShareANumber() throws {
        let (_, results) = try compare("pipelined", routes)
        #expect(results == ["ok", "EEXIST", "ok", "EEXIST", "ok"])
    }

    /// The failure goes to the third request, though four bear its number.
    @Test func theRightOneOfThoseInFlightFails() throws {
        let argv = [try TestProgram.built("netlink"), "pipelined"]
        let fault = before(Phrase("route.add", "*"), nth: 3, Phrase("fail", "ENOSPC"))
        let record = try record(of: plan(argv, faults: [fault]))
        #expect(record.header.deliveries.map(\.failure) == [nil])
        let codes = (record.attempt?.output ?? "").split(separator: "\n").map { line in
            line.split(separator: " ").drop { $0 != "error" }.dropFirst().first.map(String.init) ?? ""
        }
        // The fourth is no duplicate then.
        #expect(codes == ["0", "-17", "-28", "0", "0"])
        #expect(record.operations("route.add").map(\.result.description) == ["ok", "EEXIST", "ENOSPC", "ok", "ok"])
    }

    @Test func anEventLoopAsksTwiceBeforeItReads() throws {
        let (_, results) = try compare("loop", routes)
        #expect(results.count == 100)
        #expect(!results.contains("unknown"))
        #expect(results.filter { $0 == "ENODEV" }.count == 10)
    }

    /// `after … result:` fires at the receive by which the answer is read, once; a point without a result after the send.
    @Test func pointsWithAResultFireWhereItIsRead() throws {
        let argv = [try TestProgram.built("netlink"), "loop"]
        let point = Phrase("route.add", "*", ["result": "ENODEV"])
        let fault = Fault(
            name: "fault", point: Point(.after, point, nth: .all), actions: [bound(Phrase("delay", "1ms"))])
        let late = try record(of: plan(argv, faults: [fault]))
        #expect(late.header.error == nil)
        #expect(late.header.deliveries.count == 10)
        let other = Fault(
            name: "fault", point: Point(.after, Phrase("route.add", "*"), nth: .all),
            actions: [bound(Phrase("delay", "1ms"))])
        let each = try record(of: plan(argv, faults: [other]))
        #expect(each.header.deliveries.count == 100)
    }

    @Test func requestsWithoutAcknowledgement() throws {
        let (_, results) = try compare("quiet", routes)
        #expect(results == ["ok", "ENODEV", "ok", "EEXIST", "ok"])
    }

    /// Another thread reads what the sender asked for: its receive calls are trapped from the first such send on.
    @Test func otherThreadsReadTheAnswers() throws {
        for _ in 0..<3 {
            let (_, results) = try compare("readers", routes)
            #expect(results.count == 200)
            #expect(!results.contains("unknown"))
            #expect(results.filter { $0 == "EEXIST" }.count == 50)
        }
    }

    @Test func threadsWithDescriptorsOfTheirOwn() throws {
        let (_, results) = try compare("table", routes)
        #expect(results == ["ok", "ok", "EEXIST"])
    }

    /// Before Linux 6.9 such a thread's sockets cannot be had: nothing is recorded, and that is said.
    @Test func whatCannotBeTakenIsSaid() throws {
        setenv("TOCSIN_PIDFD_THREAD", "no", 1)
        defer { unsetenv("TOCSIN_PIDFD_THREAD") }
        let (record, results) = try compare("table", routes)
        #expect(results == [])
        #expect(record.header.notes.contains { $0.contains("descriptors of its own") })
    }

    @Test func theFirstThreadEndsAndAnotherGoesOn() throws {
        let (_, results) = try compare("orphan", routes)
        #expect(results == ["ok", "ok", "EEXIST"])
    }

    @Test func manyMessagesInOneCall() throws {
        let (record, results) = try compare("many", routes)
        #expect(results.count == 70)
        #expect(results.filter { $0 == "EEXIST" }.count == 7)
        #expect(
            record.operations("link.get").filter { $0.program == "netlink" }.map(\.phrase.argument) == [
                "lo", "lo", "lo",
            ])
    }

    /// Every way of reading the answer shows the same bytes.
    ///
    /// Natively the second add of each route is refused; here it is made to fail with the same errno.
    @Test func aFailureIsReadInEveryWay() throws {
        let fault = Fault(
            name: "fault", point: Point(.before, Phrase("route.add", "*"), nth: .these((1...10).map { $0 * 2 })),
            actions: [bound(Phrase("fail", "EEXIST"))])
        let (record, results) = try compare("failed", routes, faults: [fault])
        #expect(record.header.deliveries.map(\.failure) == [String?](repeating: nil, count: 10))
        #expect(results.filter { $0 == "EEXIST" }.count == 10)
    }

    /// The receiver was blocked before the request was sent, and a receive with a time limit must not be interrupted.
    @Test func aBlockedReceiverWithALimitReadsTheFailure() throws {
        let fault = before(Phrase("route.add", "*"), nth: 2, Phrase("fail", "EEXIST"))
        let (record, _) = try compare("waiting", routes, faults: [fault])
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.disturbed == [])
    }

    /// Messages from one socket to another are no requests to the kernel.
    @Test func sendsToOtherSocketsAreNoRequests() throws {
        let (_, results) = try compare("restarted", routes)
        #expect(results == [])
    }
}
