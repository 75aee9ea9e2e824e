import CKernelHeaders

/// Decodes what an agent sends on a netlink socket.
public struct RequestDecoder {
    /// Gives the name of a link by its index in the socket's namespace, nil where it is not known.
    public let deviceName: (UInt32) -> String?

    /// Takes the way to name links; without one they appear as `#INDEX`.
    public init(deviceName: @escaping (UInt32) -> String? = { _ in nil }) { self.deviceName = deviceName }

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
                    send.requests.append(`protocol` == NETLINK_ROUTE ? route(message, bytes) : raw(message))
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
    func raw(_ message: NetlinkMessage, malformed: NetlinkDecodingError? = nil) -> DecodedRequest {
        var request = DecodedRequest(message, .rawRequest, String(message.type))
        request.add("malformed", malformed?.description)
        return request
    }

    /// The name of a link, or `#INDEX`.
    func name(_ index: UInt32) -> String { deviceName(index) ?? "#\(index)" }

    private func route(_ message: NetlinkMessage, _ bytes: RawSpan) -> DecodedRequest {
        guard message.has(NLM_F_REQUEST) else { return raw(message) }
        do throws(NetlinkDecodingError) {
            return try read(message, bytes) ?? raw(message)
        } catch {
            return raw(message, malformed: error)
        }
    }

    private func netfilter(_ message: NetlinkMessage, _ bytes: RawSpan) -> DecodedRequest {
        guard message.has(NLM_F_REQUEST) else { return raw(message) }
        do throws(NetlinkDecodingError) {
            return try nftList(message, bytes) ?? raw(message)
        } catch {
            return raw(message, malformed: error)
        }
    }
}
