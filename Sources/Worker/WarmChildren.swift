import Host
import Kernel
import Model

/// A warm driver that is asked for children in one host.
final class WarmChildren: ForkingDriver {
    private let driver: WarmDriver
    private let host: Host
    private let filter: [UInt8]

    init(of driver: WarmDriver, in host: Host, filter: [UInt8]) {
        self.driver = driver
        self.host = host
        self.filter = filter
    }

    func fork(_ request: SpawnRequest, completion: @escaping (Result<Int32, any Error>) -> Void) throws {
        let given = WarmDescriptors(
            standard: request.standard, requests: request.further[0], replies: request.further[1])
        try driver.fork(into: host, filter: filter, directory: request.directory ?? "/", descriptors: given) {
            completion($0.map(\.process))
        }
    }
}

extension WarmDrivers {
    /// The warm drivers of a plan's agents: before the host is made, for starting them waits.
    ///
    /// - Parameter note: Told why an agent's driver is to be started in the host.
    func drivers(of plan: Plan, note: (String) -> Void) -> [String: WarmDriver] {
        var warm: [String: WarmDriver] = [:]
        for (name, agent) in plan.agents.sorted(by: { $0.key < $1.key }) {
            guard agent.warm, case .driver(let argv) = agent.kind else { continue }
            do {
                warm[name] = try driver(
                    of: name, argv, environment: agent.environment, directory: agent.directory,
                    held: plan.host.heldBack, timeout: Duration.nanoseconds(Int64(clamping: agent.timeout)).patient)
            } catch { note("\(name) was started cold: \(error)") }
        }
        return warm
    }
}
