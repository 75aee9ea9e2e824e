/// What the world, the kernel, whoever sends signals or the scheduler does: read once, when a scenario is bound.
public enum Action: Hashable, Codable, Sendable {
    /// The request is answered with this error number and, where it is netlink, this extended message.
    ///
    /// `impossible` is set where no cause is known by which the kernel would answer so.
    case fail(errno: ErrorNumber, message: String? = nil, impossible: Bool = false)
    /// What the kernel answers to a dump says that it may be inconsistent, or ends early.
    case dump(DumpFate)
    /// These processes get this signal; of another agent than the one at the point where `agent` names one.
    case kill(victims: Victims, signal: Signal = .kill, agent: String? = nil)
    /// The name of a network namespace and its file go.
    case netnsDelete(name: String, settle: Settle = .done)
    /// The name goes and its file stays.
    case netnsUnmount(name: String, settle: Settle = .done)
    /// The name leads to a new namespace.
    case netnsReplace(name: String, settle: Settle = .done)
    /// The world changes an object of the host.
    case change(WorldChange)
    /// There is no more of that than so many: of descriptors for the process at the point, and those that it begins.
    case limit(Resource, to: Int)
    /// What an agent begins in the step has that capability not, by its name in capabilities(7).
    case capabilityDrop(String)
    /// What an agent begins in the step begins as that user, a name of the host's /etc/passwd or a number.
    case user(String)
    /// Whoever is at the point waits so long; a step waits itself.
    case delay(Nanoseconds)

    /// Whom a `kill` means.
    public enum Victims: String, Hashable, Codable, Sendable, CaseIterable {
        /// The process at the point.
        case process
        /// The agent's first process.
        case main
        /// Every process of the agent.
        case all
    }

    /// What becomes of a dump.
    public enum DumpFate: String, Hashable, Codable, Sendable, CaseIterable {
        /// Objects changed while it was made: `NLM_F_DUMP_INTR`.
        case interrupted
        /// It ends early: an object did not fit into what its reader has room for.
        case short
    }

    /// What a process may have only so much of.
    public enum Resource: String, Hashable, Codable, Sendable, CaseIterable {
        /// Descriptors (`RLIMIT_NOFILE`): one that would be numbered higher is refused with EMFILE.
        case files
        /// Room in the file systems of the host, in bytes more than are used: what needs more is refused with ENOSPC.
        case disk
    }

    /// When the agent goes on after a namespace lost its name.
    public enum Settle: String, Hashable, Codable, Sendable, CaseIterable {
        /// When the namespace and its devices are gone.
        case done
        /// At once: the kernel's cleanup is still under way.
        case lingering
    }

    /// Whether it reaches the agent by what it reads of the kernel's answers.
    public var reachesByAnAnswer: Bool {
        switch self {
        case .fail, .dump: true
        default: false
        }
    }

    /// Whether it takes a privilege from what begins in the step.
    public var takesPrivilege: Bool {
        switch self {
        case .capabilityDrop, .user: true
        default: false
        }
    }

    /// Whether the world does it: then it can also happen just before and just after the step, so it has controls.
    public var isOfWorld: Bool {
        switch self {
        case .netnsDelete, .netnsUnmount, .netnsReplace, .change: true
        case .fail, .dump, .kill, .limit, .capabilityDrop, .user, .delay: false
        }
    }
}

extension Action: CustomStringConvertible {
    /// The action as the scenario file writes it, ready to be pasted.
    public var description: String { phrase.description }

    /// The action as reports say it: `netns.delete pod settle lingering`.
    public var lineText: String { phrase.lineText }

    /// The word and the keys by which a scenario says it; what is usual is left out.
    public var phrase: Phrase {
        switch self {
        case .fail(let errno, let message, let impossible):
            Phrase("fail", errno.name, keys(("message", message), ("impossible", impossible ? "true" : nil)))
        case .dump(let fate): Phrase("dump", fate.rawValue)
        case .kill(let victims, let signal, let agent):
            Phrase(
                "kill", victims.rawValue,
                keys(("signal", signal == .kill ? nil : signal.name), ("agent", agent)))
        case .netnsDelete(let name, let settle): namespace("delete", name, settle)
        case .netnsUnmount(let name, let settle): namespace("unmount", name, settle)
        case .netnsReplace(let name, let settle): namespace("replace", name, settle)
        case .change(let change): change.phrase
        case .limit(let resource, let count): Phrase("limit", resource.rawValue, ["to": String(count)])
        case .capabilityDrop(let name): Phrase("capability.drop", name)
        case .user(let name): Phrase("user", name)
        case .delay(let time): Phrase("delay", time.lineText)
        }
    }

    private func namespace(_ verb: String, _ name: String, _ settle: Settle) -> Phrase {
        Phrase("netns.\(verb)", name, keys(("settle", settle == .done ? nil : settle.rawValue)))
    }
}

/// Those keys of a phrase that say something.
func keys(_ all: (String, String?)...) -> [String: String] {
    Dictionary(all.compactMap { key, value in value.map { (key, $0) } }, uniquingKeysWith: { first, _ in first })
}
