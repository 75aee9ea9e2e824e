import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// Who makes a user namespace.
enum EnteringUser: String, CaseIterable {
    case ordinary, root

    /// Whether an ordinary user may make all these namespaces: a kernel or a container may refuse it.
    static let canEnter =
        (try? Spawn.execute(
            ordinary.change + Surroundings.withoutRoot.split(separator: " ").map(String.init) + ["true"]))
        == .exited(0)

    var change: [String] {
        self == .root ? [] : ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    }
}

/// Plans in a user namespace, as an ordinary user and a rootless container have one: its root is not the machine's.
@Suite(
    .needsHost,
    .enabled(if: EnteringUser.canEnter, "needs a user namespace for an ordinary user, with a /proc of its own"))
final class UserNamespaceTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a shell in namespaces of its own, with the program as `$tocsin`; what it wrote.
    private func shell(
        _ script: String, as user: EnteringUser = .ordinary, isInside: Bool = true
    ) throws -> (end: WaitStatus, output: String) {
        try FileManager.default.copyItem(atPath: try builtProgram(), toPath: "\(folder)/tocsin")
        if user == .ordinary { try #require(chown(folder, 65534, 65534) == 0 && chmod(folder, 0o755) == 0) }
        let setup = "exec >'\(folder)/output' 2>&1; tocsin='\(folder)/tocsin'; cd '\(folder)'; HOME=$PWD;"
        let inside = isInside ? Surroundings.withoutRoot.split(separator: " ").map(String.init) : []
        let end = try Spawn.execute(user.change + inside + ["sh", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    /// Killed before the name leads anywhere: what undoes it enters the namespace first, and leaves all that there is.
    ///
    /// The namespace that root makes maps the machine's root, who may write what is the machine's below /proc.
    @Test(arguments: EnteringUser.allCases) func whatARaceLeavesIsFound(user: EnteringUser) throws {
        let scenario = """
            tocsin: 1
            title: killed on its way
            agents:
              a:
                commands:
                  add:
                    run: [sh, -c, "mkdir /var/lib/pod; ip netns add pod; ip -n pod link set lo up"]
                  del: { run: [sh, -c, "ip netns exec pod true && ip netns del pod && rm -r /var/lib/pod"], undoes: add }
            steps: [{ run: add }, { run: del }]
            faults: [{ before: { netns.name: pod }, do: { kill: all } }]
            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/killed.yaml")
        let result = try shell("\"$tocsin\" run --results r killed.yaml", as: user)
        #expect(result.end == .exited(1), "\(result.output)")
        for line in [
            "new  dead-name: netns pod (", "new  residue: file /var/lib/pod (", "no overlay could be mounted",
            "1 plan in",
        ] {
            #expect(result.output.contains(line), "\(line): \(result.output)")
        }
        // The machine's files and mounts are none of the agent's doing, whosever they are.
        for line in ["dropped because of that", "residue: mount", "more finding"] {
            #expect(!result.output.contains(line), "\(line): \(result.output)")
        }
    }

    /// One that mounts and leaves nothing; /tmp is everybody's, and a file's owner is one that there is.
    @Test(arguments: EnteringUser.allCases) func aCleanAgentIsNotAccused(user: EnteringUser) throws {
        let scenario = """
            tocsin: 1
            title: nothing is left
            host: { files: { /etc/mine: { text: x, owner: 0, group: 0 } } }
            agents:
              a:
                commands:
                  add: { run: [sh, -c, "ip netns add pod && ip -n pod link set lo up && test $$(stat -c %a /tmp) = 1777"] }
                  del: { run: [ip, netns, del, pod], undoes: add }
            steps:
              - run: add
              - run: del
            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/clean.yaml")
        let result = try shell("\"$tocsin\" run --results r clean.yaml", as: user)
        #expect(result.end == .exited(0), "\(result.output)")
    }

    @Test func thereIsNoReproducerWithoutAnOverlay() throws {
        let fault = "--fault 'before netns.name a: kill process'"
        let result = try shell("\"$tocsin\" export \(fault) --write e.sh -- ip netns add a; echo $?; ls")
        #expect(result.output.contains("it takes an overlay over /, which cannot be mounted here"), "\(result.output)")
        #expect(result.output.contains("\n4\n") && !result.output.contains("e.sh"), "\(result.output)")
    }

    @Test func anOwnerWithoutANumberIsSkipped() throws {
        let scenario = """
            tocsin: 1
            title: another's file
            host: { files: { /etc/theirs: { text: x, owner: 1000 } } }
            agents: { a: { commands: { say: { run: [id] } } } }
            steps: [{ run: say }]
            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/owner.yaml")
        let result = try shell("\"$tocsin\" run --results r owner.yaml")
        #expect(result.end == .exited(4), "\(result.output)")
        #expect(result.output.contains("needs the owner of /etc/theirs"), "\(result.output)")
    }

    @Test func whatNeedsAnotherUserIsSkipped() throws {
        let scenario = """
            tocsin: 1
            title: another user
            agents: { a: { commands: { say: { run: [id] } } } }
            steps: [{ run: say }]
            faults: [{ before: { step: say }, do: { user: nobody } }]
            """
        try Files.write(Data(scenario.utf8), to: "\(folder)/user.yaml")
        let result = try shell("\"$tocsin\" run --results r user.yaml")
        #expect(result.end == .exited(4), "\(result.output)")
        let reason = "needs another user than root, and this user namespace has none"
        #expect(result.output.contains(reason), "\(result.output)")
    }

    @Test func anOrdinaryUserIsToldTheWayIn() throws {
        let result = try shell("\"$tocsin\" run --results r -- ip netns add x", isInside: false)
        #expect(result.end == .exited(4), "\(result.output)")
        #expect(result.output.contains("without root: \(Surroundings.withoutRoot) tocsin"), "\(result.output)")
    }
}
