import Glibc
import Model
import Testing

/// Faults reach the agent exactly where they are placed, and the kernel has or has not acted as they say.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct DeliveryTests {
    @Test func killBeforeKeepsTheCallFromHappening() throws {
        let record = try record(
            of: plan(
                ["ip", "netns", "add", "demo"],
                faults: [before(Phrase("netns.name", "demo"), Phrase("kill", "process"))]))
        #expect(record.attempt?.end == .signalled(SIGKILL))
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(
            record.end?.facts.contains { $0.identity.noun == "netns" && $0.attributes["state"] == "dead" } == true)
        #expect(record.attempt?.deaths.allSatisfy(\.byTocsin) == true)
    }

    @Test func killAfterLetsItHappen() throws {
        let record = try record(
            of: plan(
                ["ip", "netns", "del", "pod"],
                faults: [after(Phrase("netns.unmount", "pod"), Phrase("kill", "process"))]))
        #expect(record.header.deliveries.count == 1)
        #expect(
            record.end?.facts.contains { $0.identity.name == "pod" && $0.attributes["state"] == "dead" } == true)
    }

    @Test func aPlainCallFailsWithoutBeingMade() throws {
        let record = try record(
            of: plan(
                ["ip", "netns", "add", "demo"],
                faults: [before(Phrase("netns.name", "demo"), Phrase("fail", "EPERM"))]))
        #expect(record.attempt?.errorOutput.contains("Operation not permitted") == true)
        #expect(record.header.deliveries.count == 1)
        #expect(record.operations("netns.name").map(\.result) == [.failed(ErrorNumber(EPERM))])
    }

    /// Behind a call that a fault answered stand the points that name its result.
    @Test func afterAFailedCallIsAPointToo() throws {
        var second = after(
            Phrase("file.create", "/srv/n", ["result": "EACCES"]), Phrase("file.write", "/srv/seen", ["text": "x"]))
        second.name = "second"
        let record = try record(
            of: plan(
                shell("mkdir /srv/n; cat /srv/seen"),
                faults: [before(Phrase("file.create", "/srv/n"), Phrase("fail", "EACCES")), second]))
        #expect(record.header.deliveries.map(\.fault) == ["fault", "second"])
        #expect(record.header.deliveries.map(\.failure) == [nil, nil])
        #expect(record.operations("file.create").map(\.result) == [.failed(ErrorNumber(EACCES))])
        #expect(record.attempt?.output == "x")
    }

    /// A socket takes a request by write(2) and writev(2) as by send(2).
    @Test(arguments: ["write(s.fileno(), m)", "writev(s.fileno(), [m[:20], m[20:]])"])
    func aRequestThatIsWrittenIsSeenAndFails(call: String) throws {
        let text = """
            import os, socket, struct
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            for n in range(2):
                m = struct.pack('=IHHII' 'BxHiII' 'HH4s' 'HH' 'HH8s', 56, 16, 0x605, n, 0, 0, 0, 0, 0, 0, 7, 3, b'd%d' % n,
                                16, 18, 10, 1, b'bridge')
                os.\(call)
                print(-struct.unpack_from('=i', s.recv(4096), 16)[0])
            """
        let record = try record(
            of: plan(python(text), faults: [before(Phrase("link.create", "d1"), Phrase("fail", "EBUSY"))]))
        #expect(record.operations("link.create").map(\.phrase.argument) == ["d0", "d1"])
        #expect(record.operations("link.create").map(\.result) == [.ok, .failed(ErrorNumber(EBUSY))])
        #expect(record.attempt?.output == "0\n\(EBUSY)\n")
    }

    @Test func aRequestFailsWithErrnoAndText() throws {
        let record = try record(
            of: plan(
                ["ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"],
                faults: [
                    before(Phrase("link.create", "v0"), Phrase("fail", "EBUSY", ["message": "injected here"]))
                ]))
        #expect(record.attempt?.errorOutput == "Error: injected here.\n")
        #expect(record.attempt?.end == .exited(2))
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.operations("link.create").map(\.result) == [.failed(ErrorNumber(EBUSY))])
        #expect(record.end?.facts.contains { $0.identity.name == "v0" } == false)
    }

    @Test func exactlyTheThirdOfFiveFails() throws {
        let lines = (1...5).map { "link add b\($0) type bridge" }.joined(separator: "\\n")
        let record = try record(
            of: plan(
                shell("printf '\(lines)\\n' | ip -force -batch -"),
                faults: [before(Phrase("link.create", "*"), nth: 3, Phrase("fail", "ENOSPC"))]))
        let links = Set(record.end?.facts.filter { $0.identity.noun == "link" }.map(\.identity.name) ?? [])
        #expect(links.isSuperset(of: ["b1", "b2", "b4", "b5"]))
        #expect(!links.contains("b3"))
        #expect(record.attempt?.errorOutput.contains("No space left on device") == true)
    }

    @Test func aNftBatchFailsWhole() throws {
        let record = try record(
            of: plan(
                ["nft", "add table ip a; add table ip b"],
                faults: [before(Phrase("nft.commit", "*"), Phrase("fail", "EBUSY"))]))
        #expect(record.attempt?.end == .exited(1))
        #expect(record.attempt?.errorOutput.contains("Device or resource busy") == true)
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.end?.facts.contains { $0.identity.noun == "nft" } == false)
    }

    /// The answer is read by another thread, which was in recv before the request was sent.
    @Test func aBlockedReceiverReadsTheFailure() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import socket, struct, threading, time
                    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
                    s.bind((0, 0))
                    answer = []
                    t = threading.Thread(target=lambda: answer.append(s.recv(65536)))
                    t.start()
                    while open('/proc/self/task/%d/wchan' % t.native_id).read() in ('', '0'): time.sleep(0.01)
                    name = b'br9\\0'
                    kind = b'bridge\\0\\0'
                    info = struct.pack('=HH', 4 + 7, 1) + kind
                    body = struct.pack('=BBHiII', 0, 0, 0, 0, 0, 0)
                    body += struct.pack('=HH', 8, 3) + name + struct.pack('=HH', 4 + len(info), 18) + info
                    s.send(struct.pack('=IHHII', 16 + len(body), 16, 0x605, 7, 0) + body)
                    t.join()
                    print(struct.unpack_from('=i', answer[0], 16)[0])
                    """),
                faults: [before(Phrase("link.create", "br9"), Phrase("fail", "EBUSY"))]))
        #expect(record.attempt?.output == "-16\n")
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.end?.facts.contains { $0.identity.name == "br9" } == false)
    }

    @Test func namespacesAreDeletedUnmountedAndReplaced() throws {
        for (verb, state) in [("delete", nil), ("unmount", "dead"), ("replace", "mounted")] as [(String, String?)] {
            let record = try record(
                of: plan(
                    ["ip", "netns", "exec", "pod", "true"],
                    faults: [before(Phrase("netns.open", "pod"), Phrase("netns.\(verb)", "pod"))]))
            #expect(record.header.deliveries.map(\.failure) == [nil])
            #expect(record.header.deliveries.first?.removed == ["pod"])
            #expect(record.header.deliveries.first?.effect.description.contains("gone after") == true)
            let fact = record.end?.facts.first { $0.identity.noun == "netns" && $0.identity.name == "pod" }
            #expect(fact?.attributes["state"] == state)
            #expect(record.attempt?.end == .exited(verb == "replace" ? 0 : 255))
        }
    }

    @Test func aNamespaceThatTheAgentHoldsLivesOn() throws {
        let record = try record(
            of: plan(
                ["ip", "netns", "exec", "pod", "true"],
                faults: [before(Phrase("netns.enter", "pod"), Phrase("netns.delete", "pod"))]))
        #expect(record.attempt?.end == .exited(0))
        #expect(record.header.deliveries.first?.effect.description.contains("it lives on, held by") == true)
    }

    @Test func whatDidNotFireIsNamedWithTheNearest() throws {
        let record = try record(
            of: plan(
                ["ip", "netns", "add", "demo"],
                faults: [before(Phrase("netns.name", "other"), Phrase("kill", "process"))]))
        #expect(record.header.deliveries.isEmpty)
        #expect(record.header.undelivered.count == 1)
        #expect(record.header.undelivered.first?.contains("the nearest: run / ip / netns.name(demo)") == true)
    }

    /// `kill: all` ends every process of the agent; `main` its first alone.
    @Test func victimsAreChosen() throws {
        for (who, deaths) in [("main", 1), ("process", 1), ("all", 3)] {
            let record = try record(
                of: plan(
                    shell("sleep 0.3 & ip netns add demo; wait; true"),
                    faults: [before(Phrase("netns.name", "demo"), Phrase("kill", who))]))
            #expect(record.header.deliveries.map(\.failure) == [nil])
            #expect(record.attempt?.deaths.count == deaths, "\(who)")
        }
    }

    /// The kernel itself refuses what needs a descriptor more, to children too, and gives it when the limit is taken back.
    @Test func aLimitOfDescriptorsIsTheKernels() throws {
        let agent = python(
            """
            import os, socket
            os.mkdir('/run/begin')
            for call in (lambda: open('/etc/hostname'), lambda: socket.socket(), lambda: os.dup(1)):
                try: call()
                except OSError as error: print(error.errno, flush=True)
            os.mkdir('/run/end')
            print(open('/proc/self/limits').read().split('Max open files')[1].split()[0])
            """)
        var plan = plan(agent)
        plan.faults = [before(Phrase("file.create", "/run/begin"), Phrase("limit", "files", ["to": "3"]))]
        plan.faults[0].until = .point(Point(.before, Phrase("file.create", "/run/end")))
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        let lines = record.attempt?.output.split(separator: "\n").map(String.init) ?? []
        #expect(lines.prefix(3) == ["\(EMFILE)", "\(EMFILE)", "\(EMFILE)"])
        let former = try #require(lines.last)
        let said = "python3 may have 3 descriptors; it might have \(former)"
        #expect(record.header.deliveries.first?.effect == .changed(said))
    }

    /// The agent reads what the kernel gives where links change between two datagrams: the flag on the first message of one.
    @Test func anInterruptedDumpIsTheKernels() throws {
        let agent = python(
            """
            import socket, struct
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            s.bind((0, 0))
            s.send(struct.pack('IHHII', 32, 18, 0x301, 7, 0) + bytes(16))
            done = False
            while not done:
                data = s.recv(65536)
                flags, at = [], 0
                while at < len(data):
                    length, kind, flag, seq, pid = struct.unpack_from('IHHII', data, at)
                    flags.append(flag & 0x10)
                    done = done or kind == 3
                    at += (length + 3) & ~3
                print('last' if done else 'part', [place for place, flag in enumerate(flags) if flag], flush=True)
            """)
        for commands in [agent, ["ip", "link", "show"]] {
            let record = try record(
                of: plan(commands, faults: [before(Phrase("link.list", "all"), Phrase("dump", "interrupted"))]))
            #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
            if commands == agent {
                let lines = record.attempt?.output.split(separator: "\n") ?? []
                #expect(lines.count > 1 && lines.last == "last [0]")
                #expect(lines.dropLast().allSatisfy { $0 == "part []" })
            } else {
                #expect(record.attempt?.errorOutput.contains("Dump was interrupted") == true)
            }
        }
    }

    /// Of a list that ends early the agent reads what the kernel gives where an object is too large.
    ///
    /// There are fewer objects, and the error at the end; ip(8) knows it.
    @Test func aShortDumpIsTheKernels() throws {
        let agent = python(
            """
            import socket, struct
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            s.bind((0, 0))
            s.send(struct.pack('IHHII', 32, 18, 0x301, 7, 0) + bytes(16))
            count, done = 0, None
            while done is None:
                data, at = s.recv(65536), 0
                while at < len(data):
                    length, kind, flag, seq, pid = struct.unpack_from('IHHII', data, at)
                    if kind == 3: done = struct.unpack_from('i', data, at + 16)[0]
                    else: count += 1
                    at += (length + 3) & ~3
            print(count, done)
            """)
        let whole = try record(of: plan(agent))
        #expect(whole.attempt?.output == "1 0\n")
        let short = try record(
            of: plan(agent, faults: [before(Phrase("link.list", "all"), Phrase("dump", "short"))]))
        let failure = short.header.deliveries.first?.failure
        // Some kernels send the end of such a list by itself: then nothing is pretended.
        #expect(short.attempt?.output == (failure == nil ? "0 -90\n" : "1 0\n"), "\(failure ?? "")")
        #expect(failure == nil || failure?.contains("a datagram of its own") == true)
        let ip = try record(
            of: plan(["ip", "link"], faults: [before(Phrase("link.list", "all"), Phrase("dump", "short"))]))
        if ip.header.deliveries.first?.failure == nil {
            #expect(ip.attempt?.errorOutput.contains("Buffer too small for object") == true)
        }
    }

    /// Where the kernel could not be interrupted, nothing is pretended; some kernels send the end of such a list by itself.
    @Test func aDumpOfOneDatagramCannotBeInterrupted() throws {
        let record = try record(
            of: plan(["ip", "rule"], faults: [before(Phrase("rule.list", "all"), Phrase("dump", "interrupted"))]))
        let failure = try #require(record.header.deliveries.first).failure
        let reason = "the dump came in one datagram: the kernel cannot interrupt such a one"
        let wasTold = record.attempt?.errorOutput.contains("Dump was interrupted") == true
        #expect(wasTold ? failure == nil : failure == reason)
    }
}
