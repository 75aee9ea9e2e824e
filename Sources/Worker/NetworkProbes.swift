import CLinux
import Glibc
import Kernel
import Model

/// A question to the network that is under way.
final class NetworkProbe: EventSource {
    private let probe: any Probe
    private let end: Monotonic
    private var done: ((String?) -> Void)?
    private unowned let loop: EventLoop

    init(_ probe: any Probe, within time: Duration, loop: EventLoop, _ done: @escaping (String?) -> Void) {
        self.probe = probe
        end = Monotonic.now() + time.patient
        self.loop = loop
        self.done = done
    }

    var descriptors: [PollItem] { done == nil ? [] : [probe.awaited] }
    var deadline: Monotonic? { done == nil ? nil : end }

    func advance() throws {
        guard let done else { return }
        let answer = try probe.answer() ?? (Monotonic.now() >= end ? .failure(probe.silence) : nil)
        guard let answer else { return }
        self.done = nil
        loop.remove(self)
        done(answer)
    }
}

/// One question to the network.
protocol Probe {
    /// What is ready when there is an answer.
    var awaited: PollItem { get }
    /// What it means that none has come.
    var silence: String { get }
    /// The answer, where there is one by now: nil inside where it is right, else why it is not.
    func answer() throws -> String??
}

extension String?? {
    /// The answer that something is not so.
    fileprivate static func failure(_ why: String) -> String?? { .some(.some(why)) }
}

extension RunHost {
    func ask(_ condition: Condition, within time: Duration, _ done: @escaping (String?) -> Void) throws {
        let probe: any Probe
        do {
            switch condition {
            case .tcp(let address, let port, let from, let server):
                probe = try TCPProbe(address: address, port: port, server: server, from: from, in: self)
            case .ping(let address, let from): probe = try PingProbe(address: address, from: from, in: self)
            default: throw RunFailure.impossible("\(condition) is no question to the network")
            }
        } catch let error as ProbeFailure {
            return done(error.why)
        }
        let running = NetworkProbe(probe, within: time, loop: loop, done)
        loop.add(running)
        // Most answers are there at once.
        try running.advance()
    }
}

/// That nothing could be asked, which is an answer.
private struct ProbeFailure: Error {
    let why: String
}

/// A TCP connection from one namespace of the host, to a server that stands there or that the probe puts there.
private struct TCPProbe: Probe {
    private let text: String
    private let client: Int32
    private let ends: [HeldDescriptor]

    init(address: String, port: Int, server: TCPServer?, from namespace: String, in run: RunHost) throws {
        guard let target = SocketAddress(address, port: port) else {
            throw ProbeFailure(why: "`\(address)` is no address")
        }
        text = "no connection to \(address):\(port) from \(namespace)"
        var ends: [HeldDescriptor] = []
        if let server {
            guard let place = SocketAddress(server.address, port: server.port) else {
                throw ProbeFailure(why: "`\(server.address)` is no address")
            }
            do {
                ends.append(
                    HeldDescriptor(
                        try run.inNamespace(server.namespace) { () throws(SystemError) in try place.listen() }))
            } catch {
                throw ProbeFailure(
                    why: "no server at \(server.address):\(server.port) in \(server.namespace): \(error)")
            }
        }
        do {
            let socket = HeldDescriptor(
                try run.inNamespace(namespace) { () throws(SystemError) in try target.connect() })
            client = socket.raw
            ends.append(socket)
        } catch {
            throw ProbeFailure(why: "\(text): \(error)")
        }
        self.ends = ends
    }

    var awaited: PollItem { PollItem(client, .writable) }
    var silence: String { "\(text): timed out" }

    func answer() throws -> String?? {
        guard !(try poll([awaited], timeout: .zero)).isEmpty else { return nil }
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = getsockopt(client, SOL_SOCKET, SO_ERROR, &number, &length)
        return number == 0 ? .some(nil) : .failure("\(text): \(ErrorNumber(number).name)")
    }
}

/// An echo request of ICMP, as ping(8) sends it.
private struct PingProbe: Probe {
    private let socket: HeldDescriptor
    private let isVersion6: Bool
    let silence: String

    init(address: String, from namespace: String, in run: RunHost) throws {
        guard let target = SocketAddress(address, port: 0) else {
            throw ProbeFailure(why: "`\(address)` is no address")
        }
        let isVersion6 = target.family == AF_INET6
        self.isVersion6 = isVersion6
        silence = "no answer of \(address) to a ping from \(namespace)"
        do {
            socket = HeldDescriptor(
                try run.inNamespace(namespace) { () throws(SystemError) in
                    let raw = Int32(bitPattern: SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
                    let kind = Int32(isVersion6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)
                    let socket = try target.socket(type: raw, protocol: kind)
                    try target.use(socket.raw, Glibc.connect, "connect")
                    return socket
                })
        } catch {
            throw ProbeFailure(why: "no ping of \(address) from \(namespace): \(error)")
        }
        // Type, code, checksum, identifier, sequence (RFC 792, RFC 4443); the kernel fills in the checksum of version 6.
        var request: [UInt8] = [isVersion6 ? 128 : 8, 0, 0, 0, 0x54, 0x6f, 0, 1]
        if !isVersion6 {
            let sum = stride(from: 0, to: request.count, by: 2).reduce(UInt32(0)) {
                $0 + UInt32(request[$1]) << 8 + UInt32(request[$1 + 1])
            }
            let folded = ~UInt16(truncatingIfNeeded: (sum & 0xffff) + sum >> 16)
            request[2] = UInt8(folded >> 8)
            request[3] = UInt8(folded & 0xff)
        }
        guard Glibc.send(socket.raw, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw ProbeFailure(why: "no ping of \(address) from \(namespace): \(ErrorNumber(errno).name)")
        }
    }

    var awaited: PollItem { PollItem(socket.raw, .readable) }

    func answer() throws -> String?? {
        var answer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(socket.raw, &answer, answer.count, CL_MSG_DONTWAIT)
            guard count > 0 else { return nil }
            // Version 4 comes with its IP header, whose length in words is in the low half of the first byte.
            let offset = isVersion6 ? 0 : Int(answer[0] & 15) * 4
            if count > offset, answer[offset] == (isVersion6 ? 129 : 0) { return .some(nil) }
        }
    }
}

/// A descriptor that several may hold.
private final class HeldDescriptor {
    let raw: Int32

    init(_ descriptor: consuming Descriptor) { raw = descriptor.release() }

    deinit { _ = cl_close(raw) }
}

/// An address and port of either family, as the kernel takes it.
struct SocketAddress {
    let family: Int32
    private var storage = sockaddr_storage()
    private let length: socklen_t

    init?(_ address: String, port: Int) {
        guard let port = UInt16(exactly: port) else { return nil }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            family = AF_INET
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, address, &six.sin6_addr) == 1 {
            family = AF_INET6
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
        } else {
            return nil
        }
    }

    func socket(type: Int32, protocol kind: Int32 = 0) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("socket", stage: "probe") { positive(Glibc.socket(family, type, kind)) })
    }

    /// A listening socket at this address.
    func listen() throws(SystemError) -> Descriptor {
        let socket = try self.socket(type: SocketAddress.stream)
        var one: Int32 = 1
        _ = setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        try use(socket.raw, Glibc.bind, "bind")
        let number = socket.raw
        try systemCall("listen", stage: "probe") { positive(Glibc.listen(number, 16)) }
        return socket
    }

    /// A socket that is being connected to this address.
    func connect() throws(SystemError) -> Descriptor {
        let socket = try self.socket(type: SocketAddress.stream)
        do { try use(socket.raw, Glibc.connect, "connect") } catch  where error.errno.rawValue == EINPROGRESS {
            return socket
        }
        return socket
    }

    /// Calls bind(2) or connect(2) with this address.
    func use(
        _ socket: Int32, _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ name: String
    ) throws(SystemError) {
        var storage = storage
        try systemCall(name, stage: "probe") {
            withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { positive(call(socket, $0, length)) }
            }
        }
    }

    private static let stream = Int32(
        bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    private func positive(_ result: Int32) -> Int32 { result < 0 ? -errno : result }
}
