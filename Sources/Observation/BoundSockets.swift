import Kernel
import Model

/// The unix sockets that wait for others under a name: those that listen, and those of datagrams.
enum BoundSockets {
    /// One line of /proc/net/unix.
    struct Line: Hashable {
        /// A path, or `@NAME` of the abstract names.
        var name: String
        /// `stream`, `dgram` or `seqpacket`.
        var type: String
        var isListening: Bool
        var inode: String

        /// Reads `ffff9c0e: 00000002 00000000 00010000 0001 01 12345 /run/x.sock`.
        ///
        /// - Returns: nil for one that waits for nobody: without a name, with one that the kernel chose, or one end of a connection.
        init?(_ line: Substring) {
            let fields = line.split(separator: " ", maxSplits: 7)
            let types = ["0001": "stream", "0002": "dgram", "0005": "seqpacket"]
            guard fields.count == 8, let type = types[String(fields[4])], let flags = UInt32(fields[3], radix: 16)
            else {
                return nil
            }
            isListening = flags & Line.accepts != 0
            guard isListening || type == "dgram", !Line.isChosen(fields[7]) else { return nil }
            name = String(fields[7])
            self.type = type
            inode = String(fields[6])
        }

        /// __SO_ACCEPTCON of the kernel's include/linux/net.h.
        private static let accepts: UInt32 = 1 << 16

        /// Whether the kernel chose it, unix(7): five hexadecimal digits.
        private static func isChosen(_ name: Substring) -> Bool {
            name.utf8.count == 6 && name.hasPrefix("@") && name.dropFirst().allSatisfy(\.isHexDigit)
        }
    }

    /// `socket NAME` of each, in its namespace: type, state, and the programs that hold it.
    ///
    /// Only namespaces in which a process stands are asked.
    ///
    /// - Parameter label: What facts call the network namespace with that inode; nil where nobody has registered it.
    static func facts(
        _ processes: [HostProcesses.Process], _ host: HostView, label: (UInt64) -> String?
    ) -> [Fact] {
        var asked: Set<String> = []
        var lines: [(namespace: String, line: Line)] = []
        for process in [host.initPID] + processes.map(\.id) {
            guard let link = readLink("/proc/\(process)/ns/net"), asked.insert(link).inserted,
                let inode = UInt64(link.drop { $0 != "[" }.dropFirst().dropLast()), let namespace = label(inode)
            else { continue }
            // It ended meanwhile.
            let text = (try? readFile("/proc/\(process)/net/unix")) ?? ""
            lines += text.split(separator: "\n").compactMap(Line.init).map { (namespace, $0) }
        }
        guard !lines.isEmpty else { return [] }
        let holders = holders(of: Set(lines.map(\.line.inode)), processes)
        return lines.map { namespace, line in
            var attributes = ["type": line.type, "state": line.isListening ? "listening" : "bound"]
            attributes["holder"] = holders[line.inode]?.sorted().joined(separator: ", ")
            return Fact(object: "socket", line.name, in: namespace, attributes)
        }
    }

    private static func holders(of wanted: Set<String>, _ processes: [HostProcesses.Process]) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for process in processes where !process.isZombie {
            // The same.
            for name in (try? listDirectory("/proc/\(process.id)/fd")) ?? [] {
                guard let target = readLink("/proc/\(process.id)/fd/\(name)"), target.hasPrefix("socket:[") else {
                    continue
                }
                let inode = String(target.dropFirst("socket:[".count).dropLast())
                if wanted.contains(inode) { found[inode, default: []].insert(process.program) }
            }
        }
        return found
    }
}
