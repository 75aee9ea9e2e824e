import CLinux
import Glibc
import Kernel
import Model

/// A TCP connection from one namespace of the host, to a server that stands there or that the probe puts there.
struct TCPProbe {
    let address: String
    let port: Int
    let server: TCPServer?

    /// How long a connection may take.
    private static let patience = Duration.seconds(1).patient

    /// Why no connection comes about; nil where one does.
    func failure(from namespace: String, in run: RunHost) throws -> String? {
        guard let target = SocketAddress(address, port: port) else { return "`\(address)` is no address" }
        let listener: Descriptor?
        if let server {
            guard let place = SocketAddress(server.address, port: server.port) else {
                return "`\(server.address)` is no address"
            }
            do {
                listener = try run.inNamespace(server.namespace) { () throws(SystemError) in try place.listen() }
            } catch {
                return "no server at \(server.address):\(server.port) in \(server.namespace): \(error)"
            }
        } else {
            listener = nil
        }
        let client: Descriptor
        do { client = try run.inNamespace(namespace) { () throws(SystemError) in try target.connect() } } catch {
            return "no connection to \(address):\(port) from \(namespace): \(error)"
        }
        let deadline = Monotonic.now() + TCPProbe.patience
        while Monotonic.now() < deadline {
            if !(try poll([PollItem(client.raw, .writable)], timeout: .zero)).isEmpty {
                var number: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                _ = getsockopt(client.raw, SOL_SOCKET, SO_ERROR, &number, &length)
                _ = consume listener
                return number == 0
                    ? nil : "no connection to \(address):\(port) from \(namespace): \(ErrorNumber(number).name)"
            }
            try run.loop.run(until: min(deadline, Monotonic.now() + .milliseconds(5))) { false }
        }
        return "no connection to \(address):\(port) from \(namespace): timed out"
    }
}

/// An echo request of ICMP, as ping(8) sends it.
struct PingProbe {
    let address: String

    /// Why no answer comes; nil where one does.
    func failure(from namespace: String, in run: RunHost) throws -> String? {
        guard let target = SocketAddress(address, port: 0) else { return "`\(address)` is no address" }
        let isVersion6 = target.family == AF_INET6
        let socket: Descriptor
        do {
            socket = try run.inNamespace(namespace) { () throws(SystemError) in
                let raw = Int32(bitPattern: SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
                let kind = Int32(isVersion6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)
                let socket = try target.socket(type: raw, protocol: kind)
                try target.use(socket.raw, Glibc.connect, "connect")
                return socket
            }
        } catch {
            return "no ping of \(address) from \(namespace): \(error)"
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
            return "no ping of \(address) from \(namespace): \(ErrorNumber(errno).name)"
        }
        let deadline = Monotonic.now() + Duration.seconds(1).patient
        var answer = [UInt8](repeating: 0, count: 256)
        while Monotonic.now() < deadline {
            let count = recv(socket.raw, &answer, answer.count, CL_MSG_DONTWAIT)
            // Version 4 comes with its IP header, whose length in words is in the low half of the first byte.
            let offset = isVersion6 ? 0 : Int(answer[0] & 15) * 4
            if count > offset, answer[offset] == (isVersion6 ? 129 : 0) { return nil }
            try run.loop.run(until: min(deadline, Monotonic.now() + .milliseconds(5))) { false }
        }
        return "no answer of \(address) to a ping from \(namespace)"
    }
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
