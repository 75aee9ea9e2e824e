import Host
import Model

/// With which privileges programs of agents begin: what their agents say, less what faults took for the step.
final class AgentPrivileges {
    private let agents: [String: AgentSpecification]
    private let recorder: Recorder
    /// A file of the host as text; nil where there is none.
    private let text: (_ path: String) throws -> String?
    /// The capabilities that something in the host can have.
    private let available: Set<String>
    /// What faults took in a step, and whether anything has begun without it.
    private var losses: [(delivery: Delivery, hasReached: Bool)] = []

    init(
        of agents: [String: AgentSpecification], available: Set<String> = Set(Privileges.capabilityNames),
        recorder: Recorder, text: @escaping (_ path: String) throws -> String?
    ) {
        self.available = available
        self.agents = agents
        self.recorder = recorder
        self.text = text
    }

    /// A fault takes a privilege from what begins in its step; that is delivered when the first program does.
    func lose(_ delivery: Delivery) { losses.append((delivery, false)) }

    /// The step, or all that run at the same time, is over: the next begins with everything again.
    func end(of step: Step) {
        for loss in losses where loss.delivery.step == step.id && !loss.hasReached {
            var delivery = loss.delivery
            delivery.failure = "no program of an agent began in \(step.id): a privilege is not taken from one that runs"
            recorder.delivery(delivery)
        }
        losses.removeAll { $0.delivery.step == step.id }
    }

    /// The privileges of a program that begins now; nil for those of root.
    ///
    /// - Parameter step: The step; it is part of `whole`, or is it.
    /// - Throws: `RunFailure.impossible` where the host has no such user.
    func ofProgram(of agent: String, in step: Step, of whole: Step) throws -> SpawnPrivileges? {
        var privileges = agents[agent]?.privileges ?? Privileges()
        for index in losses.indices where [step.id, whole.id].contains(losses[index].delivery.step) {
            switch losses[index].delivery.action {
            case .capabilityDrop(let name): privileges.lost.insert(name)
            case .user(let name): privileges.user = name
            default: continue
            }
            guard !losses[index].hasReached else { continue }
            losses[index].hasReached = true
            var delivery = losses[index].delivery
            if let why = nothingToTake(by: delivery.action, from: agent) {
                delivery.failure = why
                delivery.hadNothingToActOn = true
            }
            recorder.delivery(delivery)
        }
        return privileges.isRoot ? nil : try spawn(privileges)
    }

    /// Why a program of an agent has nothing that the action could take; nil where it has.
    private func nothingToTake(by action: Action, from agent: String) -> String? {
        let own = agents[agent]?.privileges ?? Privileges()
        switch action {
        case .capabilityDrop(let name):
            if !available.contains(name) { return "nothing in the host has \(name)" }
            let has = own.capabilities?.contains(name) ?? (own.user == nil)
            return has ? nil : "\(agent) has no \(name)"
        case .user(let name):
            return name == own.user || own.user == nil && ["root", "0"].contains(name)
                ? "\(agent) begins as \(name) anyway" : nil
        default: return nil
        }
    }

    private func spawn(_ privileges: Privileges) throws -> SpawnPrivileges {
        let kept = Set(privileges.capabilities ?? Privileges.capabilityNames).subtracting(privileges.lost)
        let isLimited = privileges.capabilities != nil || !privileges.lost.isEmpty
        return SpawnPrivileges(
            kept: isLimited ? Privileges.mask(of: kept) : nil,
            isAmbient: privileges.user != nil && privileges.capabilities != nil,
            ids: try privileges.user.map(identities(of:)))
    }

    private func identities(of user: String) throws -> SpawnPrivileges.Identities {
        let users = UserFiles(passwd: try text("/etc/passwd") ?? "", group: try text("/etc/group") ?? "")
        guard let ids = users.identities(of: user) else {
            throw RunFailure.impossible("the host's /etc/passwd has no user `\(user)`")
        }
        return ids
    }
}

/// The users and groups of a host: passwd(5) and group(5).
struct UserFiles {
    let passwd: String
    let group: String

    /// The numbers of a user, by name or number; nil where there is none.
    ///
    /// A number that no line has is its own group's too.
    func identities(of user: String) -> SpawnPrivileges.Identities? {
        let users = lines(of: passwd, fields: 7)
        let line = users.first { $0[0] == user } ?? users.first { $0[2] == user }
        guard let line, let number = UInt32(line[2]), let group = UInt32(line[3]), number != .max, group != .max else {
            // The last number means none (setresuid(2)).
            return UInt32(user).flatMap { $0 == .max ? nil : SpawnPrivileges.Identities(user: $0, group: $0) }
        }
        let others = lines(of: self.group, fields: 4)
            .filter { $0[3].split(separator: ",").contains(line[0]) }.compactMap { UInt32($0[2]) }
        return SpawnPrivileges.Identities(user: number, group: group, groups: [group] + others.filter { $0 != group })
    }

    private func lines(of file: String, fields: Int) -> [[Substring]] {
        file.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
            .filter { $0.count >= fields }
    }
}
