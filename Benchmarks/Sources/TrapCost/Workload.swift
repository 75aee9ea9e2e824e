import Foundation

/// What an agent does while it is timed.
struct Workload {
    var name: String
    /// What is counted: the time is that of one.
    var unit: String
    /// A program of Python that prints nanoseconds for one unit as its last line, after `took-` where it can; nil for an
    /// agent that does nothing, whose whole run is timed from outside.
    var agent: String?
    /// Its argument.
    var argument = ""
    /// The calls that strace is to show.
    var calls = "trace=sendto,sendmsg,recvfrom,recvmsg"

    /// `tocsin trace` shows operations, not output: the result is also a name that is looked for.
    private static let ending = """

        print(took)
        os.path.exists('/run/netns/took-%d' % took)
        """

    private static let requests = """
        import os, socket, struct, sys, time
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        s.bind((0, 0))
        m = struct.pack('=IHHIIBBHiII', 32, 18, 1, 1, 0, 0, 0, 0, 1, 0, 0)
        n = 5000
        t = time.perf_counter_ns()
        for i in range(n):
            s.send(m)
            s.recv(8192)
        took = (time.perf_counter_ns() - t) // n
        """

    private static let batch = """
        import os, subprocess, sys, time
        t = time.perf_counter_ns()
        subprocess.run(['ip', '-batch', sys.argv[1]], check=True)
        took = (time.perf_counter_ns() - t) // 3000
        """

    private static let processes = """
        import os, sys, time
        n = 300
        t = time.perf_counter_ns()
        for i in range(n):
            os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)
        took = (time.perf_counter_ns() - t) // n
        """

    static func all(in folder: String) throws -> [Workload] {
        let routes =
            "link set lo up\n"
            + (0..<3000).map { "route add 10.\($0 / 250 + 1).\($0 % 250).0/24 dev lo\n" }.joined()
        let file = "\(folder)/routes.batch"
        try routes.write(toFile: file, atomically: true, encoding: .utf8)
        return [
            Workload(name: "routes", unit: "route of 3,000 by `ip -batch`", agent: batch + ending, argument: file),
            Workload(name: "requests", unit: "RTM_GETLINK of 5,000", agent: requests + ending),
            Workload(
                name: "processes", unit: "process of 300 that do nothing", agent: processes + ending,
                calls: "trace=%process,openat,newfstatat,access"),
            Workload(name: "hosts", unit: "whole `tocsin trace -- true`", agent: nil),
        ]
    }
}
