public import Kernel
import Model

/// Every network namespace that the host or an agent ever made, by an identity that holds no reference to it.
///
/// A namespace that is still alive when it should be gone is found by asking for each of these, whatever holds it.
/// For one thread.
public final class NamespaceRegistry {
    /// One namespace and what is known of it.
    public struct Entry: Sendable, Hashable {
        /// How it is found again.
        public let handle: NamespaceHandle
        /// What it is called in keys and reports: `host`, `pod`, `pod'`, `ns#1`.
        public fileprivate(set) var role: String
        /// The names that it was given below /run/netns, the first one first.
        public fileprivate(set) var names: [String]
        /// The key of the operation that made it; nil where no agent did.
        public let madeBy: String?
        /// Whether it was alive at the last look.
        public fileprivate(set) var isAlive: Bool
    }

    /// The role of the namespace of the host's pid 1.
    public static let hostRole = "host"
    /// What ``role(of:)`` answers for a namespace that was never registered.
    public static let unknownRole = "unknown"

    /// All of them, in the order in which they became known.
    public private(set) var entries: [Entry] = []
    private let identity: NamespaceIdentity
    private var places: [NetworkNamespaceID: Int] = [:]
    private var bearers: [String: NetworkNamespaceID] = [:]
    private var roles: Set<String> = []
    /// How many were made by each creator.
    private var made: [String: Int] = [:]

    /// Begins with the namespace of the host's pid 1, whose role is `host`.
    public init(host: NamespaceHandle, identity: NamespaceIdentity = .preferred) {
        self.identity = identity
        add(host, role: NamespaceRegistry.hostRole, by: nil)
    }

    /// Notes a namespace that was just made by the operation with that key; answers its role.
    ///
    /// A second report of the same namespace changes nothing.
    @discardableResult
    public func made(_ handle: NamespaceHandle, by key: String, creator: String = "") -> String {
        if let place = places[handle.id] { return entries[place].role }
        let role = nextRole(creator: creator)
        made[creator, default: 0] += 1
        add(handle, role: role, by: key)
        return role
    }

    /// Notes that a namespace was given a name below /run/netns.
    ///
    /// Its first name becomes its role. A namespace that nobody reported as made, such as one of the host's topology, is
    /// registered by this.
    public func named(_ handle: NamespaceHandle, _ name: String) {
        bearers[name] = handle.id
        guard let place = places[handle.id] else {
            add(handle, role: unused(name), by: nil)
            entries[entries.count - 1].names = [name]
            return
        }
        if entries[place].names.isEmpty, entries[place].role != NamespaceRegistry.hostRole {
            roles.remove(entries[place].role)
            entries[place].role = unused(name)
            roles.insert(entries[place].role)
        }
        if !entries[place].names.contains(name) { entries[place].names.append(name) }
    }

    /// The role of a namespace; ``unknownRole`` where it was never registered.
    public func role(of id: NetworkNamespaceID) -> String { entry(of: id)?.role ?? NamespaceRegistry.unknownRole }

    /// The role of the namespace that bears this name now or bore it last.
    public func role(named name: String) -> String? { bearers[name].map { role(of: $0) } }

    /// The role that the next namespace made will have until it is named: `ns(ip)#1`.
    ///
    /// Each creator's are counted by themselves: who of several is first differs from run to run.
    public func nextRole(creator: String = "") -> String {
        unused("ns" + (creator.isEmpty ? "" : "(\(creator))") + "#\((made[creator] ?? 0) + 1)")
    }

    /// What is known of a namespace.
    public func entry(of id: NetworkNamespaceID) -> Entry? { places[id].map { entries[$0] } }

    /// The namespaces that were alive at the last call and are dead now; each is told once.
    ///
    /// With the older back end (``NamespaceIdentity/cookies``) one whose holder is not found counts as dead.
    public func newlyDead() throws(SystemError) -> [Entry] {
        var dead: [Entry] = []
        for place in entries.indices where entries[place].isAlive {
            guard try !entries[place].handle.isAlive(identity: identity) else { continue }
            entries[place].isAlive = false
            dead.append(entries[place])
        }
        return dead
    }

    private func add(_ handle: NamespaceHandle, role: String, by key: String?) {
        places[handle.id] = entries.count
        entries.append(Entry(handle: handle, role: role, names: [], madeBy: key, isAlive: true))
        roles.insert(role)
    }

    /// The name, with as many strokes as it takes to be no role yet.
    private func unused(_ name: String) -> String {
        var role = name
        while roles.contains(role) { role += "'" }
        return role
    }
}
