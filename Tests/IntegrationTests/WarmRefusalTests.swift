import Glibc
import Host
import Kernel
import Testing

@testable import Worker

/// Drivers that must not be forked into hosts, and what is said of them.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WarmRefusalTests {
    /// Why a driver is refused at its start; nothing of it may be left.
    private static func refusal(_ argv: [String], timeout: Duration = .seconds(10)) throws -> String {
        let warmDrivers = WarmDrivers()
        var said: [String] = []
        for _ in 0..<2 {
            do {
                _ = try warmDrivers.driver(
                    of: "driver", argv, environment: WarmDriverText.environment, directory: "/", timeout: timeout)
                throw BenchError(description: "it was not refused")
            } catch let error as WarmDriverError { said.append("\(error)") }
        }
        #expect(said[0] == said[1])
        #expect(try nothingIsLeft())
        return said[0]
    }

    @Test func threads() async {
        await #expect(processExitsWith: .success) { saying(Self.startWithThreads) }
    }

    private static func startWithThreads() throws {
        let thread = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
        #expect(
            try Self.refusal(WarmDriverText.argv(before: thread))
                == "the warm driver has 2 threads when it is ready; a fork keeps one")
    }

    @Test func descriptors() async {
        await #expect(processExitsWith: .success) { saying(Self.startWithDescriptors) }
    }

    private static func startWithDescriptors() throws {
        func held(_ text: String) throws -> String { try Self.refusal(WarmDriverText.argv(before: text)) }
        #expect(
            try held("held = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)").contains(
                "(a netlink socket of protocol 0)"))
        #expect(try held("held = open('/var/lib/held-by-driver', 'w'); os.unlink(held.name)").contains("/var/lib/held"))
        #expect(try held("import select; held = select.epoll()").contains("(anon_inode:[eventpoll])"))
        #expect(try held("held = os.open('/proc/self/ns/net', 0)").contains("(net:["))
        #expect(try held("held = socket.socketpair()").contains("(a unix socket), "))
    }

    @Test func driversThatAreNeverReady() async {
        await #expect(processExitsWith: .success) { saying(Self.startWhatIsNeverReady) }
    }

    private static func startWhatIsNeverReady() throws {
        #expect(try Self.refusal(["no-such-driver"]).contains("no-such-driver: not found"))
        #expect(try Self.refusal(["/etc/passwd"]).contains("Permission denied (EACCES)"))
        #expect(
            try Self.refusal(["python3", "-c", "import no_such_module"]).hasSuffix(
                "ended before it was ready; its last words: ModuleNotFoundError: No module named 'no_such_module'"))
        #expect(
            try Self.refusal(["sleep", "100"], timeout: .milliseconds(100)).contains("was not ready within 0.1 sec"))
        #expect(
            try Self.refusal(["bash", "-c", "echo hello >&$TOCSIN_WARM_FD; sleep 100"]).hasSuffix("true}: hello"))
    }

    /// What a fork comes to, and that the driver is then refused for good and the host dies all the same.
    private static func failure(_ argv: [String], forks: Int = 1, meanwhile: ((Int32) -> Void)? = nil) throws -> String
    {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers, argv)
        var said = ""
        for _ in 0..<forks {
            let bench = try WarmBench(warmDrivers)
            do { _ = try bench.fork(warmDriver, meanwhile: meanwhile) } catch { said = "\(error)" }
            try bench.destroy()
        }
        #expect(!warmDriver.isUsable)
        do {
            _ = try WarmDriverText.warmDriver(warmDrivers, argv)
            Issue.record("it was started again")
        } catch { #expect("\(error)" == said) }
        #expect(try nothingIsLeft())
        return said
    }

    @Test func descriptorsOfFormerHosts() async {
        await #expect(processExitsWith: .success) { saying(Self.forkWithFormerDescriptors) }
    }

    private static func forkWithFormerDescriptors() throws {
        let said = try Self.failure(WarmDriverText.argv(parent: "pass"), forks: 2)
        #expect(said.contains("holds what it must not hand on to hosts: "))
        #expect(said.contains("(pipe:["))
        #expect(said.contains("pidfd]"))
    }

    @Test func threadsAndChildrenOfItsOwn() async {
        await #expect(processExitsWith: .success) { saying(Self.forkWithOthers) }
    }

    private static func forkWithOthers() throws {
        let thread = "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
        #expect(
            try Self.failure(WarmDriverText.argv(parent: "close(); \(thread)"), forks: 2)
                == "the warm driver made a thread of its own")
        #expect(
            try Self.failure(WarmDriverText.argv(parent: "close(); subprocess.run(['true'])"), forks: 2)
                == "the warm driver made a child that nobody asked for")
    }

    @Test func wrongAnswers() async {
        await #expect(processExitsWith: .success) { saying(Self.answerWrongly) }
    }

    private static func answerWrongly() throws {
        func after(_ text: String) throws -> String {
            try Self.failure(WarmDriverText.argv(after: "socket.recv_fds(worker, 4096, 6); \(text)"))
        }
        let refused = try after("worker.sendall(b'{\"error\": \"not today\"}\\n')")
        #expect(refused == "the warm driver cannot fork: not today")
        #expect(try after("worker.sendall(b'7 8\\n')") == "the warm driver wrote what is no answer: 7 8")
        #expect(try after("worker.sendall(b'{\"pid\": 7}\\n')") == "the warm driver says that its child is 7, not []")
        #expect(try after("sys.exit('enough')").hasSuffix("its last words: enough"))
        #expect(try after("os.kill(os.getpid(), 9)") == "the warm driver was killed by signal 9")
        #expect(
            try after("print('bye', flush=True); worker.close(); os.read(os.pipe()[0], 1)")
                == "the warm driver closed its socket; its last words: bye")
        #expect(try after("os.execvp('sleep', ['sleep', '9'])") == "the warm driver executed another program")
    }

    @Test func childrenThatDieOnTheWay() async {
        await #expect(processExitsWith: .success) { saying(Self.killOnTheWay) }
    }

    private static func killOnTheWay() throws {
        #expect(
            try Self.failure(WarmDriverText.argv(), meanwhile: { kill($0, SIGKILL) }).contains("it ended before"))
    }

    @Test func aFolderThatIsNotThere() async {
        await #expect(processExitsWith: .success) { saying(Self.forkIntoNoFolder) }
    }

    private static func forkIntoNoFolder() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let bench = try WarmBench(warmDrivers)
        #expect(throws: WarmDriverError.self) { try bench.fork(warmDriver, in: "/no/such/folder") }
        guard case .injection(.refused(.directory, .noSuchFileOrDirectory))? = warmDriver.failure else {
            Issue.record("\(String(describing: warmDriver.failure))")
            return
        }
        try bench.destroy()
    }
}
