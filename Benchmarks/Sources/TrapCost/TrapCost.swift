import Foundation

/// Prints what a trapped operation costs an agent under Tocsin, against strace with its seccomp filter.
///
/// The agent is a Python loop of RTM_GETLINK requests that times itself, so start-up and import count for nobody. Each variant
/// is run in every round, in another order each time; the table has medians, and ratios of the *added* time in this very run.
@main
enum TrapCost {
    static let requests = 5000
    static let rounds = 5

    static let agent = """
        import os, socket, struct, sys, time
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        s.bind((0, 0))
        m = struct.pack('=IHHIIBBHiII', 32, 18, 1, 1, 0, 0, 0, 0, 1, 0, 0)
        n = int(sys.argv[1])
        t = time.perf_counter_ns()
        for i in range(n):
            s.send(m)
            s.recv(8192)
        took = (time.perf_counter_ns() - t) // n
        print(took)
        # `tocsin trace` shows operations, not output: the result is also a name that is looked for.
        os.path.exists('/run/netns/took-%d' % took)
        """

    struct Variant {
        var name: String
        var words: [String]
    }

    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            FileHandle.standardError.write(Data("usage: TrapCost PATH-OF-TOCSIN (a release build)\n".utf8))
            exit(2)
        }
        let python = ["/usr/bin/python3", "-c", agent, String(requests)]
        let strace = [
            "strace", "-f", "--seccomp-bpf", "-e", "trace=sendto,sendmsg,recvfrom,recvmsg", "-o", "/dev/null",
        ]
        let pinned = ["taskset", "-c", "1"]
        let results = FileManager.default.temporaryDirectory.appendingPathComponent("trap-cost-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: results) }
        let tocsin = [CommandLine.arguments[1], "trace", "--results", results]
        let variants = [
            Variant(name: "native", words: ["unshare", "-n"] + python),
            Variant(name: "native, pinned", words: ["unshare", "-n"] + pinned + python),
            Variant(name: "strace --seccomp-bpf, free", words: ["unshare", "-n"] + strace + python),
            Variant(name: "strace --seccomp-bpf, pinned", words: ["unshare", "-n"] + pinned + strace + python),
            Variant(name: "tocsin, pinned (the default)", words: tocsin + ["--"] + python),
            Variant(name: "tocsin --cpus all", words: tocsin + ["--cpus", "all", "--"] + python),
        ]
        var times = [String: [Double]]()
        for round in 0..<rounds {
            for variant in variants.shuffled() {
                times[variant.name, default: []].append(try time(variant))
            }
            FileHandle.standardError.write(Data("round \(round + 1) of \(rounds)\n".utf8))
        }
        report(variants, times.mapValues { $0.sorted()[$0.count / 2] })
    }

    /// Nanoseconds a request, as the agent says.
    static func time(_ variant: Variant) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = variant.words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let said = output.split { !$0.isNumber && $0 != "-" }.last { $0.hasPrefix("-") }?.dropFirst() ?? output[...]
        guard let value = Double(said.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(
                description: "\(variant.name) said `\(output.suffix(200))` (exit \(process.terminationStatus))")
        }
        return value
    }

    static func report(_ variants: [Variant], _ medians: [String: Double]) {
        func added(_ name: String) -> Double {
            let base = name.contains("pinned") ? "native, pinned" : "native"
            return (medians[name] ?? 0) - (medians[base] ?? 0)
        }
        print("RTM_GETLINK, \(requests) requests, median of \(rounds) rounds: microseconds a request, added, and the")
        print("added time as a ratio to that of strace free and strace pinned in the same run")
        for variant in variants {
            let ratios = ["strace --seccomp-bpf, free", "strace --seccomp-bpf, pinned"].map {
                String(format: "%6.2f", added(variant.name) / added($0))
            }
            print(
                variant.name.padding(toLength: 30, withPad: " ", startingAt: 0)
                    + String(format: "%8.2f %8.2f", (medians[variant.name] ?? 0) / 1000, added(variant.name) / 1000)
                    + "  " + ratios.joined(separator: " "))
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
