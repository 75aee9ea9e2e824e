import Glibc
import Kernel
import Model
import Testing

/// File systems that are the machine's, whoever mounts them: refused, or the host's own in their place.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct MachineFileSystemTests {
    @Test(arguments: ["debugfs", "tracefs", "securityfs", "configfs", "binfmt_misc", "pstore", "cgroup", "cpuset"])
    func theMachinesAreRefused(_ type: String) throws {
        let options = type == "cgroup" ? "-o none,name=tocsin-test" : ""
        let script = "mkdir /tmp/m; mount -t \(type) \(options) m /tmp/m; mountpoint /tmp/m"
        let record = try record(of: plan(shell(script)))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "/tmp/m is not a mountpoint\n")
        #expect(record.operations("mount.create").map(\.result) == [.failed(ErrorNumber(EPERM))])
        #expect(record.header.disturbed == ["mount was refused a mount of \(type), which is the machine's (EPERM)"])
    }

    @Test func neitherCanTheyBeOpened() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes
                    libc = ctypes.CDLL(None, use_errno=True)
                    for name in (b'debugfs', b'cgroup', b'devtmpfs', b'tmpfs'):
                        print(libc.syscall(430, name, 0) >= 0, ctypes.get_errno())
                    """)))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "False \(EPERM)\nFalse \(EPERM)\nFalse \(ENOSYS)\nTrue \(ENOSYS)\n")
        #expect(record.header.disturbed.count == 3)
    }

    @Test(arguments: ["tmpfs", "ramfs", "mqueue", "devpts", "cgroup2"])
    func theHostsOwnAreMounted(_ type: String) throws {
        let record = try record(of: plan(shell("mkdir /tmp/m; mount -t \(type) m /tmp/m && mountpoint /tmp/m")))
        #expect(record.attempt?.output == "/tmp/m is a mountpoint\n", "\(record.attempt?.errorOutput ?? "")")
        #expect(record.header.disturbed.isEmpty)
    }

    /// What natively is one more view of /dev is one here too: of the host's.
    @Test func theHostsDevicesStandForTheMachines() throws {
        let name = "tocsin-test-\(getpid())"
        let record = try record(
            of: plan(
                shell(
                    """
                    mkdir /tmp/d; ln -s d /tmp/l; cd /tmp
                    mount -t devtmpfs -o mode=0755,size=4k d l && echo x > d/null && touch d/\(name) && ls /dev/\(name)
                    mountpoint d; umount d && ls d; mount -t devtmpfs d missing; echo $?
                    """)))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "/dev/\(name)\nd is a mountpoint\n32\n")
        #expect(access("/dev/\(name)", F_OK) != 0)
        #expect(record.operations("mount.create").map(\.result) == [.ok, .failed(ErrorNumber(ENOENT))])
        #expect(record.header.disturbed == ["mount was given the host's devices for a mount of devtmpfs"])
    }

    /// A fault before such a mount is one, and what it does comes first.
    @Test func aFaultComesBeforeThat() throws {
        let fault = before(Phrase("mount.create", "/tmp/d"), Phrase("fail", "EBUSY"))
        let record = try record(
            of: plan(shell("mkdir /tmp/d; mount -t devtmpfs d /tmp/d; mountpoint /tmp/d"), faults: [fault]))
        #expect(record.header.error == nil)
        #expect(record.attempt?.output == "/tmp/d is not a mountpoint\n")
        #expect(record.operations("mount.create").map(\.result) == [.failed(ErrorNumber(EBUSY))])
        #expect(record.header.disturbed.isEmpty)
    }
}
