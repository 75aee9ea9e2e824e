import Host
import Interception
import Kernel
import Observation

/// Something that is polled and moved on.
protocol EventSource: AnyObject {
    /// What to poll.
    var descriptors: [PollItem] { get }
    /// When it wants to be moved on though nothing was ready; nil for never.
    var deadline: Monotonic? { get }
    /// Moves on without waiting.
    func advance() throws
}

/// The stops of agents; the kernel tells of them by SIGCHLD.
final class TracerSource: EventSource {
    private let interceptor: Interceptor

    init(_ interceptor: Interceptor) { self.interceptor = interceptor }

    var descriptors: [PollItem] { [] }
    var deadline: Monotonic? { interceptor.deadline }

    func advance() { while interceptor.drain() {} }
}

/// What pid 1 of the host says.
final class HostSource: EventSource {
    private let host: Host

    init(_ host: Host) { self.host = host }

    var descriptors: [PollItem] { [PollItem(host.fileDescriptor, .readable)] }
    var deadline: Monotonic? { nil }

    func advance() throws { try host.processEvents() }
}

/// The settling of the host's state.
final class SettlerSource: EventSource {
    private let settler: Settler
    private(set) var outcome: SettlingOutcome?

    init(_ settler: Settler) { self.settler = settler }

    var descriptors: [PollItem] { settler.descriptors }
    var deadline: Monotonic? { settler.deadline }

    func advance() throws { if outcome == nil { outcome = try settler.advance() } }
}

/// The death of a namespace whose name was taken away.
final class DeathSource: EventSource {
    private let death: NamespaceDeath
    private let finished: (DeathSource, NamespaceDeathOutcome) -> Void

    init(_ death: NamespaceDeath, finished: @escaping (DeathSource, NamespaceDeathOutcome) -> Void) {
        self.death = death
        self.finished = finished
    }

    var descriptors: [PollItem] { death.descriptors }
    var deadline: Monotonic? { death.deadline }

    func advance() throws { if let outcome = try death.advance() { finished(self, outcome) } }
}

/// Calls once when its time has come.
final class Timer: EventSource {
    private let at: Monotonic
    private unowned let loop: EventLoop
    private var fire: ((Timer) -> Void)?

    init(at: Monotonic, loop: EventLoop, _ fire: @escaping (Timer) -> Void) {
        self.at = at
        self.loop = loop
        self.fire = fire
    }

    var descriptors: [PollItem] { [] }
    var deadline: Monotonic? { fire == nil ? nil : at }

    func advance() {
        guard loop.now >= at, let fire else { return }
        self.fire = nil
        fire(self)
    }
}
