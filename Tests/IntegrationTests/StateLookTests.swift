import Glibc
import Model
import Testing

/// Looking at a file below an agent's state is an operation, by whichever way the path goes.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct StateLookTests {
    private static let opening = """
        import ctypes, os, struct
        libc = ctypes.CDLL(None, use_errno=True)
        def raw(*words): return libc.syscall(*words)

        """

    private func looks(_ argv: [String], before: String = "touch /run/state/lease") throws -> [String] {
        var plan = plan(argv)
        plan.agents["agent"]?.state = ["/run/state"]
        plan.steps.insert(
            Step(
                name: "before",
                body: .run(command(shell("mkdir -p /run/state /run/statement; " + before), name: "before"))),
            at: 0)
        let record = try record(of: plan)
        #expect(record.header.error == nil)
        let ends = record.header.outcomes.map { $0.attempts.first?.end }
        #expect(ends == [.exited(0), .exited(0)])
        return record.operations.filter { $0.step == "run" && ["file.stat", "file.open"].contains($0.phrase.word) }
            .map { "\($0.call) \($0.phrase.word) \($0.phrase.argument) \($0.result)" }
    }

    @Test(arguments: [
        ("test -e /run/state/lease", "file.stat /run/state/lease ok"),
        ("cd /run && test -e state/lease", "file.stat /run/state/lease ok"),
        ("cd /run/state && test -e ../state/./lease", "file.stat /run/state/lease ok"),
        ("test ! -e /var/run/state/none", "file.stat /run/state/none ENOENT"),
        ("[ -r /run/state/lease ]", "file.stat /run/state/lease ok"),
        ("test -e /proc/self/root/run/state/lease", "file.stat /run/state/lease ok"),
        ("cd /run/state; test -e /proc/self/cwd/lease", "file.stat /run/state/lease ok"),
        ("exec 7</run; test -e /proc/self/fd/7/state/lease", "file.stat /run/state/lease ok"),
        ("exec 7</run; test -e /dev/fd/7/state/lease", "file.stat /run/state/lease ok"),
        ("ln -s /run/state /tmp/link; test -e /tmp/link/lease", "file.stat /run/state/lease ok"),
        ("ln -s /run/state/lease /etc/link; test -e /etc/link", "file.stat /run/state/lease ok"),
        ("ln -s ../run /srv/a; test ! -e /srv/a/state/none", "file.stat /run/state/none ENOENT"),
    ])
    func aShellThatTestsIsSeen(program: String, expected: String) throws {
        #expect(try looks(shell(program)).contains { $0.hasSuffix(expected) }, "\(program)")
    }

    /// Nor is what only resembles it, nor a link that leads there when the link itself is looked at.
    @Test func otherLooksAreNone() throws {
        #expect(try looks(shell("test -e /run/statement/x; test -e /run/other; test -L /tmp/link; true")) == [])
        let link = "ln -s /run/state/lease /etc/link; exec python3 -c 'import os; os.lstat(\"/etc/link\")'"
        #expect(try looks(shell(link)) == [])
    }

    @Test func pythonIsSeen() throws {
        let program = """
            import os, pathlib
            print(os.path.exists('/run/state/lease'), os.path.exists('/run/state/none'))
            os.access('/run/state/lease', os.R_OK)
            folder = os.open('/run/state', os.O_RDONLY | os.O_DIRECTORY)
            os.stat('lease', dir_fd=folder)
            os.access('lease', os.F_OK, dir_fd=folder)
            """
        let seen = try looks(python(program)).filter { $0.contains("/lease") || $0.contains("/none") }
        #expect(seen.count == 5 && seen.allSatisfy { $0.contains("file.stat /run/state/") }, "\(seen)")
    }

    /// As a program of Go makes them, which has no C library; and what is behind no library either.
    @Test(arguments: [
        ("raw(4, b'/run/state/lease', buffer)", "stat file.stat /run/state/lease ok"),
        ("raw(6, b'/run/state/lease', buffer)", "lstat file.stat /run/state/lease ok"),
        ("raw(21, b'/run/state/lease', 0)", "access file.stat /run/state/lease ok"),
        ("raw(262, -100, b'/run/state/lease', buffer, 0)", "newfstatat file.stat /run/state/lease ok"),
        ("raw(269, -100, b'/run/state/lease', 0)", "faccessat file.stat /run/state/lease ok"),
        ("raw(439, -100, b'/run/state/lease', 0, 0)", "faccessat2 file.stat /run/state/lease ok"),
        ("raw(332, -100, b'/run/state/lease', 0, 0x7ff, buffer)", "statx file.stat /run/state/lease ok"),
        ("raw(89, b'/run/state/lease', buffer, 99)", "readlink file.stat /run/state/lease EINVAL"),
        ("raw(267, -100, b'/run/state/lease', buffer, 99)", "readlinkat file.stat /run/state/lease EINVAL"),
        ("raw(257, -100, b'/run/state/lease', 0x200000)", "openat file.open /run/state/lease ok"),
        (
            "raw(437, os.open('/run', 0), b'/../state/lease', struct.pack('QQQ', 0x200000, 0, 0x10), 24)",
            "openat2 file.open /run/state/lease ok"
        ),
        (
            "raw(437, os.open('/run', 0), b'state/lease', struct.pack('QQQ', 0, 0, 8), 24)",
            "openat2 file.open /run/state/lease ok"
        ),
    ])
    func aRawCallIsSeen(call: String, expected: String) throws {
        let program = Self.opening + "buffer = ctypes.create_string_buffer(512)\n" + call
        #expect(try looks(python(program)).contains(expected), "\(call)")
    }

    /// As a scenario may say it.
    @Test func aStateFolderBelowVarRunIsTheOneBelowRun() throws {
        var plan = plan(shell("touch /run/state/lease; test -e /run/state/lease"))
        plan.agents["agent"]?.state = ["/var/run/state"]
        #expect(try record(of: plan).operations("file.stat").map(\.phrase.argument).contains("/run/state/lease"))
    }

    /// In another root a path is that of the host, so that it is the file that the state shows.
    @Test func inAnotherRootAPathIsTheHosts() throws {
        let program = """
            import os
            os.makedirs('/srv/jail/run/state')
            os.chroot('/run')
            os.stat('/state/lease')
            os.chdir('/state')
            os.stat('lease')
            os.stat('/../../state/lease')
            """
        let seen = try looks(python(program)).filter { $0.contains("lease") }
        #expect(seen == Array(repeating: "newfstatat file.stat /run/state/lease ok", count: 3))
        let writes = try record(
            of: plan(
                python(
                    """
                    import os
                    os.makedirs('/srv/jail/etc')
                    os.chroot('/srv/jail')
                    open('/etc/x', 'w').write('x')
                    os.mkdir('/etc/y')
                    """)))
        let made = writes.operations("file.create").map(\.phrase.argument).filter { $0.contains("jail/etc/") }
        #expect(made == ["/srv/jail/etc/x", "/srv/jail/etc/y"])
        #expect(
            writes.end?.facts.contains { $0.identity.noun == "file" && $0.identity.name == "/srv/jail/etc/x" } == true)
    }

    /// In mounts of its own the path is the one in these.
    @Test func inOwnMountsAPathIsTheAgents() throws {
        let program = """
            unshare -m sh -c 'mount -t tmpfs none /mnt && cd /mnt && mkdir -p old run/state && touch run/state/lease &&
                cp /bin/true . && python3 -c "
            import ctypes, os
            assert ctypes.CDLL(None).syscall(155, b\\".\\", b\\"old\\") == 0
            os.chdir(\\"/\\")
            os.stat(\\"/run/state/lease\\")
            os.stat(\\"run/state/lease\\")
            "'
            """
        let seen = try looks(shell(program), before: ":").filter { $0.contains("newfstatat") && $0.contains("lease") }
        #expect(seen == Array(repeating: "newfstatat file.stat /run/state/lease ok", count: 2))
    }

    /// Through a descriptor by which a file is reached again it is the file.
    @Test func aFileThatIsReachedThroughADescriptorIsSeen() throws {
        let program = """
            import os
            fd = os.open('/srv/f', os.O_RDWR | os.O_CREAT)
            again = os.open('/proc/self/fd/%d' % fd, os.O_WRONLY | os.O_TRUNC)
            os.chmod('/proc/self/fd/%d' % fd, 0o600)
            os.truncate('/dev/fd/%d' % fd, 3)
            """
        let record = try record(of: plan(python(program)))
        #expect(record.operations("file.open").map(\.phrase.argument).contains("/srv/f"))
        #expect(record.operations("file.chmod").map(\.phrase.argument) == ["/srv/f"])
        #expect(record.operations("file.write").map(\.phrase.argument).contains("/srv/f"))
    }
}
