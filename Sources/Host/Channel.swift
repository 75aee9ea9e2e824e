import CHost
import CLinux
import Kernel
import SystemPackage

/// The worker's end of the packet socket to pid 1.
final class Channel {
    private let socket: Descriptor
    /// Packets that came in while a request waited for room.
    private var early: [(ch_answer, [Int32])] = []

    init(_ socket: consuming Descriptor) { self.socket = socket }

    deinit {
        for (_, numbers) in early { numbers.forEach { _ = cl_close($0) } }
    }

    var raw: Int32 { socket.raw }

    /// Sends one packet.
    ///
    /// When the socket is full, what pid 1 has to say is taken in meanwhile, for it may be waiting for
    /// room itself; the answers stay for ``next()``.
    func send(_ bytes: [UInt8], descriptors: [Int32], stage: String, patience: Duration) throws {
        guard bytes.count <= Int(CH_PACKET_MAX) else { throw HostError.tooLong(stage: stage, bytes: bytes.count) }
        let end = Monotonic.now() + patience
        while true {
            let sent = bytes.withUnsafeBytes { all in
                all.baseAddress.map {
                    cl_send_descriptors(raw, $0, all.count, descriptors, descriptors.count, CL_MSG_DONTWAIT)
                } ?? 0
            }
            if sent >= 0 { return }
            let error = Errno(rawValue: Int32(-sent))
            switch error {
            case .resourceTemporarilyUnavailable, .noBufferSpace:
                guard Monotonic.now() < end else { throw HostError.timedOut(stage: stage) }
                if let packet = try read() { early.append(packet) }
                _ = try poll([PollItem(raw, [.readable, .writable])], timeout: .milliseconds(10))
            case .interrupted: continue
            case .brokenPipe, .connectionReset: throw HostError.died(stage: stage)
            default: throw SystemError(call: "sendmsg", stage: stage, errno: error)
            }
        }
    }

    /// The next packet, or nil when there is none now.
    ///
    /// The caller closes the descriptors.
    /// - Throws: ``HostError/died(stage:)`` at the end of the stream.
    func next() throws -> (ch_answer, [Int32])? {
        early.isEmpty ? try read() : early.removeFirst()
    }

    private func read() throws -> (ch_answer, [Int32])? {
        var answer = ch_answer()
        var numbers = [Int32](repeating: -1, count: Int(CL_MAX_DESCRIPTORS))
        var count = 0
        let got = withUnsafeMutableBytes(of: &answer) { space in
            space.baseAddress.map {
                cl_receive_descriptors(raw, $0, space.count, &numbers, &count, CL_MSG_DONTWAIT)
            } ?? 0
        }
        if got == -Int(Errno.resourceTemporarilyUnavailable.rawValue) { return nil }
        if got == -Int(Errno.interrupted.rawValue) { return nil }
        if got == 0 || got == -Int(Errno.connectionReset.rawValue) { throw HostError.died(stage: "receive") }
        try systemCall("recvmsg", stage: "answer of the host") { got }
        guard got == MemoryLayout<ch_answer>.size else {
            numbers.prefix(count).forEach { _ = cl_close($0) }
            throw SystemError(call: "recvmsg", stage: "answer of \(got) bytes", errno: .badMessage)
        }
        return (answer, Array(numbers.prefix(count)))
    }
}
