import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// A netlink message on its way to the kernel, with the socket that carries it.
///
/// It holds a duplicate of the socket from the call's entry to its exit, no longer: a netlink socket keeps its
/// namespace alive.
final class NetlinkSend {
    /// What it asks, in order.
    let requests: [DecodedRequest]
    /// The bytes as the agent wrote them.
    let bytes: [UInt8]
    /// Where they stand in its memory.
    let ranges: [MemoryRange]
    /// The socket, by a number that is never used again (`SO_COOKIE`).
    let cookie: UInt64
    private(set) var socket: Int32
    /// What was overwritten to make a request fail, until it is put back.
    private var poison: Poison?
    /// Which request was made to fail, and with what.
    var spoiled: (position: Int, errno: ErrorNumber)?

    init(
        socket: consuming Descriptor, cookie: UInt64, requests: [DecodedRequest], bytes: [UInt8], ranges: [MemoryRange]
    ) {
        self.socket = socket.release()
        self.cookie = cookie
        self.requests = requests
        self.bytes = bytes
        self.ranges = ranges
    }

    deinit { close() }

    func close() {
        if socket >= 0 { _ = cl_close(socket) }
        socket = -1
    }

    /// The request with this place, made into one that the kernel acknowledges without acting.
    ///
    /// Of a nft batch the first member is spoiled, so that the whole transaction aborts (`nfnetlink_rcv_batch`).
    ///
    /// - Returns: The request's own bytes, for the answer; nil where the memory cannot be written.
    func spoil(_ position: Int, _ memory: TraceeMemory) -> [UInt8]? {
        let request = requests[position]
        let offset = request.members.first?.offset ?? request.offset
        guard let poison = try? Poison(messageAt: offset, in: bytes),
            let message = try? NetlinkMessages.all(in: bytes).first(where: { $0.offset == offset }),
            ranges.scatter(poison.replacement, from: poison.range.lowerBound, memory)
        else { return nil }
        self.poison = poison
        return Array(bytes[message.offset..<(message.offset + message.length)])
    }

    /// Puts the agent's own bytes back.
    func restore(_ memory: TraceeMemory) {
        guard let poison else { return }
        _ = ranges.scatter(poison.original, from: poison.range.lowerBound, memory)
    }

    /// What came of the requests, as the answer at the head of the queue says.
    ///
    /// rtnetlink and nfnetlink act inside the send, so the answer is there when it returns. Where another message is at
    /// the head, the result stays unknown.
    func results(_ operations: inout [Operation]) {
        let answers = peek()
        for (position, request) in requests.enumerated() where operations.indices.contains(position) {
            let sequences = Set([request.sequence] + request.members.map(\.sequence))
            let mine = answers.filter { sequences.contains($0.sequence) }
            if let failed = mine.first(where: { $0.errno != 0 }) {
                operations[position].result = .failed(ErrorNumber(failed.errno))
            } else if !mine.isEmpty || (answers.isEmpty && !request.wantsAck && !request.isDump) {
                operations[position].result = .ok
            }
        }
    }

    private func peek() -> [(sequence: UInt32, errno: Int32)] {
        withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 8) { space in
            guard let base = space.baseAddress else { return [] }
            let count = cl_netlink_peek(socket, base, space.count)
            guard count > 0 else { return [] }
            let span = UnsafeRawBufferPointer(start: base, count: min(count, space.count)).bytes
            var messages = NetlinkMessages()
            var answers: [(UInt32, Int32)] = []
            // A long dump is cut by our buffer: its first messages are enough.
            while let message = try? messages.next(in: span) {
                let acknowledgement = try? Acknowledgement.decode(message, in: span)
                answers.append((message.sequence, acknowledgement?.errno ?? 0))
            }
            return answers
        }
    }
}

extension CallDecoder {
    /// sendto(2), sendmsg(2) and sendmmsg(2) on a netlink socket; nil on any other.
    func decodeSend() -> Decoded? {
        guard let socket = tracee.process.take(int(0)) else { return nil }
        let family = cl_netlink_protocol(socket.raw)
        guard family == CL_NETLINK_ROUTE || family == CL_NETLINK_NETFILTER, let ranges = sendRanges(),
            let bytes = ranges.gather(memory, limit: 4 << 20)
        else { return nil }
        var cookie: UInt64 = 0
        var namespace: UInt64 = 0
        guard cl_socket_cookie(socket.raw, &cookie) == 0, cl_socket_namespace_cookie(socket.raw, &namespace) == 0 else {
            return nil
        }
        let number = socket.raw
        let decoder = RequestDecoder { index in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { name in
                guard let base = name.baseAddress, cl_interface_name(number, index, base) == 0 else { return nil }
                return String(cString: base)
            }
        }
        // iproute2 first asks for link 0, to learn what the kernel can do: it means no object.
        let requests = decoder.decode(bytes, protocol: family).requests.filter { $0.which != "#0" }
        guard !requests.isEmpty else { return nil }
        let role = directory.role(of: NetworkNamespaceID(rawValue: namespace))
        var decoded = Decoded(phrases: requests.map { phrase($0, in: role, number) })
        decoded.request = NetlinkSend(socket: socket, cookie: cookie, requests: requests, bytes: bytes, ranges: ranges)
        return decoded
    }

    private func sendRanges() -> [MemoryRange]? {
        switch number {
        case __NR_sendto: [MemoryRange(address: argument(1), count: Int(clamping: argument(2)))]
        case __NR_sendmsg: MessageHeader(memory, at: argument(1))?.ranges
        default:
            sendManyRanges()
        }
    }

    /// The buffers of all messages of a sendmmsg(2), one behind the other.
    private func sendManyRanges() -> [MemoryRange]? {
        var all: [MemoryRange] = []
        // struct mmsghdr: a msghdr of 56 bytes, the length that was sent, padding.
        for index in 0..<min(argument(2), 64) {
            guard let header = MessageHeader(memory, at: argument(1) &+ index * 64) else { return nil }
            all += header.ranges
        }
        return all
    }

    private func phrase(_ request: DecodedRequest, in role: String, _ socket: Int32) -> Phrase {
        var qualifiers: [String: String] = [:]
        for argument in request.arguments {
            let isNamespace = argument.name == "netns" || argument.name == "peer-netns"
            var value = isNamespace ? target(argument.value) : argument.value
            // A key must not hold what the kernel chose at random: the MAC that the device has already.
            if argument.name == "mac", value == hardwareAddress(of: request.which, socket) {
                value = "mac(\(request.which))"
            }
            if argument.name == "lladdr",
                let name = MACAddress(value).flatMap({ directory.device(withAddress: $0.bytes) })
            {
                value = "mac(\(name))"
            }
            if argument.name == "via", let name = linkLocalDevice(value) { value = "LL(\(name))" }
            qualifiers[argument.name] = qualifiers[argument.name].map { "\($0), \(value)" } ?? value
        }
        return Phrase(request.operation, request.which, qualifiers, in: role)
    }

    /// The device whose hardware address a link-local address was made of (RFC 4291, appendix A).
    private func linkLocalDevice(_ text: String) -> String? {
        guard text.hasPrefix("fe80:"), let bytes = IPAddress(text)?.bytes, bytes[11] == 0xff, bytes[12] == 0xfe else {
            return nil
        }
        return directory.device(withAddress: [bytes[8] ^ 2, bytes[9], bytes[10], bytes[13], bytes[14], bytes[15]])
    }

    private func hardwareAddress(of link: String, _ socket: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 6) { bytes in
            guard let base = bytes.baseAddress, cl_interface_address(socket, link, base) == 0 else { return nil }
            return MACAddress(bytes: Array(bytes))?.description
        }
    }

    /// The role behind `fd:N` or `pid:N` of a request that moves a device.
    private func target(_ text: String) -> String {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let value = Int32(parts[1]) else { return text }
        let handle: NamespaceHandle?
        if parts[0] == "fd" {
            guard let descriptor = tracee.process.take(value) else { return text }
            handle = try? NamespaceHandle.of(descriptor)
        } else {
            handle = try? NamespaceHandle.atPath("/proc/\(thread)/root/proc/\(value)/ns/net")
        }
        return handle.map { directory.role(of: $0.id) } ?? text
    }
}
