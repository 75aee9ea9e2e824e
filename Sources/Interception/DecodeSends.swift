import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

extension CallDecoder {
    /// sendto(2), sendmsg(2), sendmmsg(2), write(2) and writev(2) on a netlink socket, to the kernel; nil for any other.
    func decodeSend() -> Decoded? {
        guard let socket = tracee.take(int(0)), let (cookie, kind) = sockets.netlink(socket.raw) else { return nil }
        // What a call names stands on the caller's stack as a rule, one thing close to the other.
        let memory = MemoryWindow(self.memory, around: number == __NR_sendto ? argument(4) : argument(1))
        guard let datagrams = sentDatagrams(memory), goesToKernel(socket.raw, datagrams.first, memory) else {
            return nil
        }
        let ranges = datagrams.count == 1 ? datagrams[0].ranges : datagrams.flatMap(\.ranges)
        guard let bytes = ranges.gather(memory, limit: 4 << 20) else { return nil }
        return decoded(bytes, at: ranges, datagrams: datagrams.map(\.ranges.total), socket, cookie, kind)
    }

    /// splice(2) or sendfile(2) into a netlink socket, to the kernel: what is sent stands in no memory of the thread's.
    ///
    /// It can be looked at, and a request in it stopped at, but not made to fail: nobody can write there.
    func decodeSend(to number: Int32, bytes: (_ limit: Int) -> [UInt8]?) -> Decoded? {
        guard let socket = tracee.take(number), let (cookie, kind) = sockets.netlink(socket.raw),
            cl_netlink_peer(socket.raw) == 0
        else { return nil }
        guard let bytes = bytes(CallDecoder.mostSpliced), !bytes.isEmpty else {
            tracee.process.notes.append(
                "\(tracee.process.program) sends netlink requests by splice(2) or sendfile(2) from where they cannot be "
                    + "looked at: what it asks by these is not seen")
            return nil
        }
        return decoded(bytes, at: [], datagrams: [bytes.count], socket, cookie, kind)
    }

    /// No more than a pipe holds by default, 16 pages, goes into one message.
    private static let mostSpliced = 65_536

    private func decoded(
        _ bytes: [UInt8], at ranges: [MemoryRange], datagrams lengths: [Int], _ socket: consuming Descriptor,
        _ cookie: UInt64, _ kind: Sockets.Kind
    ) -> Decoded? {
        let family = kind.netlink
        let number = socket.raw
        let decoder = RequestDecoder(deviceName: { interfaceName($0, number) }, familyName: families.name)
        var requests: [DecodedRequest] = []
        var places: [Int] = []
        if lengths.count == 1 {
            requests = decoder.decode(bytes, protocol: family).requests
            requests.removeAll(where: \.meansNothing)
            places = [Int](repeating: 0, count: requests.count)
        } else {
            let sends = decoder.decode(bytes, datagrams: lengths, protocol: family)
            for (place, send) in sends.enumerated() {
                for request in send.requests where !request.meansNothing {
                    requests.append(request)
                    places.append(place)
                }
            }
        }
        guard !requests.isEmpty else { return nil }
        let role = directory.role(of: NetworkNamespaceID(rawValue: kind.namespace))
        var decoded = Decoded(phrases: requests.map { phrase($0, in: role, number) })
        decoded.request = NetlinkSend(
            socket: socket, family: family, cookie: cookie, namespace: kind.namespace,
            content: NetlinkSend.Content(requests: requests, datagrams: places, bytes: bytes, ranges: ranges))
        return decoded
    }

    /// The name of a device by its index, in the namespace of a socket.
    func interfaceName(_ index: UInt32, _ socket: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { name in
            guard let base = name.baseAddress, cl_interface_name(socket, index, base) == 0 else { return nil }
            return String(cString: base)
        }
    }

    /// Where one datagram stands, and to whom it goes.
    private struct SentDatagram {
        var ranges: [MemoryRange]
        var address: UInt64 = 0
        var addressSize: UInt64 = 0
    }

    private func sentDatagrams(_ memory: MemoryWindow) -> [SentDatagram]? {
        switch number {
        case __NR_sendto:
            return [
                SentDatagram(
                    ranges: [MemoryRange(address: argument(1), count: Int(clamping: argument(2)))],
                    address: argument(4), addressSize: argument(5))
            ]
        case __NR_sendmsg: return sentMessage(memory, at: argument(1)).map { [$0] }
        case __NR_write:
            return [SentDatagram(ranges: [MemoryRange(address: argument(1), count: Int(clamping: argument(2)))])]
        case __NR_writev:
            return MessageHeader.vector(memory, at: argument(1), count: argument(2)).map { [SentDatagram(ranges: $0)] }
        // No file position: pwrite64(2) and its like are refused by every socket (ESPIPE).
        case __NR_pwrite64, __NR_pwritev, __NR_pwritev2, __NR_ftruncate: return nil
        default:
            // struct mmsghdr: a msghdr of 56 bytes, the length that was sent, padding; at most UIO_MAXIOV of them.
            var all: [SentDatagram] = []
            for index in 0..<min(argument(2) & 0xffff_ffff, 1024) {
                guard let one = sentMessage(memory, at: argument(1) &+ index * 64) else { return nil }
                all.append(one)
            }
            return all
        }
    }

    private func sentMessage(_ memory: MemoryWindow, at address: UInt64) -> SentDatagram? {
        guard let header = MessageHeader(memory, at: address) else { return nil }
        return SentDatagram(ranges: header.ranges, address: header.name, addressSize: header.nameSize)
    }

    /// Netlink sockets also speak to each other: what has a port for its address is no request.
    private func goesToKernel(_ socket: Int32, _ first: SentDatagram?, _ memory: MemoryWindow) -> Bool {
        guard let first else { return false }
        // struct sockaddr_nl: family, padding, port, groups.
        if first.address != 0, first.addressSize >= 12 {
            return memory.word(at: first.address).map { $0 >> 32 == 0 } ?? true
        }
        return cl_netlink_peer(socket) == 0
    }

    private func phrase(_ request: DecodedRequest, in role: String, _ socket: Int32) -> Phrase {
        var qualifiers: [String: String] = [:]
        for argument in request.arguments {
            let isNamespace = argument.name == "netns" || argument.name == "peer-netns"
            var value = isNamespace ? target(argument.value) : argument.value
            // A key must not hold what the kernel chose at random: the MAC that the device has already.
            if argument.name == "mac", value == hardwareAddress(of: request.argument, socket) {
                value = "mac(\(request.argument))"
            }
            if argument.name == "lladdr",
                let name = MACAddress(value).flatMap({ directory.device(withAddress: $0.bytes) })
            {
                value = "mac(\(name))"
            }
            if argument.name == "via", let name = linkLocalDevice(value) { value = "LL(\(name))" }
            if let former = qualifiers.updateValue(value, forKey: argument.name) {
                qualifiers[argument.name] = "\(former), \(value)"
            }
        }
        // An entry of a bridge is named by the address itself.
        // That of zeros alone, which lo has too, is nobody's.
        let owner = MACAddress(request.argument).flatMap {
            $0.bytes.allSatisfy { $0 == 0 } ? nil : directory.device(withAddress: $0.bytes)
        }
        return Phrase(request.operation, owner.map { "mac(\($0))" } ?? request.argument, qualifiers, in: role)
    }

    /// The device whose hardware address a link-local address was made of (RFC 4291, appendix A).
    private func linkLocalDevice(_ text: String) -> String? {
        guard text.hasPrefix("fe80:"), let bytes = IPAddress(text)?.bytes, bytes[11] == 0xff, bytes[12] == 0xfe else {
            return nil
        }
        return directory.device(withAddress: [bytes[8] ^ 2, bytes[9], bytes[10], bytes[13], bytes[14], bytes[15]])
    }

    func hardwareAddress(of link: String, _ socket: Int32) -> String? {
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
            guard let descriptor = tracee.take(value) else { return text }
            // No namespace: the kernel refuses it, and the text says what was asked.
            handle = try? NamespaceHandle.of(descriptor)
        } else {
            // No such process: the same.
            handle = try? NamespaceHandle.atPath("/proc/\(thread)/root/proc/\(value)/ns/net")
        }
        return handle.map { directory.role(of: $0.id) } ?? text
    }
}

extension DecodedRequest {
    /// iproute2 first asks for link 0, to learn what the kernel can do: it means no object.
    fileprivate var meansNothing: Bool { argument == "#0" }
}
