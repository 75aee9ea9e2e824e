import Glibc
import Kernel
import Testing

@testable import Host

extension TimeLimitTrait.Duration {
    /// So many minutes of an idle machine of today; longer where `TOCSIN_PATIENCE` says so.
    static func patient(minutes: Double) -> Self { .minutes(Int(minutes * Patience.factor)) }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, saying so, where no host can be made: the overlay's opaque directories are marked with trusted
    /// extended attributes, which take the capability in the first user namespace.
    static var needsHost: Self {
        .enabled(
            if: UserNamespace.isFirst && Capabilities.has(.sysAdmin), "needs CAP_SYS_ADMIN in the first user namespace")
    }
}

/// What a run of a program in the host gave.
struct Output {
    let status: WaitStatus
    let text: String
}

extension Host {
    /// Runs a program with its output caught, its input empty, and an ordinary PATH.
    func capture(
        _ arguments: [String], namespace: String? = nil, directory: String? = nil, filtered: Bool = false
    ) throws -> Output {
        let input = try Descriptor.open("/dev/null")
        let output = try Descriptor.memory(name: "output")
        let status = try run(
            SpawnRequest(
                arguments, environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], directory: directory,
                namespace: namespace, filtered: filtered, standard: (input.raw, output.raw, output.raw)))
        let text = try readFile("/proc/self/fd/\(output.raw)")
        return Output(status: status, text: text)
    }

    func shell(_ script: String) throws -> String {
        let output = try capture(["sh", "-c", script])
        #expect(output.status == .exited(0), "\(script): \(output.text)")
        return output.text
    }

    /// Every path in the upper directory that pid 1 did not make.
    func changedFiles() throws -> [String] {
        var found: [String] = []
        try walk(upperDirectory.open(".", flags: O_DIRECTORY), "", into: &found)
        return found.filter { !preparedPaths.contains($0) }.sorted()
    }

    private func walk(_ directory: consuming Descriptor, _ path: String, into found: inout [String]) throws {
        let own = directory.release()
        defer { close(own) }
        for name in try listDirectory(Descriptor(owning: dup(own)), path) {
            found.append("\(path)/\(name)")
            let child = openat(own, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if child >= 0 { try walk(Descriptor(owning: child), "\(path)/\(name)", into: &found) }
        }
    }
}

/// The mounts, devices and names of namespaces that the machine shows, and the groups of this process's hosts: others may
/// run on the machine.
func machineState() throws -> [String] {
    let mounts = try readFile("/proc/self/mountinfo").split(separator: "\n").map(String.init)
    let links = try listDirectory("/sys/class/net").map { "link \($0)" }
    let names = ((try? listDirectory("/run/netns")) ?? []).map { "name \($0)" }
    let groups = (ControlGroup.parent.map { try? listDirectory($0) } ?? nil) ?? []
    return (mounts + links + names + groups.filter { $0.hasPrefix("tocsin-\(getpid())-") }.map { "group \($0)" })
        .sorted()
}
