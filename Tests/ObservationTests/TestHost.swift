import Glibc
import Kernel
import Observation

/// A host to look at: a shell that is pid 1 of its own pid, mount and network namespaces, and does what it is told.
///
/// Its /run is empty at first. It ends with its input, so nothing is left when the test ends in whatever way.
final class TestHost {
    /// pid 1 as the test sees it.
    let initPID: Int32
    private let input: Descriptor
    private let output: Descriptor
    private let spawned: Int32

    /// What went wrong with the shell.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Starts it; the calling thread must stand where the test's own namespaces may be made.
    init() throws {
        let toShell = try Descriptor.pipe()
        let fromShell = try Descriptor.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toShell.first.raw, 0)
        posix_spawn_file_actions_adddup2(&actions, fromShell.second.raw, 1)
        let words = ["unshare", "-fmnp", "--kill-child", "--mount-proc", "sh"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: Int32 = 0
        let result = posix_spawnp(&child, "unshare", &actions, nil, &arguments, environ)
        guard result == 0 else { throw Failure(description: "unshare: error \(result)") }
        spawned = child
        // The pairs end here, so that each side has the only copy of its ends.
        input = try toShell.second.duplicate()
        output = try fromShell.first.duplicate()
        let said = try TestHost.ask(
            "set -e; mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up", input, output)
        guard said.isEmpty else { throw Failure(description: said) }
        let children = try readFile("/proc/\(child)/task/\(child)/children")
        guard let pid = children.split(separator: " ").first.flatMap({ Int32($0) }) else {
            throw Failure(description: "unshare has no child: \(children)")
        }
        initPID = pid
    }

    /// Runs shell commands in the host and gives what they printed; throws when one fails, and the host is then gone.
    @discardableResult
    func run(_ script: String) throws -> String { try TestHost.ask(script, input, output) }

    private static func ask(
        _ script: String, _ input: borrowing Descriptor, _ output: borrowing Descriptor
    ) throws -> String {
        try input.writeAll(Array("{ \(script)\n} 2>&1; echo \"#done\"\n".utf8))
        var answer = ""
        while true {
            let piece = try output.read(upTo: 4096)
            guard !piece.isEmpty else { throw Failure(description: "the shell ended: \(answer)") }
            answer += String(decoding: piece, as: UTF8.self)
            guard let end = answer.firstRange(of: "#done"), answer.hasSuffix("\n") else { continue }
            return String(answer[..<end.lowerBound])
        }
    }

    /// Its namespaces in a registry, `host` the first.
    func registry() throws -> NamespaceRegistry {
        NamespaceRegistry(host: try .ofThread(initPID))
    }

    /// The namespace that a path of the host names.
    func namespace(_ path: String) throws -> NamespaceHandle {
        try .atPath("/proc/\(initPID)/root\(path)")
    }

    deinit {
        kill(spawned, SIGKILL)
        var status: Int32 = 0
        waitpid(spawned, &status, 0)
    }
}

/// Whether this process may make namespaces and look into them.
let canMakeHosts = Capabilities.has(.sysAdmin) && Capabilities.has(.netAdmin) && Capabilities.has(.sysPtrace)

/// Drives a settler as an event loop does.
func settle(_ settler: Settler) throws -> SettlingOutcome {
    settler.start()
    while true {
        if let outcome = try settler.advance() { return outcome }
        _ = try poll(settler.descriptors, timeout: settler.deadline.map { max(.zero, $0 - .now()) })
    }
}

/// Drives the wait for a namespace's end as an event loop does.
func waitForDeath(_ death: NamespaceDeath, of handle: NamespaceHandle) throws -> NamespaceDeathOutcome {
    death.start(handle)
    while true {
        if let outcome = try death.advance() { return outcome }
        _ = try poll(death.descriptors, timeout: death.deadline.map { max(.zero, $0 - .now()) })
    }
}
