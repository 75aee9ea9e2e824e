import CLinux
import Kernel
import Model

extension CallDecoder {
    /// ioctl(2) with TUNSETIFF: the descriptor of /dev/net/tun becomes a device, which is made where it is not there.
    ///
    /// The device stands in the namespace in which the descriptor was opened, wherever the caller is now.
    func decodeAttach() -> Decoded? {
        // What is no descriptor of /dev/net/tun knows no namespace, and macvtap's makes nothing.
        guard let request = TunRequest(memory, at: argument(2)), let id = tunNamespace() else { return nil }
        var decoded = Decoded(
            .tunAttach, request.device, request.type.map { ["type": $0] } ?? [:], in: directory.role(of: id))
        if id != tracee.namespace { decoded.subject = .namespace(id) }
        return decoded
    }

    private func tunNamespace() -> NetworkNamespaceID? {
        guard let taken = tracee.take(int(0)) else { return nil }
        let number = cl_socket_namespace(taken.raw)
        // The kernel refuses what is none.
        return number < 0 ? nil : (try? NamespaceHandle.of(Descriptor(owning: number)))?.id
    }
}

/// The `struct ifreq` of TUNSETIFF (linux/if_tun.h).
struct TunRequest: Equatable {
    /// The request of ioctl(2), `_IOW('T', 202, int)`.
    static let number: UInt32 = 0x4004_54ca
    /// IFF_TUN and IFF_TAP, of which one is set.
    private static let types: [UInt16: String] = [1: "tun", 2: "tap"]

    /// The name that is asked for; `tun%d` where the kernel is to choose.
    var device: String
    /// `tun` or `tap`; nil where it is neither, which the kernel refuses.
    var type: String?

    init?(_ memory: some ReadableMemory, at address: UInt64) {
        // IFNAMSIZ bytes, and the flags.
        guard let bytes = memory.bytes(at: address, count: 18) else { return nil }
        self.init(bytes)
    }

    init(_ bytes: [UInt8]) {
        type = TunRequest.types[UInt16(bytes[16]) & 0xf]
        let name = String(decoding: bytes[..<16].prefix { $0 != 0 }, as: UTF8.self)
        device = name.isEmpty ? "\(type ?? "tun")%d" : name
    }
}
