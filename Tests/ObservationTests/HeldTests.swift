import Model
import Testing

@testable import Observation

/// Locks and sockets, as the kernel's files say them.
@Suite struct HeldTests {
    @Test func aLockIsReadFromTheLineOfADescriptor() throws {
        let whole = try #require(HeldLocks.Lock("lock:\t1: FLOCK  ADVISORY  WRITE 7 00:1f:1234 0 EOF"))
        #expect((whole.type, whole.mode) == ("flock", "write") && whole.range == nil)
        let part = try #require(HeldLocks.Lock("lock:\t2: POSIX  ADVISORY  READ 0 00:1f:1234 5 14"))
        #expect((part.type, part.mode) == ("posix", "read") && part.range == "5-14")
        #expect(HeldLocks.Lock("lock:\t1: OFDLCK ADVISORY  WRITE -1 00:1f:1234 0 EOF")?.type == "ofd")
    }

    @Test(arguments: ["pos:\t0", "lock:\t1: LEASE  ACTIVE    READ 7 00:1f:1234 0 EOF", ""])
    func whatIsNoLockIsNone(line: String) { #expect(HeldLocks.Lock(line[...]) == nil) }

    @Test func aSocketIsReadFromTheLineOfTheNamespace() throws {
        let first = "ffff9c0e: 00000002 00000000 00010000 0001 01 12345 /run/a b.sock"
        let line = try #require(BoundSockets.Line(first[...]))
        #expect(line.name == "/run/a b.sock" && line.type == "stream" && line.isListening && line.inode == "12345")
        let log = "ffff9c0e: 00000002 00000000 00000000 0002 01 7 @log"
        #expect(try #require(BoundSockets.Line(log[...])).name == "@log")
    }

    @Test(arguments: [
        "Num       RefCount Protocol Flags    Type St Inode Path",
        // Without a name, an accepted connection, and a name that the kernel chose.
        "ffff9c0e: 00000002 00000000 00010000 0001 01 7",
        "ffff9c0e: 00000003 00000000 00000000 0001 03 7 /run/x.sock",
        "ffff9c0e: 00000002 00000000 00000000 0002 01 7 @0002a",
    ])
    func whatWaitsForNobodyIsNone(line: String) { #expect(BoundSockets.Line(line[...]) == nil) }
}

/// The same of a real host.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct HeldObjectTests {
    @Test func locksAndSocketsAreThereAsLongAsTheirHolders() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            // The first lock was made by a process that has ended: who inherited it holds it.
            try host.run(
                #"""
                ip netns add pod
                sh -c 'exec 9>/run/inherited; flock 9; sleep 1000 >/dev/null &'
                cat > /run/agent.py <<'X'
                import fcntl, socket, time
                lock = open("/run/lock", "w+")
                fcntl.lockf(lock, fcntl.LOCK_EX, 10, 5)
                listening = socket.socket(socket.AF_UNIX)
                listening.bind("/run/s")
                listening.listen()
                bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                bound.bind("\0lab")
                open("/run/done", "w")
                time.sleep(1000)
                X
                ip netns exec pod python3 -B /run/agent.py >/dev/null &
                until [ -e /run/done ]; do sleep 0.1; done
                """#)
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            func held() throws -> [Fact] {
                try snapshotter.take().facts.filter { ["lock", "socket"].contains($0.identity.noun) }
            }
            let sockets = [
                Fact("socket", "/run/s", in: "pod", ["type": "stream", "state": "listening", "holder": "python3"]),
                Fact("socket", "@lab", in: "pod", ["type": "dgram", "state": "bound", "holder": "python3"]),
            ]
            #expect(try held() == sockets)
            snapshotter.looksForLocks = true
            let locks = [
                Fact("lock", "/run/inherited", ["type": "flock", "mode": "write", "holder": "sleep"]),
                Fact(
                    "lock", "/run/lock",
                    ["type": "posix", "mode": "write", "range": "5-14", "holder": "python3"]),
            ]
            #expect(try held() == locks + sockets)
            try host.run("pkill sleep; pkill python3; sleep 0.3")
            #expect(try held().isEmpty)
        }
    }
}
