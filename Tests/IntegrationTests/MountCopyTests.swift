import Glibc
import Kernel
import Model
import Testing

/// Copies of what the kernel shows, as builders of roots make them: no copy can be written where the host's own cannot.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct MountCopyTests {
    private let files = ["sys/vm/swappiness", "sys/net/ipv4/ip_forward", "self/oom_score_adj"]

    @Test(arguments: ["--bind", "--rbind"]) func aCopiedProcIsHeld(_ how: String) throws {
        #expect(try opened("mkdir /tmp/p && mount \(how) /proc /tmp/p && cd /tmp/p", files) == ["ro", "rw", "rw"])
    }

    @Test func copiesOfPartsAreReadOnly() throws {
        let script = "mkdir /tmp/p && mount --bind /proc/sys /tmp/p && cd /tmp/p"
        #expect(try opened(script, ["vm/swappiness", "kernel/core_pattern"]) == ["ro", "ro"])
        #expect(try opened("mkdir /tmp/s && mount --bind /sys /tmp/s && cd /tmp/s", ["kernel/profiling"]) == ["ro"])
        #expect(
            try opened(
                "mkdir /tmp/p && mount --bind /proc/irq /tmp/p && mount -o remount,rw,bind /tmp/p; cd /tmp/p",
                ["default_smp_affinity"]) == ["ro"])
    }

    /// debootstrap, mock, arch-chroot: proc, sysfs and devices of the machine in a root of one's own, and all taken off.
    @Test func aRootIsBuiltAndTakenDown() throws {
        let words = try output(
            """
            mkdir -p /tmp/r/proc /tmp/r/sys /tmp/r/dev /tmp/r/usr /tmp/r/run && cd /tmp/r
            for l in bin lib lib64 sbin; do ln -s usr/$l $l; done
            mount --bind /usr usr && mount --bind /proc proc && mount --bind /sys sys && mount --bind /dev dev
            mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && mount -t tmpfs run run
            chroot . sh -c 'ls /sys/class/net; ls /proc/self/comm; echo x > /dev/null && echo devices
            (: >> /proc/sys/kernel/core_pattern) 2>/dev/null && echo settings
            (: >> /sys/kernel/profiling) 2>/dev/null && echo sysfs'
            umount run dev/pts dev sys proc usr && echo gone
            """)
        #expect(words == ["lo", "/proc/self/comm", "devices", "gone"])
    }

    /// As runc and systemd-nspawn do: a root of one's own becomes the only one.
    @Test func aContainersRootIsHeld() throws {
        let words = try output(
            """
            unshare -mpfn sh -c '
            mkdir /tmp/r && mount -t tmpfs r /tmp/r && cd /tmp/r && mkdir old proc sys usr dev
            for l in bin lib lib64; do ln -s usr/$l $l; done
            mount --rbind /usr usr && mount -t proc proc proc && mount -t sysfs sysfs sys && mount --rbind /dev dev
            pivot_root . old && umount -l /old && ls / && echo $$
            (: >> /proc/sys/vm/swappiness) && echo settings; (: >> /sys/kernel/profiling) && echo sysfs
            (: >> /proc/sys/net/ipv4/ip_forward) && (: >> /sys/class/net/lo/mtu) && echo own' 2>/dev/null
            """)
        #expect(words == ["bin", "dev", "lib", "lib64", "old", "proc", "sys", "usr", "1", "own"])
    }

    /// A mount that has no place yet, from its making on; then in its place.
    @Test(arguments: [
        (
            "fs = c(430, b'proc', 0); c(431, fs, 6, 0, 0, 0); m = c(432, fs, 0, 0)",
            "sys/vm/swappiness", "sys/net/ipv4/ip_forward"
        ),
        (
            "fs = c(430, b'sysfs', 0); c(431, fs, 6, 0, 0, 0); m = c(432, fs, 0, 0)",
            "kernel/profiling", "devices/virtual/net/lo/mtu"
        ),
        ("m = c(428, -100, b'/proc', 1)", "sys/vm/swappiness", "self/oom_score_adj"),
        ("m = c(428, -100, b'/proc', 0x8001)", "sys/vm/swappiness", "self/oom_score_adj"),
        ("m = c(428, -100, b'/sys', 0x8001)", "kernel/profiling", "devices/virtual/net/lo/mtu"),
        (
            "m = c(428, -100, b'/proc', 1); c(442, m, b'', 0x1000, struct.pack('QQQQ', 0, 1, 0, 0), 32)",
            "sys/vm/swappiness", "self/oom_score_adj"
        ),
    ]) func aMountWithoutAPlaceIsHeld(_ make: String, _ machines: String, _ own: String) throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, os, struct
                    libc = ctypes.CDLL(None, use_errno=True)
                    def c(*a):
                        result = libc.syscall(*[ctypes.c_long(x) if isinstance(x, int) else x for x in a])
                        assert result >= 0, (a, ctypes.get_errno())
                        return result
                    def rights(path, at):
                        try: os.close(os.open(path, os.O_WRONLY, dir_fd=at))
                        except OSError as error: return error.strerror
                        return 'rw'
                    os.mkdir('/tmp/m')
                    \(make)
                    before = rights('\(machines)', m)
                    c(429, m, b'', -100, b'/tmp/m', 4)
                    os.chdir('/tmp/m')
                    print(before, rights('\(machines)', m), rights('\(machines)', None), rights('\(own)', None), sep='\\n')
                    """)))
        #expect(record.header.error == nil)
        let ro = "Read-only file system"
        #expect(record.attempt?.output == "\(ro)\n\(ro)\n\(ro)\nrw\n", "\(record.attempt?.errorOutput ?? "")")
    }
}
