import CKernelHeaders

/// Decodes what an agent sends on a netlink socket.
public struct RequestDecoder {
    /// Gives the name of a link by its index in the socket's namespace, nil where it is not known.
    public let deviceName: (UInt32) -> String?

    /// Gives the name of a family of generic netlink by its number, nil where it is not known.
    public let familyName: (UInt16) -> String?

    /// Takes the ways to name links and families; without one they appear as `#INDEX` and as numbers.
    public init(
        deviceName: @escaping (UInt32) -> String? = { _ in nil },
        familyName: @escaping (UInt16) -> String? = { _ in nil }
    ) {
        self.familyName = familyName
        self.deviceName = deviceName
    }

    /// Decodes every message of one send; never fails, what cannot be read is said in the result.
    ///
    /// - Parameter protocol: the socket's `SO_PROTOCOL`, such as `NETLINK_ROUTE`.
    public func decode(_ buffer: [UInt8], protocol: Int32) -> DecodedSend {
        let bytes = buffer.span.bytes
        var send = DecodedSend()
        var cursor = NetlinkMessages()
        var batch: NftBatch?
        do throws(NetlinkDecodingError) {
            while let message = try cursor.next(in: bytes) {
                guard `protocol` == NETLINK_NETFILTER else {
                    send.requests.append(request(message, bytes, protocol: `protocol`))
                    continue
                }
                if batch != nil {
                    batch?.take(message, in: bytes)
                    if message.type == wire(NFNL_MSG_BATCH_END), let done = batch?.request {
                        send.requests.append(done)
                        batch = nil
                    }
                } else if message.type == wire(NFNL_MSG_BATCH_BEGIN) {
                    batch = NftBatch(begin: message)
                } else {
                    send.requests.append(netfilter(message, bytes))
                }
            }
        } catch {
            // iproute2 sends some dump requests with the zeroed rest of its own structure behind the message.
            let rest = bytes.copy(min(max(error.offset, 0), bytes.byteCount)..<bytes.byteCount)
            if rest.contains(where: { $0 != 0 }) { send.error = error }
        }
        // The kernel gives up a batch without an end.
        if var open = batch?.request {
            open.add("incomplete", "true")
            send.requests.append(open)
        }
        return send
    }

    /// Decodes the datagrams of a sendmmsg(2), which stand one behind the other: each begins a message of its own.
    ///
    /// - Parameter lengths: how many bytes each has.
    /// - Returns: the requests of each, their offsets counted from the start of the buffer.
    public func decode(_ buffer: [UInt8], datagrams lengths: [Int], protocol: Int32) -> [DecodedSend] {
        var start = 0
        return lengths.map { length in
            var send = decode(Array(buffer.dropFirst(start).prefix(length)), protocol: `protocol`)
            for index in send.requests.indices {
                send.requests[index].offset += start
                for member in send.requests[index].members.indices {
                    send.requests[index].members[member].offset += start
                }
            }
            start += length
            return send
        }
    }

    /// A message that has no row of its own, by the number of its type.
    ///
    /// - Parameter protocol: that of the socket, which is said where it is neither of the two that nearly everybody uses.
    func raw(
        _ message: NetlinkMessage, protocol: Int32 = NETLINK_ROUTE, malformed: NetlinkDecodingError? = nil
    ) -> DecodedRequest {
        var request = DecodedRequest(message, .rawRequest, String(message.type))
        request.isDump = message.hasDumpFlags && message.has(NLM_F_REQUEST)
        let names = [
            NETLINK_SOCK_DIAG: "sock_diag", NETLINK_XFRM: "xfrm", NETLINK_AUDIT: "audit", NETLINK_GENERIC: "generic",
            NETLINK_KOBJECT_UEVENT: "uevent", NETLINK_CONNECTOR: "connector", NETLINK_CRYPTO: "crypto",
            NETLINK_FIB_LOOKUP: "fib_lookup", NETLINK_SELINUX: "selinux", NETLINK_RDMA: "rdma",
        ]
        if `protocol` != NETLINK_ROUTE, `protocol` != NETLINK_NETFILTER {
            request.add("protocol", names[`protocol`] ?? String(`protocol`))
        }
        request.add("malformed", malformed?.description)
        return request
    }

    /// The name of a link, or `#INDEX`.
    func name(_ index: UInt32) -> String { deviceName(index) ?? "#\(index)" }

    private func request(_ message: NetlinkMessage, _ bytes: RawSpan, protocol: Int32) -> DecodedRequest {
        guard message.has(NLM_F_REQUEST) else { return raw(message, protocol: `protocol`) }
        do throws(NetlinkDecodingError) {
            let known =
                switch `protocol` {
                case NETLINK_ROUTE: try read(message, bytes)
                case NETLINK_XFRM: try transform(message, bytes)
                case NETLINK_SOCK_DIAG: try diagnosis(message, bytes)
                case NETLINK_GENERIC: try generic(message, bytes)
                default: nil as DecodedRequest?
                }
            return known ?? raw(message, protocol: `protocol`)
        } catch {
            return raw(message, protocol: `protocol`, malformed: error)
        }
    }

    private func netfilter(_ message: NetlinkMessage, _ bytes: RawSpan) -> DecodedRequest {
        guard message.has(NLM_F_REQUEST) else { return raw(message) }
        do throws(NetlinkDecodingError) {
            if let request = try nftList(message, bytes) { return request }
            if let request = try ipset(message, bytes) { return request }
            return try connection(message, bytes) ?? raw(message)
        } catch {
            return raw(message, malformed: error)
        }
    }
}
