import Glibc
import Kernel
import Model
import Worker

/// What this machine has of what plans need.
struct Machine {
    /// The capabilities without which no host can be made and no agent stopped, with what each is for.
    static let capabilities: [(capability: Capability, purpose: String)] = [
        (.sysAdmin, "namespaces and mounts of a host"),
        (.netAdmin, "links, addresses, routes and rules of a host"),
        (.sysPtrace, "stopping agents and reading their memory"),
        (.dacOverride, "the layers of a host's root, and files of agents that have other users"),
        (.setpcap, "taking capabilities from agents"),
        (.setgid, "keeping agents from the limits of a host's first process"),
    ]

    /// The oldest kernel on which namespaces can be told apart, by `SO_NETNS_COOKIE`.
    static let oldestKernel = "5.14"

    private let missing: String?
    private let kernel: String
    private let searched: [String]

    /// Asks the kernel once, for all plans.
    ///
    /// - Parameter trying: Whether a host is made and thrown away where one may be impossible, as in a container.
    /// - Throws: `MachineFailure` where not even that can be found out, and `Interruption`.
    init(trying: Bool = true) throws {
        let files = try Surroundings.openFileLimit()
        guard files >= 32 else {
            throw MachineFailure(description: Self.tooFewFiles(files))
        }
        kernel = Version.kernel
        let own = try Capabilities.current()
        let names = Self.capabilities.map(\.capability).filter { !own.effective.contains($0) }
        if let problem = Self.problem(ofKernel: kernel) {
            missing = problem
        } else if !names.isEmpty {
            missing =
                "needs " + names.map(\.description).joined(separator: ", ")
                + (geteuid() == 0 ? "" : "; without root: \(Surroundings.withoutRoot) tocsin ...")
        } else if files < Surroundings.openFiles.needed {
            missing = Self.tooFewFiles(files)
        } else {
            missing = trying && Surroundings().areUnusual ? try Self.hostProblem() : nil
        }
        searched = Self.searchPath
    }

    /// Why nothing runs on a kernel of this release; nil where something does.
    static func problem(ofKernel release: String) -> String? {
        isOlder(release, than: oldestKernel) ? "needs a kernel from \(oldestKernel); this one is \(release)" : nil
    }

    private static func tooFewFiles(_ count: UInt64) -> String {
        "needs \(Surroundings.openFiles.needed) open files; this process may have \(count) (ulimit -n)"
    }

    /// Why no host can be made here; nil where one can.
    private static func hostProblem() throws -> String? {
        let outcome = try Trial.outcome(of: Plan(scenario: "here", title: "a host"))
        guard let failure = outcome.failure else { return nil }
        let remedies = Surroundings().remedies
        return "no host can be made here: \(failure)"
            + (remedies.isEmpty ? "; tocsin doctor" : "; \(remedies.joined(separator: "; "))")
    }

    /// Why this machine cannot run a plan; nil when it can.
    func unmet(_ plan: Plan) -> String? {
        if let missing { return missing }
        if let oldest = plan.requirements.kernel, Self.isOlder(kernel, than: oldest) {
            return "needs a kernel from \(oldest); this one is \(kernel)"
        }
        if plan.hasOtherUser, !Capabilities.has(.setuid) {
            return "needs CAP_SETUID, for programs that begin as another user"
        }
        if let reason = Machine.unmetUsers(plan) { return reason }
        let programs = plan.requirements.programs.filter { find($0) == nil }
        guard programs.isEmpty else {
            // By its path it may be one that an agent's `provision` installs.
            let isProvided =
                programs.contains { $0.contains("/") } && plan.agents.values.contains { $0.provision != nil }
            return "needs the program \(programs.joined(separator: ", "))"
                + (isProvided ? ": tocsin provision \(plan.scenario)" : "")
        }
        if let reason = Machine.unmetTypes(plan.linkTypes) { return reason }
        return plan.agents.sorted { $0.key < $1.key }.lazy.compactMap { unprovisioned($0.value, named: $0.key, plan) }
            .first
    }

    /// Why users of a plan cannot be had in this user namespace; nil where they can, or where it is the machine's first.
    private static func unmetUsers(_ plan: Plan) -> String? {
        if plan.hasOtherUser, !UserNamespace.hasOtherUsers {
            return "needs another user than root, and this user namespace has none (/proc/self/uid_map, setgroups)"
        }
        let reason = "for whom this user namespace has no number (/proc/self/uid_map, gid_map)"
        let foreign = plan.otherUsers.first { name in !UserNamespace.has(user: UInt32(name) ?? userNumber(name)) }
        if let foreign { return "needs the user \(foreign), \(reason)" }
        let files = plan.host.files.filter { !UserNamespace.has(user: $0.value.owner, group: $0.value.group) }
        return files.keys.min().map { "needs the owner of \($0), \(reason)" }
    }

    /// The number of a user of this machine; nil where it has none of that name, which the host may have.
    private static func userNumber(_ name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }

    /// Why devices of these types cannot be made; nil where they can, or where nobody can tell.
    private static func unmetTypes(_ types: [String]) -> String? {
        // What keeps Tocsin from asking keeps it from making a host, which is said then.
        let missing = (try? LinkTypes.missing(among: types)) ?? []
        guard !missing.isEmpty else { return nil }
        return "needs devices of type \(missing.joined(separator: ", ")), which this kernel cannot make"
    }

    /// Why an agent cannot be run: it is one that has to be installed, and is not.
    private func unprovisioned(_ agent: AgentSpecification, named name: String, _ plan: Plan) -> String? {
        guard agent.provision != nil, case .driver(let argv) = agent.kind else { return nil }
        // It may be started by another program, such as setpriv(1).
        let own = argv.filter { $0.hasPrefix("\(Loading.agents)/") }
        let isThere = argv.first.map { !$0.contains("/") || find($0) != nil } ?? true
        guard !isThere || own.contains(where: { !Files.exists($0) }) else { return nil }
        return "needs the agent \(name)\(agent.version.map { " \($0)" } ?? ""): tocsin provision \(plan.scenario)"
    }

    /// Where py-spy(1) is, which reads where a Python program stands in its source: `$TOCSIN_PY_SPY`, beside the agents, or in PATH.
    var pySpy: String? {
        if let chosen = environmentVariable("TOCSIN_PY_SPY") { return find(chosen) }
        return find("\(Loading.agents)/py-spy/bin/py-spy") ?? find("py-spy")
    }

    /// Where a program is, by path or by a search of PATH and the folders of the system.
    func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        return searched.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Whether a release is older than a version: `5.15.0-91` than `6.1`.
    static func isOlder(_ release: String, than oldest: String) -> Bool {
        let numbers = [release, oldest].map { text in
            text.drop { !$0.isNumber }.split { !$0.isNumber }.prefix(3).map { Int($0) ?? 0 }
        }
        for place in 0..<numbers[1].count {
            let own = place < numbers[0].count ? numbers[0][place] : 0
            if own != numbers[1][place] { return own < numbers[1][place] }
        }
        return false
    }

    private static var searchPath: [String] {
        let own = environmentVariable("PATH")?.split(separator: ":").map(String.init) ?? []
        let system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        return own + system.filter { !own.contains($0) }
    }
}

extension Plan {
    /// Whether a program of it begins as another user than root.
    fileprivate var hasOtherUser: Bool { !otherUsers.isEmpty }

    /// The users that its programs begin as: names, or numbers.
    fileprivate var otherUsers: [String] {
        let lost = faults.flatMap(\.actions).compactMap { if case .user(let name) = $0 { name } else { nil } }
        return (agents.values.compactMap { $0.privileges?.user } + lost).sorted()
    }
}
