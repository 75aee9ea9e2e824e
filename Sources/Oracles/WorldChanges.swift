import Model

/// What the world itself made, took or changed, with all that the kernel did at once because of it.
///
/// It is taken from the states just before and just after each such change, so nothing is guessed: the routes that went with
/// an address, the addresses that went with a device, the carrier of its peer.
struct WorldChanges {
    /// One object that the world changed.
    struct Change {
        /// What it was before the first change of it; nil where it was not there.
        var before: Fact?
        /// What the last change left of it; nil where it took it away.
        var after: Fact?
        /// When that was, in nanoseconds since the record began.
        var time: Nanoseconds
        /// The name of the fault, or of the step of the world.
        var fault: String
    }

    private var changes: [Fact.Identity: Change] = [:]
    /// Whether a fault ended a process: what it held is let go.
    private let hasKilled: Bool
    /// Whether programs began as another user, whose the files are then that they make.
    private let hasOtherUser: Bool
    /// The namespaces that the world keeps open, by the names or patterns of its faults.
    private let held: [Pattern]

    /// - Parameter deliveries: Those that count, in the order of time.
    init(_ deliveries: [Delivery], in states: [String: Snapshot]) {
        hasKilled = deliveries.contains(where: \.kills)
        hasOtherUser = deliveries.contains { if case .user = $0.action { true } else { false } }
        held = deliveries.compactMap { delivery in
            if case .change(.holdNamespace(let name)) = delivery.action { Pattern(name) } else { nil }
        }
        for delivery in deliveries {
            guard let around = delivery.states, let before = states[around.before], let after = states[around.after]
            else { continue }
            let (old, new) = (before.byIdentity, after.byIdentity)
            // A process of an agent is never the world's work: it runs on meanwhile.
            for difference in before.differences(to: after) where difference.identity.noun != "process" {
                let identity = difference.identity
                changes[identity] = Change(
                    before: changes[identity].map(\.before) ?? old[identity], after: new[identity],
                    time: delivery.time, fault: delivery.fault)
            }
        }
    }

    /// The last change of an object.
    subscript(identity: Fact.Identity) -> Change? { changes[identity] }

    /// The fault that made an object, as it is.
    func maker(of fact: Fact) -> String? {
        guard let change = changes[fact.identity], change.before == nil, change.after != nil else { return nil }
        return change.fault
    }

    /// Whether a difference from the reference is the world's doing alone: the object is as the world left it, or stands on a
    /// device that the world made or took.
    func explains(_ difference: Difference) -> Bool {
        if case .extra(let fact) = difference, keepsAlive(fact) { return true }
        if isOrderOfAddresses(difference) || isOfOwner(difference) || isOfCarrier(difference) { return true }
        if isOnDeviceOfWorld(difference) || hasKilled && difference.isOfWhatIsHeld { return true }
        guard let change = changes[difference.identity] else { return false }
        switch difference {
        case .missing: return change.after == nil
        case .extra(let there): return change.before == nil && change.after.map { isSame(there, as: $0) } ?? false
        case .changed(let expected, let there):
            guard let after = change.after else { return false }
            // What the world set is the world's; what else differs is not.
            let names = Set(expected.attributes.keys).union(there.attributes.keys)
            return names.filter { expected.attributes[$0] != there.attributes[$0] }.allSatisfy { name in
                change.before?.attributes[name] != after.attributes[name]
                    && there.attributes[name] == after.attributes[name]
            }
        }
    }

    /// Whether only whose a file is differs, where a fault let programs begin as another user.
    private func isOfOwner(_ difference: Difference) -> Bool {
        guard hasOtherUser, case .changed(let expected, let there) = difference else { return false }
        return expected.identity.noun == "file" && expected.namesChanged(in: there) == ["owner"]
    }

    /// Whether only the carrier of its device differs of a route, which the world changed (ip-route(8): `linkdown`).
    private func isOfCarrier(_ difference: Difference) -> Bool {
        guard case .changed(let expected, let there) = difference, expected.identity.noun == "route",
            expected.namesChanged(in: there) == ["flags"], let device = there.device
        else { return false }
        func others(_ fact: Fact) -> [Substring] {
            (fact.attributes["flags"] ?? "").split { $0 == " " || $0 == "," }.filter { $0 != "linkdown" }
        }
        let end = "\(device.name) in \(device.namespace)"
        let hasTouched = changes.contains { identity, change in
            identity == device || identity.noun == "link" && (change.before ?? change.after)?.attributes["peer"] == end
        }
        return others(expected) == others(there) && hasTouched
    }

    /// Whether only the order differs in which addresses of a subnet came, of which the world took or made one: the first is the
    /// primary one, and the source of the kernel's route (ip-address(8), `secondary`).
    private func isOrderOfAddresses(_ difference: Difference) -> Bool {
        guard case .changed(let expected, let there) = difference else { return false }
        let names = expected.namesChanged(in: there)
        let identity = expected.identity
        switch identity.noun {
        case "address":
            guard names == ["flags"], let device = expected.attributes["dev"], let own = Prefix(identity.firstWord)
            else {
                return false
            }
            func others(_ fact: Fact) -> [Substring] {
                (fact.attributes["flags"] ?? "").split { $0 == " " || $0 == "," }.filter { $0 != "secondary" }
            }
            return others(expected) == others(there)
                && hasTouched(in: identity.namespace) { $1 == device && $0.contains(own) && own.length == $0.length }
        case "route":
            guard names == ["src"], expected.attributes["proto"] == "kernel", let device = expected.attributes["dev"],
                let subnet = Prefix(identity.firstWord)
            else { return false }
            return hasTouched(in: identity.namespace) {
                $1 == device && subnet.contains($0) && subnet.length == $0.length
            }
        default: return false
        }
    }

    /// Whether the world took or made an address of a namespace for which something holds.
    private func hasTouched(in namespace: String, _ holds: (Prefix, _ device: String) -> Bool) -> Bool {
        changes.contains { identity, change in
            guard identity.noun == "address", identity.namespace == namespace, let prefix = Prefix(identity.firstWord),
                let device = (change.before ?? change.after)?.attributes["dev"]
            else { return false }
            return holds(prefix, device)
        }
    }

    /// Whether a namespace lives without its name because the world keeps it open, or the fact stands in such a one.
    ///
    /// Whoever of the host holds it too would be its holder.
    func keepsAlive(_ fact: Fact) -> Bool {
        let name = fact.identity.noun == "netns" ? fact.identity.name : fact.identity.namespace
        guard name.hasSuffix(NamespaceRole.deletedMark), held.contains(where: { $0.matches(NamespaceRole.name(name)) })
        else { return false }
        return fact.identity.noun != "netns" || fact.attributes["holder"] == "unknown"
    }

    /// Whether an object is as the world left it, as far as that is looked at.
    private func isSame(_ there: Fact, as left: Fact) -> Bool {
        there.attributes.allSatisfy { left.attributes[$0.key] == $0.value }
    }

    private func isOnDeviceOfWorld(_ difference: Difference) -> Bool {
        switch difference {
        case .missing(let fact):
            guard let change = fact.device.flatMap({ changes[$0] }) else { return false }
            return change.before != nil && change.after == nil
        case .extra(let fact):
            guard let change = fact.device.flatMap({ changes[$0] }) else { return false }
            return change.before == nil && change.after != nil
        case .changed: return false
        }
    }
}

extension Fact {
    /// The names of the attributes that are others in another state of the object.
    fileprivate func namesChanged(in other: Fact) -> Set<String> {
        Set(attributes.keys).union(other.attributes.keys).filter { attributes[$0] != other.attributes[$0] }
    }
}

extension Fact.Identity {
    /// `10.0.0.1/24` of `10.0.0.1/24 dev eth0`.
    fileprivate var firstWord: Substring { name.prefix { $0 != " " } }
}

extension Delivery {
    /// Whether it sent a signal to a process, or took its descriptors.
    var kills: Bool {
        switch action {
        case .kill: failure == nil
        default: false
        }
    }
}

extension Difference {
    /// Whether a lock or a socket is gone, or has another holder.
    var isOfWhatIsHeld: Bool {
        if case .extra = self { return false }
        return fact.isHeld
    }
}

extension Fact {
    /// Whether it is there as long as a process holds it.
    var isHeld: Bool {
        ["lock", "socket"].contains(identity.noun)
            || identity.noun == "link" && ["tun", "tap"].contains(attributes["type"])
    }
}

extension Evidence {
    /// What the world changed up to the end of a step, or at all.
    func worldChanges(through step: StepEvidence? = nil) -> WorldChanges {
        worlds[step?.span.upperBound ?? steps.count]
    }

    /// What the world changed before the first step, up to the end of the first, of the second and so on, and at all.
    static func worlds(_ deliveries: [Delivery], _ ran: [String], in states: [String: Snapshot]) -> [WorldChanges] {
        let delivered = deliveries.filter { $0.failure == nil }
        let steps = Dictionary(ran.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let places = Set(delivered.map { steps[$0.step] ?? ran.count })
        var worlds: [WorldChanges] = []
        for count in 0...ran.count {
            // Where nothing came meanwhile it is the same.
            if let last = worlds.last, count < ran.count, !places.contains(count - 1) {
                worlds.append(last)
                continue
            }
            worlds.append(
                WorldChanges(
                    delivered.filter { count == ran.count || (steps[$0.step] ?? ran.count) < count }, in: states))
        }
        return worlds
    }

    /// Whether the agent, after the world had changed an object, asked for it in a step: then it could know.
    ///
    /// Of an object that is there, though with other attributes, it could know who was refused or said one of them.
    func hasMet(
        _ difference: Difference, from time: Nanoseconds, to end: Nanoseconds, in step: String
    ) -> Bool {
        changes.contains { operation in
            guard operation.step == step, operation.started >= time, operation.started < end,
                operation.phrase.isAbout(difference.fact)
            else { return false }
            guard case .changed(let expected, let there) = difference else { return true }
            if case .failed = operation.result { return true }
            return operation.phrase.qualifiers.keys.contains { expected.attributes[$0] != there.attributes[$0] }
        }
    }
}

extension Phrase {
    /// Whether an operation is done on an object: a device by its name, another by what it says of it.
    ///
    /// One that says another metric, table or priority means another object, and a deletion also by another gateway or device.
    func isAbout(_ fact: Fact) -> Bool {
        let identity = fact.identity
        let names = ["table", "metric", "priority"] + (verb == "delete" ? ["via", "dev"] : [])
        let isOther = names.contains { name in
            guard let mine = qualifiers[name], let there = fact.attributes[name] else { return false }
            return mine != there
        }
        guard !isOther, noun == identity.noun,
            identity.namespace.isEmpty
                || NamespaceRole.name(namespace ?? "host") == NamespaceRole.name(identity.namespace)
        else { return false }
        let first = identity.name.split(separator: " ").first.map(String.init) ?? ""
        return argument == identity.name || argument == first || Pattern(argument).matches(first)
    }
}
