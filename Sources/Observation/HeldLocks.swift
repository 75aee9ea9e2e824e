import Kernel
import Model

/// The locks of files that processes hold, by flock(2) and fcntl(2).
///
/// They are read where each descriptor says so, proc_pid_fdinfo(5): /proc/locks leaves out what a process holds that
/// inherited it from one that has ended.
enum HeldLocks {
    /// One lock, as a line of /proc/PID/fdinfo/N says it.
    struct Lock: Hashable {
        /// `flock`, `posix` or `ofd`.
        var type: String
        /// `read` or `write`.
        var mode: String
        /// The bytes, `0-99`; nil for all of them.
        var range: String?

        /// Reads `lock:\t1: FLOCK  ADVISORY  WRITE 7 00:1f:1234 0 EOF`; nil for a lease and anything else.
        init?(_ line: Substring) {
            let words = line.split { $0 == " " || $0 == "\t" }
            let types = ["FLOCK": "flock", "POSIX": "posix", "OFDLCK": "ofd"]
            guard words.count == 9, words[0] == "lock:", let type = types[String(words[2])],
                ["READ", "WRITE"].contains(words[4])
            else { return nil }
            self.type = type
            mode = words[4].lowercased()
            range = words[7] == "0" && words[8] == "EOF" ? nil : "\(words[7])-\(words[8])"
        }
    }

    /// `lock PATH` of each: type, mode, range, and the programs that hold it.
    ///
    /// What ends or closes while it is looked at holds nothing, so the errors of single processes are none of the search.
    static func facts(_ processes: [HostProcesses.Process]) -> [Fact] {
        struct Key: Hashable {
            var path: String
            var lock: Lock
        }
        var holders: [Key: Set<String>] = [:]
        for process in processes where !process.isZombie {
            // It ended meanwhile.
            guard let names = try? listDirectory("/proc/\(process.id)/fd") else { continue }
            for name in names {
                // Only a file has locks.
                guard let path = readLink("/proc/\(process.id)/fd/\(name)"), path.hasPrefix("/"),
                    !path.hasPrefix("/dev/")
                else { continue }
                // Closed meanwhile.
                let text = (try? readFile("/proc/\(process.id)/fdinfo/\(name)")) ?? ""
                for lock in text.split(separator: "\n").compactMap(Lock.init) {
                    holders[Key(path: path, lock: lock), default: []].insert(process.program)
                }
            }
        }
        return holders.map { key, programs in
            var attributes = ["type": key.lock.type, "mode": key.lock.mode]
            attributes["range"] = key.lock.range
            attributes["holder"] = programs.sorted().joined(separator: ", ")
            return Fact(object: "lock", key.path, attributes)
        }
    }
}
