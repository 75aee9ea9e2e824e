import Glibc
import Kernel
import Model
import Observation

/// A state that was waited for.
struct SettledState {
    var snapshot: Snapshot
    /// Why something still moves; nil where nothing does.
    var unsettled: String?
    /// The programs that never rest, while the state stays.
    var spinning: [String] = []
}

/// The state of a host, as steps and conditions ask for it.
protocol HostState: AnyObject {
    /// The state once nothing moves any more, or as it is with the reason why something does.
    ///
    /// - Parameter residents: The spawns whose processes are there by design.
    func settled(residents: Set<Int>) throws -> SettledState
    /// Waits until our own looks at the host hold nothing of it any more.
    func awaitRelease() throws
    /// What is there at this moment.
    func facts() throws -> [Fact]
    /// A file of the host as text; nil where there is none.
    ///
    /// What is no regular file has none.
    func text(ofFile path: String) throws -> String?
    /// The beginning of a file of the host; nil where there is none.
    func look(atFile path: String, upTo limit: Int) throws -> FileLook?
    /// What processes of an agent hold.
    func resources(of agent: String, _ processes: [Int32]) throws -> AgentResources
    /// Why a condition of the network, or of a program, does not hold; nil where it does.
    ///
    /// Serves everybody while it waits for the answer.
    func probe(_ condition: Condition) throws -> String?
    /// Asks the network whether a condition holds; `done` is told why not, nil where it does, at the latest after that time.
    func ask(_ condition: Condition, within time: Duration, _ done: @escaping (String?) -> Void) throws
}

extension RunHost: HostState {
    func settled(residents: Set<Int>) throws -> SettledState {
        snapshotter.residentProcesses = Set(
            interceptor.processes.filter { residents.contains($0.spawn) }.map(\.id))
        let settler = Settler(snapshotter)
        let source = SettlerSource(settler)
        loop.add(source)
        defer { loop.remove(source) }
        settler.start()
        try loop.run { source.outcome != nil }
        probe = nil
        // The host's own lives as long as the host.
        mustProbe = registry.entries.count { $0.isAlive } > 1
        switch source.outcome {
        case .settled(let snapshot)?: return SettledState(snapshot: snapshot)
        case .spinning(let snapshot, let programs)?: return SettledState(snapshot: snapshot, spinning: programs)
        case .unsettled(let reason)?: return SettledState(snapshot: try snapshotter.take(), unsettled: reason)
        case nil: throw RunFailure.refused("the state was not taken")
        }
    }

    func awaitRelease() throws {
        if mustProbe { probe = try ProbeNamespace() }
        guard let probe else { return }
        loop.add(probe)
        defer { loop.remove(probe) }
        try loop.run { probe.isDead }
        self.probe = nil
    }

    func facts() throws -> [Fact] { try snapshotter.take().facts }

    func text(ofFile path: String) throws -> String? {
        do {
            let file = try HostFile(path, root: root)
            var status = stat()
            guard fstatat(file.folder.raw, file.name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { return nil }
            guard status.st_size <= RunHost.longestText else {
                throw RunFailure.boundMet("\(path) is larger than 64 MiB, the most that is read of a log")
            }
            let bytes = try file.folder.open(file.name, flags: O_NOFOLLOW | O_NONBLOCK).readAll()
            return String(decoding: bytes, as: UTF8.self)
        } catch let error as SystemError
            where [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(error.errno)
        {
            return nil
        } catch is WorldError {
            // What is the kernel's is no log.
            return nil
        }
    }

    /// The size up to which a file is read as text, in bytes.
    private static let longestText = 64 << 20

    func look(atFile path: String, upTo limit: Int) throws -> FileLook? {
        do {
            let file = try HostFile(path, root: root, following: false)
            var status = stat()
            guard fstatat(file.folder.raw, file.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
            let bytes = try file.folder.open(file.name, flags: O_NOFOLLOW | O_NONBLOCK)
                .read(upTo: min(limit, Int(status.st_size)))
            return FileLook(
                bytes: bytes, isPublic: status.st_mode & S_IROTH != 0 && areFoldersPublic(of: file.path))
        } catch let error as SystemError where [.noSuchFileOrDirectory, .notDirectory].contains(error.errno) {
            return nil
        }
    }

    /// Whether every user can pass all folders of a path, in which no link stands.
    private func areFoldersPublic(of path: String) -> Bool {
        var folder = root
        for name in path.split(separator: "/").dropLast() {
            folder += "/\(name)"
            var status = stat()
            guard fstatat(AT_FDCWD, folder, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IXOTH != 0 else {
                return false
            }
        }
        return true
    }

    func resources(of agent: String, _ processes: [Int32]) throws -> AgentResources {
        var all = AgentResources(agent: agent, descriptors: 0, threads: 0, memory: 0)
        for process in processes {
            // Whoever ends meanwhile holds nothing any more.
            guard let open = try? listDirectory("/proc/\(process)/fd"), let threads = try? listThreads(of: process),
                // The same.
                let status = try? readFile("/proc/\(process)/status")
            else { continue }
            all.descriptors += open.count
            all.threads += threads.count
            let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
            all.memory += line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return all
    }

    func probe(_ condition: Condition) throws -> String? {
        switch condition {
        case .tcp, .ping:
            var answer: String??
            try ask(condition, within: .seconds(1)) { answer = .some($0) }
            try loop.run { answer != nil }
            return answer ?? nil
        case .exec(let argv, let namespace):
            let text = "`\(argv.joined(separator: " "))`"
            let program = try WorldProgram(argv, in: namespace, of: self)
            guard try loop.run(until: loop.now + WorldProgram.patience, { program.status != nil }) else {
                try program.kill()
                return "\(text) did not end within \(WorldProgram.patience)"
            }
            // Its `not` would hold of a program that is not there.
            if let why = program.startFailure { throw RunFailure.notBegun(program: argv.first ?? "", why: why) }
            return program.status == .exited(0) ? nil : "\(text) said no: \(program.status?.end.description ?? "")"
        default: throw RunFailure.impossible("\(condition) is no question to the network or to a program")
        }
    }
}
