import Glibc
import Host
import Kernel

/// A program that the world runs in the host: neither traced nor filtered.
final class WorldProgram {
    /// How long one may take; an agent is held meanwhile.
    static let patience = Duration.seconds(10).patient

    private(set) var status: WaitStatus?
    private var process: SpawnedProcess?

    /// Why its program never began, once it has ended; nil where it did.
    var startFailure: String? {
        // A gate that cannot be read says nothing of the program, and its status stands.
        guard case .failed(let error)? = try? process?.execState() else { return nil }
        return "\(error)"
    }

    /// Ends it.
    func kill() throws { try process?.send(signal: SIGKILL) }

    /// - Parameter ended: Called when it has; one that cannot be begun ends the run.
    init(_ argv: [String], in namespace: String, of run: RunHost, ended: @escaping () -> Void = {}) throws {
        let null = try Descriptor.open("/dev/null", flags: O_RDWR)
        let request = SpawnRequest(
            argv,
            environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C"],
            namespace: namespace == "host" ? nil : namespace, standard: (null.raw, null.raw, null.raw))
        try run.host.spawn(request) { [self] in
            status = $0
            ended()
        } completion: { [self, unowned run] result in
            do {
                let spawned = try result.get()
                process = spawned
                try spawned.go()
            } catch {
                run.loop.fail(with: .notBegun(program: argv.first ?? "", why: "\(error)"))
            }
        }
    }
}
