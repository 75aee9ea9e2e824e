import Glibc
import Kernel
import Testing

@testable import tocsin

@Suite struct OutputTests {
    /// Whoever reads what was written before a Ctrl-C finds no half of a line.
    @Test(.timeLimit(.minutes(1))) func aSignalCutsNoLine() async throws {
        let path = "/tmp/tocsin-lines-\(getpid())"
        defer { unlink(path) }
        for _ in 0..<8 {
            await #expect(processExitsWith: .signal(SIGINT)) {
                signal(SIGINT, SIG_DFL)
                signal(SIGALRM) { _ in kill(getpid(), SIGINT) }
                var timer = itimerval()
                timer.it_value.tv_usec = .random(in: 1000...30_000)
                let descriptor = open("/tmp/tocsin-lines-\(getppid())", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
                let text = String(repeating: String(repeating: "x", count: 998) + "\n", count: 4000)
                setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
                while lseek(descriptor, 0, SEEK_END) < 1 << 30 { Output.raw(text, to: descriptor) }
            }
            let bytes = try Descriptor.open(path).readAll()
            #expect(bytes.count % 999 == 0, "\(bytes.count)")
        }
    }
}
