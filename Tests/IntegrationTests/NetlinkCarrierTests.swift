import Glibc
import Model
import Testing

/// By whichever call a request comes to the kernel, it is an operation; and one without a word is a point as any other.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct NetlinkCarrierTests {
    /// RTM_NEWLINK of a device of the type ifb, with NLM_F_CREATE, NLM_F_EXCL and NLM_F_ACK.
    private static let opening = """
        import ctypes, errno, os, socket, struct, sys, threading, time
        request = bytes.fromhex('2c000000100005060100000000000000000000000000000000000000000000000c0012000800010069666200')
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        s.bind((0, 0))
        libc = ctypes.CDLL(None, use_errno=True)
        class vector(ctypes.Structure): _fields_ = [('base', ctypes.c_char_p), ('length', ctypes.c_size_t)]
        def answer():
            got = s.recv(65536)
            kind, error = struct.unpack('=4xH10xi', got[:20])
            print(kind, errno.errorcode.get(-error, error))

        """

    private func made(_ record: Record) -> [String] {
        record.operations("link.create").map { "\($0.call) \($0.phrase.lineText) \($0.result)" }
    }

    @Test(arguments: [
        ("splice", "r, w = os.pipe(); os.write(w, request); os.splice(r, s.fileno(), 100)"),
        ("splice", "r, w = os.pipe(); [os.write(w, bytes([one])) for one in request]; os.splice(r, s.fileno(), 44)"),
        (
            "splice",
            """
            r, w = os.pipe(); one = vector(request, len(request))
            assert libc.vmsplice(w, ctypes.byref(one), 1, 0) == 44
            os.splice(r, s.fileno(), 44)
            """
        ),
        (
            "sendfile",
            """
            fd = os.open('/tmp/requests', os.O_RDWR | os.O_CREAT); os.write(fd, b'before' + request + b'behind')
            os.sendfile(s.fileno(), fd, 6, 44)
            """
        ),
        (
            "sendfile",
            """
            fd = os.memfd_create('requests'); os.write(fd, b'before' + request); os.lseek(fd, 6, 0)
            libc.sendfile(s.fileno(), fd, None, 44)
            """
        ),
    ])
    func whatComesOutOfAPipeOrAFileIsSeen(call: String, program: String) throws {
        let record = try record(of: plan(python(Self.opening + program + "\nanswer()")))
        #expect(record.header.error == nil && record.header.notes == [])
        #expect(record.attempt?.output == "2 0\n")
        #expect(made(record) == ["\(call) link.create ifb%d type ifb in host ok"])
    }

    /// Nobody can look at what is not there yet: it is said.
    @Test func aPipeThatIsFilledLaterIsSaid() throws {
        let record = try record(
            of: plan(
                python(
                    Self.opening + """
                        r, w = os.pipe()
                        threading.Thread(target=lambda: (time.sleep(0.2), os.write(w, request))).start()
                        os.splice(r, s.fileno(), 44)
                        answer()
                        """)))
        #expect(record.attempt?.output == "2 0\n")
        #expect(made(record) == [])
        #expect(record.header.notes.contains { $0.hasPrefix("python3 sends netlink requests by splice(2)") })
    }

    @Test func beforeASplicedRequestItsProcessCanBeKilled() throws {
        let program = "r, w = os.pipe(); os.write(w, request); os.splice(r, s.fileno(), 44)\nprint('sent')"
        let record = try record(
            of: plan(
                python(Self.opening + program), faults: [before(Phrase("link.create", "*"), Phrase("kill", "process"))])
        )
        #expect(record.header.error == nil && record.header.undelivered == [])
        #expect(record.attempt?.end == .signalled(SIGKILL) && record.attempt?.output == "")
        #expect(record.end?.facts.contains { $0.identity.noun == "link" && $0.identity.name.hasPrefix("ifb") } == false)
    }

    /// The request stands in no memory of the agent's: a run in which it was to fail is no evidence.
    @Test func aSplicedRequestThatIsToFailIsAnError() throws {
        let program = "r, w = os.pipe(); os.write(w, request); os.splice(r, s.fileno(), 44)\nanswer()"
        let record = try record(
            of: plan(
                python(Self.opening + program),
                faults: [before(Phrase("link.create", "*"), Phrase("fail", "EPERM"))]))
        #expect(record.header.error?.contains("cannot be written") == true)
    }

    // MARK: - Requests without a word

    /// RTM_GETSTATS of lo.
    private static let raw = """
        s.send(struct.pack('=IHHIIB3xII', 28, 94, 5, 7, 0, 0, 1, 1))
        answer()
        s.close()
        """

    @Test func whatHasNoWordIsCounted() throws {
        let record = try record(of: plan(python(Self.opening + Self.raw)))
        #expect(record.operations("raw.request").map(\.phrase.argument) == ["94"])
        #expect(record.header.notLookedAt?.lines == ["not decoded: raw.request 94 (1)"])
        #expect(record.attempt?.output == "92 0\n")
    }

    @Test func whatHasNoWordCanFail() throws {
        let record = try record(
            of: plan(
                python(Self.opening + Self.raw),
                faults: [before(Phrase("raw.request", "94"), Phrase("fail", "EOPNOTSUPP"))]))
        #expect(record.header.error == nil && record.header.undelivered == [])
        #expect(record.attempt?.output == "2 ENOTSUP\n")
        #expect(record.operations("raw.request").map(\.result) == [.failed(ErrorNumber(EOPNOTSUPP))])
    }

    @Test func atWhatHasNoWordAProcessCanBeKilledAndHeld() throws {
        let killed = try record(
            of: plan(
                python(Self.opening + Self.raw),
                faults: [before(Phrase("raw.request", "*"), Phrase("kill", "process"))]))
        #expect(killed.attempt?.end == .signalled(SIGKILL) && killed.attempt?.output == "")
        let held = try record(
            of: plan(
                python(Self.opening + Self.raw),
                faults: [after(Phrase("raw.request", "*"), Phrase("delay", "50ms"))]))
        #expect((held.header.deliveries.first?.held ?? 0) >= 50_000_000)
        #expect(held.attempt?.output == "92 0\n")
    }

    // MARK: - What no state compares

    @Test func whatNoStateComparesIsSaid() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import socket
                    a = socket.create_server(('127.0.0.1', 77)); b = socket.create_connection(('127.0.0.1', 77))
                    port = b.getsockname()[1]
                    import struct
                    s = socket.socket(16, 3, 4)
                    at = socket.inet_aton('127.0.0.1').ljust(16, b'\\0')
                    s.send(struct.pack('=IHHIIBBBxI', 72, 21, 5, 7, 0, 2, 6, 0, 0xffffffff)
                        + struct.pack('>HH', port, 77) + at + at + struct.pack('=III', 0, 0xffffffff, 0xffffffff))
                    print(struct.unpack('=i', s.recv(4096)[16:20])[0])
                    """)))
        #expect(record.attempt?.output == "0\n")
        #expect(record.operations("socket.destroy").map(\.result) == [.ok])
        #expect(record.header.notLookedAt?.lines == ["not compared: socket.destroy (1)"])
    }
}
