import Glibc
import Model
import Testing

/// The world keeps a namespace open, or lets notices be lost: what an agent then meets is the kernel's own.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WorldHoldTests {
    /// With a namespace that is held its devices live on, and so do their other ends, until it is let go.
    @Test(arguments: [true, false]) func aNamespaceThatIsHeldKeepsItsDevices(isLetGo: Bool) throws {
        let agent = python(
            """
            import os, subprocess, time
            subprocess.run(['ip', 'netns', 'del', 'pod'], check=True)
            for name in ('/run/first', '/run/second'):
                os.mkdir(name)
                end = time.monotonic() + 1
                while os.path.exists('/sys/class/net/veth0') and time.monotonic() < end: time.sleep(0.02)
                print('there' if os.path.exists('/sys/class/net/veth0') else 'gone')
            """)
        var plan = plan(agent)
        plan.host.namespaces = ["pod"]
        plan.host.links = [
            LinkSpecification(
                end: LinkSpecification.End(name: "veth0"), peer: LinkSpecification.End(name: "eth0", namespace: "pod"))
        ]
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("netns.unmount", "pod")),
                actions: [bound(Phrase("netns.hold", "pod"))],
                until: isLetGo ? .point(Point(.before, Phrase("file.create", "/run/second"))) : nil)
        ]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.deliveries.first?.effect == .changed("the namespace pod was opened, and is kept open"))
        #expect(record.attempt?.output == (isLetGo ? "there\ngone\n" : "there\nthere\n"))
        let left = record.end?.byIdentity[Fact.Identity(noun: "netns", name: "pod (deleted)")]
        #expect(left?.attributes["holder"] == (isLetGo ? nil : "unknown"))
    }

    /// Whoever waits for notices is told ENOBUFS once, reads what its queue still holds, and is told of what comes then.
    @Test func whoLosesNoticesIsToldSo() throws {
        let agent = python(
            """
            import os, socket, subprocess
            notices = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            notices.bind((0, 0x10))
            os.mkdir('/run/x')
            notices.settimeout(2)
            told = 0
            while True:
                try: notices.recv(65536)
                except BlockingIOError: break
                except TimeoutError: break
                except OSError as error: print(os.strerror(error.errno))
                else: told += 1
                if told: notices.setblocking(False)
            subprocess.run(['ip', 'address', 'add', '192.0.2.9/32', 'dev', 'lo'], check=True)
            print(told > 50, len(notices.recv(65536)) > 0)
            """)
        var plan = plan(agent)
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("file.create", "/run/x")),
                actions: [bound(Phrase("overflow", "5"))])
        ]
        let record = try record(of: plan)
        #expect(record.header.error == nil && record.header.deliveries.map(\.failure) == [nil])
        #expect(
            record.attempt?.output == "No buffer space available\nTrue True\n", "\(String(describing: record.attempt))")
        let end = record.end?.facts.filter { $0.identity.namespace == "host" && $0.identity.noun == "address" }
        #expect(end?.map(\.identity.name) == ["127.0.0.1/8 dev lo", "192.0.2.9/32 dev lo", "::1/128 dev lo"])
    }

    @Test func whereNobodyWaitsNothingIsLost() throws {
        var plan = plan(["mkdir", "/run/x"])
        plan.faults = [
            Fault(
                name: "fault", point: Point(.before, Phrase("file.create", "/run/x")),
                actions: [bound(Phrase("overflow", "5"))])
        ]
        let failure = try record(of: plan).header.deliveries.first?.failure
        #expect(failure?.hasPrefix("after 20000 changes 0 notices were lost in host: nobody there waits") == true)
    }
}
