import Model
import Testing

/// Keys are equal in every run, also where several threads race and names are of chance.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 3))) struct KeyTests {
    private func keys(_ argv: [String], runs: Int) throws -> Set<[String]> {
        Set(try (0..<runs).map { _ in try record(of: plan(argv)).operations.map(\.key).sorted() })
    }

    @Test func ofNamespacesThatEightThreadsMake() throws {
        let all = try keys(
            python(
                """
                import os, threading
                def work(number):
                    for _ in range(5):
                        os.unshare(os.CLONE_NEWNET) if hasattr(os, 'unshare') else libc.unshare(0x40000000)
                        os.mkdir('/run/%d-%d' % (number, _))
                import ctypes
                libc = ctypes.CDLL(None)
                threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
                [t.start() for t in threads]
                [t.join() for t in threads]
                """), runs: 10)
        #expect(all.count == 1)
        #expect(all.first?.count { $0.contains("netns.create") } == 40)
        #expect(all.first?.contains { $0.contains("netns.create(ns(python3~8)#5)") } == true)
    }

    @Test func ofTemporaryFiles() throws {
        let all = try keys(
            shell(
                """
                echo x > /etc/some; sed -i s/x/y/ /etc/some
                f=$(mktemp); echo y > $f; rm $f
                python3 -c "import tempfile; tempfile.NamedTemporaryFile().close(); tempfile.TemporaryDirectory().cleanup()"
                """), runs: 10)
        #expect(all.count == 1)
        #expect(all.first?.contains { $0.contains("file.create(/etc/sed* type file)") } == true)
        #expect(all.first?.contains { $0.contains("file.rename(/etc/sed* to /etc/some)") } == true)
    }

    /// Messages of one send that come after the one that was held begin when it goes on.
    @Test func messagesBehindAHeldOneBeginLater() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import socket, struct
                    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
                    def message(number):
                        name = b'b%d\\0\\0' % number
                        info = struct.pack('=HH', 11, 1) + b'bridge\\0\\0'
                        body = struct.pack('=BBHiII', 0, 0, 0, 0, 0, 0)
                        body += struct.pack('=HH', 8, 3) + name + struct.pack('=HH', 4 + len(info), 18) + info
                        return struct.pack('=IHHII', 16 + len(body), 16, 0x605, number, 0) + body
                    s.send(b''.join(message(n) for n in range(1, 4)))
                    for n in range(3): s.recv(65536)
                    """),
                faults: [before(Phrase("link.create", "b2"), Phrase("delay", "20ms"))]))
        let created = record.operations("link.create")
        let fault = record.header.deliveries.first
        #expect(created.map(\.phrase.argument) == ["b1", "b2", "b3"])
        #expect((created.first?.started ?? 0) <= (fault?.time ?? 0))
        #expect((created.last?.started ?? 0) >= (fault?.time ?? 0) + (fault?.held ?? 0))
    }
}
