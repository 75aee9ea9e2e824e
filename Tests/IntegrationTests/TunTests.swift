import Glibc
import Testing

/// Devices that agents make by a descriptor of /dev/net/tun.
@Suite(
    .needsHost, .serialized, .timeLimit(.patient(minutes: 2)),
    .enabled(if: access("/dev/net/tun", R_OK | W_OK) == 0, "needs /dev/net/tun"))
struct TunTests {
    private static let ask = """
        import ctypes, fcntl, os, struct
        def ask(name, flags):
            fd = os.open('/dev/net/tun', os.O_RDWR)
            return lambda: fcntl.ioctl(fd, 0x400454ca, struct.pack('16sH22x', name, flags))
        """

    @Test func aDeviceIsSeenWithItsTypeAndItsResult() throws {
        let record = try record(
            of: plan(
                python(
                    TunTests.ask + """

                        ask(b't0', 1)()
                        ask(b'', 2)()
                        try: ask(b't0', 2)()
                        except OSError: pass
                        os.close(os.open('/dev/null', os.O_RDONLY))
                        try: fcntl.ioctl(0, 0x5401, bytes(64))
                        except OSError: pass
                        """)))
        #expect(record.header.error == nil)
        #expect(
            record.operations("tun.attach").map { "\($0.phrase.lineText): \($0.result) by \($0.call)" } == [
                "tun.attach t0 type tun in host: ok by ioctl", "tun.attach tap%d type tap in host: ok by ioctl",
                "tun.attach t0 type tap in host: EINVAL by ioctl",
            ])
    }

    @Test func itStandsWhereTheDescriptorWasOpened() throws {
        let record = try record(
            of: plan(
                python(
                    TunTests.ask + """

                        attach = ask(b't0', 1)
                        ctypes.CDLL(None).unshare(0x40000000)
                        print('t0' in open('/proc/net/dev').read())
                        attach()
                        print('t0' in open('/proc/net/dev').read())
                        """)))
        #expect(record.attempt?.output == "False\nFalse\n")
        #expect(record.operations("tun.attach").map { $0.phrase.namespace } == ["host"])
    }
}
