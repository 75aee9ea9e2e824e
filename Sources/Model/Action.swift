/// What the world, the kernel, whoever sends signals or the scheduler does: read once, when a scenario is bound.
public enum Action: Hashable, Codable, Sendable {
    /// The request is answered with this error number and, where it is netlink, this extended message.
    ///
    /// `impossible` is set where no cause is known by which the kernel would answer so.
    case fail(errno: ErrorNumber, message: String? = nil, impossible: Bool = false)
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

    /// When the agent goes on after a namespace lost its name.
    public enum Settle: String, Hashable, Codable, Sendable, CaseIterable {
        /// When the namespace and its devices are gone.
        case done
        /// At once: the kernel's cleanup is still under way.
        case lingering
    }

    /// Whether the world does it: then it can also happen just before and just after the step, so it has controls.
    public var isOfWorld: Bool {
        switch self {
        case .netnsDelete, .netnsUnmount, .netnsReplace, .change: true
        case .fail, .kill, .delay: false
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
        case .kill(let victims, let signal, let agent):
            Phrase(
                "kill", victims.rawValue,
                keys(("signal", signal == .kill ? nil : signal.name), ("agent", agent)))
        case .netnsDelete(let name, let settle): namespace("delete", name, settle)
        case .netnsUnmount(let name, let settle): namespace("unmount", name, settle)
        case .netnsReplace(let name, let settle): namespace("replace", name, settle)
        case .change(let change): change.phrase
        case .delay(let time): Phrase("delay", time.lineText)
        }
    }

    private func namespace(_ verb: String, _ name: String, _ settle: Settle) -> Phrase {
        Phrase("netns.\(verb)", name, keys(("settle", settle == .done ? nil : settle.rawValue)))
    }
}

extension WorldChange {
    /// The word and the keys by which a scenario says it; what is usual is left out.
    var phrase: Phrase {
        switch self {
        case .createLink(let link): link.creation
        case .deleteLink(let object): object.action("delete")
        case .setLink(let object, let settings): object.action("set", settings.keys)
        case .replaceLink(let object): object.action("replace")
        case .addAddress(let address):
            Phrase("address.add", address.prefix, ["dev": address.dev], in: unusual(address.namespace))
        case .deleteAddress(let object): object.action("delete")
        case .addRoute(let route):
            Phrase(
                "route.add", route.to,
                keys(
                    ("via", route.via), ("dev", route.dev), ("table", route.table == "main" ? nil : route.table),
                    ("metric", route.metric.map { String($0) })), in: unusual(route.namespace))
        case .deleteRoute(let object): object.action("delete")
        case .addRule(let rule):
            Phrase(
                "rule.add", rule.from,
                keys(
                    ("to", rule.to), ("iif", rule.iif), ("fwmark", rule.fwmark), ("table", rule.table),
                    ("priority", rule.priority.map { String($0) })), in: unusual(rule.namespace))
        case .deleteRule(let object): object.action("delete")
        case .addNeighbour(let neighbour):
            Phrase(
                "neighbour.add", neighbour.address,
                keys(
                    ("dev", neighbour.dev), ("lladdr", neighbour.lladdr),
                    ("proxy", neighbour.lladdr == nil ? "true" : nil)), in: unusual(neighbour.namespace))
        case .deleteNeighbour(let object): object.action("delete")
        case .writeSysctl(let setting):
            Phrase("sysctl.write", setting.sysctl, ["value": setting.value], in: unusual(setting.namespace))
        case .writeFile(let path, let text): Phrase("file.write", path, ["text": text])
        case .deleteFile(let path): Phrase("file.delete", path)
        case .restoreFile(let path): Phrase("file.restore", path)
        case .execute(let argv, let namespace): Phrase("exec", ArgumentVector.text(argv), in: unusual(namespace))
        }
    }
}

extension LinkSpecification {
    fileprivate var creation: Phrase {
        Phrase(
            "link.create", end.name,
            keys(
                ("type", type == "veth" ? nil : type), ("peer", peer?.name),
                ("peer-netns", peer.flatMap { $0.namespace == end.namespace ? nil : $0.namespace }),
                ("up", end.up ? "true" : nil), ("mtu", end.mtu.map { String($0) }), ("mac", end.mac),
                ("master", end.master)), in: unusual(end.namespace))
    }
}

extension LinkSettings {
    fileprivate var keys: [String: String] {
        let master: String? =
            switch master {
            case .device(let name)?: name
            case .nobody?: "none"
            case nil: nil
            }
        return Model.keys(
            ("up", up.map { String($0) }), ("mtu", mtu.map { String($0) }), ("mac", mac), ("master", master),
            ("name", name))
    }
}

extension Phrase {
    /// The action of that verb on this object.
    fileprivate func action(_ verb: String, _ further: [String: String] = [:]) -> Phrase {
        Phrase(
            "\(word).\(verb)", which, qualifiers.merging(further) { first, _ in first }, in: namespace.flatMap(unusual))
    }
}

/// The namespace where it is not `host`, which nobody need say.
private func unusual(_ namespace: String) -> String? { namespace == "host" ? nil : namespace }

private func keys(_ all: (String, String?)...) -> [String: String] {
    Dictionary(all.compactMap { key, value in value.map { (key, $0) } }, uniquingKeysWith: { first, _ in first })
}
