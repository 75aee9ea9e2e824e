import Kernel

/// The processes of a host besides its pid 1.
struct HostProcesses {
    /// One process.
    struct Process: Hashable {
        var id: Int32
        var program: String
        var parent: Int32
        var isZombie: Bool
    }

    /// All of them, by pid.
    let all: [Process]

    /// Those in the host's pid namespace or below it, without pid 1 and without `excluded`.
    ///
    /// A process that ends while it is looked at is left out.
    static func list(_ host: HostView, excluding excluded: Set<Int32>) throws(SystemError) -> HostProcesses {
        // A namespace that is about to end has no list; the machine's processes say what is left.
        let listed = (try? host.processes?.processes()) ?? nil
        let inside = if let listed { Set(listed) } else { try search(host) }
        let others = inside.subtracting(excluded).subtracting([host.initPID]).sorted()
        return HostProcesses(all: others.compactMap { describe($0) })
    }

    /// The same for kernels that do not translate numbers: among all processes of the machine, pid 1 of the host with them.
    static func search(_ host: HostView) throws(SystemError) -> Set<Int32> {
        guard let namespace = readLink("/proc/\(host.initPID)/ns/pid") else {
            throw SystemError(call: "readlink", stage: "/proc/\(host.initPID)/ns/pid", errno: .noSuchProcess)
        }
        let own = readLink("/proc/self/ns/pid")
        var inside: Set<Int32> = [host.initPID]
        var nested: [Int32] = []
        for process in try listProcesses() where process != host.initPID {
            let link = readLink("/proc/\(process)/ns/pid")
            if link == namespace {
                inside.insert(process)
            } else if link != nil, link != own {
                nested.append(process)
            }
        }
        // A pid namespace made inside the host: its processes descend from processes of the host. Parents mostly have the
        // smaller number, but numbers wrap around, hence until nothing is added.
        var grows = !nested.isEmpty
        while grows {
            grows = false
            for process in nested where !inside.contains(process) {
                // It ended meanwhile, and its children have another parent.
                guard let state = try? ProcessState.of(process), inside.contains(state.parent) else { continue }
                inside.insert(process)
                grows = true
            }
        }
        return inside
    }

    /// The programs by the ids that their processes have in the host.
    static func programs(_ host: HostView, excluding excluded: Set<Int32>) -> [Int32: String] {
        // The host is about to end, and so are they.
        guard let depth = (try? ProcessStatus.of(host.initPID))?.namespacePIDs.count else { return [:] }
        // The same.
        let all = (try? list(host, excluding: excluded).all) ?? []
        var programs: [Int32: String] = [:]
        for process in all where !process.isZombie {
            // It ended meanwhile.
            guard let ids = (try? ProcessStatus.of(process.id))?.namespacePIDs, ids.count >= depth else { continue }
            programs[ids[depth - 1]] = process.program
        }
        return programs
    }

    private static func describe(_ process: Int32) -> Process? {
        // It ended meanwhile.
        guard let state = try? ProcessState.of(process), state.state != "X" else { return nil }
        return Process(
            id: process, program: program(process, name: state.name), parent: state.parent,
            isZombie: state.state == "Z")
    }

    /// The name of the program without its folder; the kernel keeps 15 bytes of it, the command line the rest.
    static func program(_ process: Int32, name: String) -> String {
        // It ended meanwhile: the kernel has kept the beginning of its name.
        guard name.utf8.count == 15, let arguments = try? commandLine(of: process) else { return name }
        // A script stands behind its interpreter.
        let full = arguments.prefix(2).compactMap { $0.split(separator: "/").last }.first { $0.hasPrefix(name) }
        return full.map(String.init) ?? name
    }
}
