import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// The requests of ioctl(2) by which devices, addresses, routes and neighbours are changed (netdevice(7), bits/ioctls.h).
enum ControlRequest {
    /// `SIOCSIFADDR` and its like, whose argument is a `struct ifreq`, and `SIOCADDRT` and its like, whose is another.
    static let all: [UInt32] =
        [
            SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFBRDADDR, SIOCSIFDSTADDR, SIOCDIFADDR, SIOCSIFFLAGS, SIOCSIFMTU,
            SIOCSIFHWADDR, SIOCSIFNAME, SIOCSIFTXQLEN, SIOCADDMULTI, SIOCDELMULTI, SIOCADDRT, SIOCDELRT, SIOCSARP,
            SIOCDARP,
        ].map { UInt32($0) } + bridges + [TunRequest.number] + TunRequest.keeping + copies
        + [EthtoolRequest.number] + FileFlags.requests + tunnels + vlans + bonds

    /// FICLONE and FICLONERANGE of linux/fs.h, by which cp(1) copies.
    static let copies: [UInt32] = [0x4004_9409, 0x4020_940d]

    /// SIOCADDTUNNEL, SIOCDELTUNNEL and SIOCCHGTUNNEL of linux/if_tunnel.h, which other devices have for something of their own.
    static let tunnels: [UInt32] = [0x89f1, 0x89f2, 0x89f3]

    /// SIOCSIFVLAN of linux/sockios.h, by which vconfig(8) works.
    static let vlans: [UInt32] = [0x8983]

    /// SIOCBONDENSLAVE and SIOCBONDRELEASE of linux/sockios.h.
    static let bonds: [UInt32] = [0x8990, 0x8991]

    /// SIOCBRADDBR, SIOCBRDELBR, SIOCBRADDIF and SIOCBRDELIF of linux/sockios.h.
    static let bridges: [UInt32] = [0x89a0, 0x89a1, 0x89a2, 0x89a3]
}

extension CallDecoder {
    /// ioctl(2) with one of the requests that change the network.
    func decodeControl() -> Decoded? {
        let request = UInt32(truncatingIfNeeded: argument(1))
        switch request {
        case TunRequest.number: return decodeAttach()
        case _ where TunRequest.keeping.contains(request): return decodeKeep(request)
        case _ where FileFlags.requests.contains(request): return decodeFlags(request)
        case _ where ControlRequest.copies.contains(request): return decodeChange(.fileWrite, descriptor: int(0))
        default: break
        }
        // A socket of any family will do; what is none, the kernel refuses.
        guard let socket = tracee.take(int(0)), let id = namespace(of: socket) else { return nil }
        var domain: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket.raw, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 else { return nil }
        let role = directory.role(of: id)
        guard
            let phrase = domain == AF_INET6 && [Int32(SIOCADDRT), Int32(SIOCDELRT)].contains(Int32(request))
                ? route6(request, socket.raw, role) : phrase(request, domain, socket.raw, role)
        else { return nil }
        var decoded = Decoded(phrases: [phrase])
        if id != tracee.namespace { decoded.subject = .namespace(id) }
        return decoded
    }

    private func namespace(of socket: borrowing Descriptor) -> NetworkNamespaceID? {
        let number = cl_socket_namespace(socket.raw)
        // The kernel refuses what is none.
        return number < 0 ? nil : (try? NamespaceHandle.of(Descriptor(owning: number)))?.id
    }

    private func phrase(_ request: UInt32, _ domain: Int32, _ socket: Int32, _ role: String) -> Phrase? {
        if ControlRequest.bridges.contains(request) { return bridge(request, socket, role) }
        if ControlRequest.tunnels.contains(request) { return tunnel(request, socket, role) }
        if ControlRequest.vlans.contains(request) { return vlan(role) }
        if request == EthtoolRequest.number { return ethtool(role) }
        switch Int32(request) {
        case Int32(SIOCADDRT), Int32(SIOCDELRT): return route4(request, role)
        case Int32(SIOCSARP), Int32(SIOCDARP): return neighbour(request, role)
        case Int32(SIOCSIFADDR) where domain == AF_INET6, Int32(SIOCDIFADDR):
            return address6(request, socket, role)
        default: break
        }
        // struct ifreq: a name of 16 bytes, and a union of 24.
        guard let bytes = memory.bytes(at: argument(2), count: 40) else { return nil }
        let device = Fields.text(bytes[0..<16])
        let value = Fields(bytes: Array(bytes[16...]))
        func set(_ keys: [String: String]) -> Phrase { Phrase(.linkSet, device, keys, in: role) }
        func address(_ key: String?) -> Phrase? {
            guard let text = value.address4(0) else { return nil }
            let keys = ["dev": device].merging(key.map { [$0: text] } ?? [:]) { first, _ in first }
            return Phrase(.addressSet, key == nil ? text : "all", keys, in: role)
        }
        if ControlRequest.bonds.contains(request) {
            let port = Fields.text(value.bytes[0..<16])
            return Phrase(
                .linkSet, port, ["master": request == ControlRequest.bonds[0] ? device : "none"], in: role)
        }
        switch Int32(request) {
        case Int32(SIOCSIFADDR): return address(nil)
        case Int32(SIOCSIFNETMASK): return address("netmask")
        case Int32(SIOCSIFBRDADDR): return address("broadcast")
        case Int32(SIOCSIFDSTADDR): return address("peer")
        case Int32(SIOCSIFMTU): return set(["mtu": String(value.u32(0))])
        case Int32(SIOCSIFTXQLEN): return set(["txqueuelen": String(value.u32(0))])
        case Int32(SIOCSIFNAME): return set(["name": Fields.text(value.bytes[0..<16])])
        case Int32(SIOCSIFHWADDR):
            let text = MACAddress(bytes: value.bytes[2..<8])?.description ?? ""
            return set(["mac": text == hardwareAddress(of: device, socket) ? "mac(\(device))" : text])
        case Int32(SIOCADDMULTI), Int32(SIOCDELMULTI):
            let text = MACAddress(bytes: value.bytes[2..<8])?.description ?? ""
            return Phrase(
                Int32(request) == Int32(SIOCADDMULTI) ? .multicastAdd : .multicastDelete, text, ["dev": device],
                in: role)
        case Int32(SIOCSIFFLAGS): return set(flags(value.u16(0), of: device, socket))
        default: return nil
        }
    }

    /// What of a device's flags is changed: all of them are given, so those that it has are asked for.
    private func flags(_ asked: UInt16, of device: String, _ socket: Int32) -> [String: String] {
        var request = [UInt8](repeating: 0, count: 40)
        for (place, byte) in device.utf8.prefix(15).enumerated() { request[place] = byte }
        let known = ask(socket, UInt(SIOCGIFFLAGS), &request)
        // Without the device, which the kernel then says, all that are set.
        let now = known ? Fields(bytes: request).u16(16) : 0
        let changed = asked ^ now
        let names: [(UInt16, String)] = [
            (UInt16(IFF_NOARP), "noarp"), (UInt16(IFF_PROMISC), "promisc"), (UInt16(IFF_ALLMULTI), "allmulticast"),
            (UInt16(IFF_MULTICAST), "multicast"),
        ]
        var words: [String] = []
        for (flag, word) in names where changed & flag != 0 { words.append(asked & flag != 0 ? word : "-\(word)") }
        var keys: [String: String] = [:]
        if !words.isEmpty { keys["flags"] = words.joined(separator: ", ") }
        let up = UInt16(IFF_UP)
        if changed & up != 0 || words.isEmpty { keys["up"] = asked & up != 0 ? "true" : "false" }
        return keys
    }

    /// Asks the kernel by ioctl(2) for what it fills in; nothing changes by it.
    private func ask(_ descriptor: Int32, _ number: UInt, _ request: inout [UInt8]) -> Bool {
        request.withUnsafeMutableBytes { space in
            space.baseAddress.map { ioctl(descriptor, number, $0) } == 0
        }
    }

    /// The requests of brctl(8): a name, or the name of a bridge and the index of a port.
    private func bridge(_ request: UInt32, _ socket: Int32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 16) else { return nil }
        let name = Fields.text(bytes[...])
        switch request {
        case ControlRequest.bridges[0]: return Phrase(.linkCreate, name, ["type": "bridge"], in: role)
        case ControlRequest.bridges[1]: return Phrase(.linkDelete, name, in: role)
        default:
            guard let value = memory.bytes(at: argument(2) &+ 16, count: 4) else { return nil }
            let index = Fields(bytes: value).u32(0)
            let isAdded = request == ControlRequest.bridges[2]
            return Phrase(
                .linkSet, interfaceName(index, socket) ?? "#\(index)", ["master": isAdded ? name : "none"], in: role)
        }
    }

    /// A tunnel by ioctl(2): the name of a device that says which kind it is, and the address of the tunnel's parameters.
    ///
    /// Nil where the device is of no such kind: its driver has a request of its own by that number.
    private func tunnel(_ request: UInt32, _ socket: Int32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 24) else { return nil }
        let device = Fields.text(bytes[0..<16])
        let kind = TunnelRequest.kinds[device]
        let parameters = TunnelRequest(memory, at: Fields(bytes: bytes).u64(16), isSix: kind?.isSix == true)
        let named = parameters.flatMap { $0.name.isEmpty ? nil : $0.name }
        // What is no tunnel, the kernel refuses.
        if request == ControlRequest.tunnels[1] {
            return Phrase(.linkDelete, kind == nil ? device : named ?? device, in: role)
        }
        guard let parameters else { return nil }
        var keys: [String: String] = parameters.words.isEmpty ? [:] : ["settings": parameters.words]
        if parameters.link != 0 {
            keys["link"] = interfaceName(parameters.link, socket) ?? "#\(parameters.link)"
        }
        if request == ControlRequest.tunnels[2] { return Phrase(.linkSet, named ?? device, keys, in: role) }
        guard let kind else { return nil }
        keys["type"] = kind.type
        // The kernel names a tunnel without a name after its kind.
        return Phrase(.linkCreate, named ?? kind.type + "%d", keys, in: role)
    }

    /// `struct vlan_ioctl_args` of linux/if_vlan.h: what is asked, a device, and a number or the name of another.
    private func vlan(_ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 56) else { return nil }
        let fields = Fields(bytes: bytes)
        let device = Fields.text(bytes[4..<28])
        switch fields.u32(0) {
        // ADD_VLAN_CMD; the name follows from what SET_VLAN_NAME_TYPE_CMD said, by default `eth0.5`.
        case 0:
            let id = fields.u32(28)
            return Phrase(
                .linkCreate, "\(device).\(id)", ["type": "vlan", "link": device, "id": String(id)], in: role)
        // DEL_VLAN_CMD.
        case 1: return Phrase(.linkDelete, device, in: role)
        // SET_VLAN_INGRESS_PRIORITY_CMD, _EGRESS_PRIORITY_CMD and _FLAG_CMD; what else there is changes no device.
        case 2, 3, 7: return Phrase(.linkSet, device, ["settings": Digest.of(bytes[28...])], in: role)
        default: return nil
        }
    }

    /// `struct rtentry` of net/route.h.
    private func route4(_ request: UInt32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 120) else { return nil }
        let fields = Fields(bytes: bytes)
        let flags = fields.u16(56)
        let mask = fields.u32(44).byteSwapped
        let length = flags & 4 != 0 ? 32 : mask.nonzeroBitCount
        guard let address = fields.address4(8) else { return nil }
        var keys: [String: String] = [:]
        // RTF_GATEWAY and RTF_REJECT.
        if flags & 2 != 0 { keys["via"] = fields.address4(24) }
        if flags & 0x200 != 0 { keys["type"] = "unreachable" }
        // A metric is one more than what is meant (linux/route.h).
        let metric = Int(fields.u16(80)) - 1
        if metric > 0 { keys["metric"] = String(metric) }
        let device = fields.u64(88)
        if device != 0 { keys["dev"] = memory.text(at: device, limit: 16) }
        let isDefault = length == 0 && address == "0.0.0.0"
        return Phrase(
            Int32(request) == Int32(SIOCADDRT) ? .routeAdd : .routeDelete,
            isDefault ? "default" : "\(address)/\(length)", keys, in: role)
    }

    /// `struct in6_rtmsg` of linux/ipv6_route.h.
    private func route6(_ request: UInt32, _ socket: Int32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 80) else { return nil }
        let fields = Fields(bytes: bytes)
        var keys: [String: String] = [:]
        if fields.u32(72) & 2 != 0 { keys["via"] = IPAddress(bytes: bytes[32..<48])?.description }
        if fields.u32(56) != 0 { keys["metric"] = String(fields.u32(56)) }
        let index = fields.u32(76)
        if index != 0 { keys["dev"] = interfaceName(index, socket) ?? "#\(index)" }
        let address = IPAddress(bytes: bytes[0..<16])?.description ?? ""
        return Phrase(
            Int32(request) == Int32(SIOCADDRT) ? .routeAdd : .routeDelete, "\(address)/\(fields.u16(52))", keys,
            in: role)
    }

    /// `struct in6_ifreq` of linux/ipv6.h: an address, its length, the index of a device.
    private func address6(_ request: UInt32, _ socket: Int32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 24), let address = IPAddress(bytes: bytes[0..<16]) else {
            return nil
        }
        let fields = Fields(bytes: bytes)
        let index = fields.u32(20)
        return Phrase(
            Int32(request) == Int32(SIOCDIFADDR) ? .addressDelete : .addressAdd, "\(address)/\(fields.u32(16))",
            ["dev": interfaceName(index, socket) ?? "#\(index)"], in: role)
    }

    /// `struct arpreq` of net/if_arp.h.
    private func neighbour(_ request: UInt32, _ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 68) else { return nil }
        let fields = Fields(bytes: bytes)
        guard let address = fields.address4(0) else { return nil }
        var keys: [String: String] = [:]
        let device = Fields.text(bytes[52..<68])
        if !device.isEmpty { keys["dev"] = device }
        // ATF_PUBL
        if fields.u32(32) & 8 != 0 { keys["proxy"] = "true" }
        guard Int32(request) == Int32(SIOCSARP) else { return Phrase(.neighbourDelete, address, keys, in: role) }
        if keys["proxy"] == nil { keys["lladdr"] = MACAddress(bytes: bytes[18..<24])?.description }
        return Phrase(.neighbourReplace, address, keys, in: role)
    }

    /// ioctl(2) with TUNSETIFF: the descriptor of /dev/net/tun becomes a device, which is made where it is not there.
    ///
    /// The device stands in the namespace in which the descriptor was opened, wherever the caller is now.
    private func decodeAttach() -> Decoded? {
        // What is no descriptor of /dev/net/tun knows no namespace, and macvtap's makes nothing.
        guard let request = TunRequest(memory, at: argument(2)), let taken = tracee.take(int(0)),
            let id = namespace(of: taken)
        else { return nil }
        var decoded = Decoded(
            .tunAttach, request.device, request.type.map { ["type": $0] } ?? [:], in: directory.role(of: id))
        if id != tracee.namespace { decoded.subject = .namespace(id) }
        return decoded
    }

    /// SIOCETHTOOL: a `struct ifreq` whose union is the address of a command of linux/ethtool.h.
    private func ethtool(_ role: String) -> Phrase? {
        guard let bytes = memory.bytes(at: argument(2), count: 24),
            let command = memory.bytes(at: Fields(bytes: Array(bytes)).u64(16), count: 4)
        else { return nil }
        let number = Fields(bytes: Array(command)).u32(0)
        guard EthtoolRequest.sets.contains(number) else { return nil }
        return Phrase(
            .genericRequest, "ethtool-ioctl", ["command": String(number), "dev": Fields.text(bytes[0..<16])], in: role)
    }

    /// ioctl(2) with TUNSETPERSIST, TUNSETOWNER or TUNSETGROUP, of the device that the descriptor has.
    private func decodeKeep(_ number: UInt32) -> Decoded? {
        guard let taken = tracee.take(int(0)), let id = namespace(of: taken) else { return nil }
        var request = [UInt8](repeating: 0, count: 40)
        guard ask(taken.raw, UInt(TunRequest.device), &request) else { return nil }
        let value = String(UInt32(truncatingIfNeeded: argument(2)))
        let said =
            switch number {
            case TunRequest.owner: ["user": value]
            case TunRequest.group: ["group": value]
            default: ["keep": argument(2) == 0 ? "false" : "true"]
            }
        return Decoded(.tunKeep, Fields.text(request[0..<16]), said, in: directory.role(of: id))
    }
}

/// Numbers and addresses in a structure that was read; those of the machine's byte order.
struct Fields {
    let bytes: [UInt8]

    func u16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }
    func u64(_ offset: Int) -> UInt64 { UInt64(u32(offset)) | UInt64(u32(offset + 4)) << 32 }

    /// The address of a `struct sockaddr_in`; nil of any other family.
    func address4(_ offset: Int) -> String? {
        let family = u16(offset)
        guard family == UInt16(AF_INET) || family == 0 else { return nil }
        return IPAddress(bytes: bytes[offset + 4..<offset + 8])?.description
    }

    /// A text up to its first zero.
    static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}

/// The requests of ethtool(8) that are no netlink (linux/ethtool.h).
enum EthtoolRequest {
    /// SIOCETHTOOL of linux/sockios.h.
    static let number: UInt32 = 0x8946

    /// Those that set something: of ETHTOOL_SSET, SWOL, SMSGLVL, NWAY_RST, SEEPROM, SCOALESCE, SRINGPARAM, SPAUSEPARAM, SRXCSUM,
    /// STXCSUM, SSG, TEST, PHYS_ID, STSO, SUFO, SGSO, SFLAGS, SPFLAGS, SRXFH, SGRO, SRXCLSRLDEL, SRXCLSRLINS, FLASHDEV, RESET,
    /// SRXNTUPLE, SRXFHINDIR, SFEATURES, SCHANNELS, SET_DUMP, SEEE, SRSSH, STUNABLE, PERQUEUE, SLINKSETTINGS, PHY_STUNABLE and
    /// SFECPARAM.
    static let sets: Set<UInt32> = [
        0x02, 0x06, 0x08, 0x09, 0x0c, 0x0f, 0x11, 0x13, 0x15, 0x17, 0x19, 0x1a, 0x1c, 0x1f, 0x22, 0x24, 0x26, 0x28,
        0x2a, 0x2c,
        0x31, 0x32, 0x33, 0x34, 0x35, 0x39, 0x3b, 0x3d, 0x3e, 0x45, 0x47, 0x49, 0x4b, 0x4d, 0x4f, 0x51,
    ]
}

/// The `struct ifreq` of TUNSETIFF (linux/if_tun.h).
struct TunRequest: Equatable {
    /// The request of ioctl(2), `_IOW('T', 202, int)`.
    static let number: UInt32 = 0x4004_54ca
    /// TUNSETPERSIST, `_IOW('T', 203, int)`.
    private static let keep: UInt32 = 0x4004_54cb
    /// TUNSETOWNER, `_IOW('T', 204, int)`.
    static let owner: UInt32 = 0x4004_54cc
    /// TUNSETGROUP, `_IOW('T', 206, int)`.
    static let group: UInt32 = 0x4004_54ce
    /// What is of the device that the descriptor has.
    static let keeping = [keep, owner, group]
    /// TUNGETIFF, `_IOR('T', 210, unsigned int)`.
    static let device: UInt32 = 0x8004_54d2
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

/// What SIOCADDTUNNEL and its kin say of a tunnel.
struct TunnelRequest: Equatable {
    /// The name that is asked for; empty where the kernel is to choose.
    var name: String
    /// The index of the device below, or 0.
    var link: UInt32
    /// `local 10.0.0.1 remote 10.0.0.2 ikey 1 okey 1`, in the words of ip-tunnel(8).
    var words: String

    /// The devices that stand for a kind, and whether it is one of IPv6.
    static let kinds: [String: (type: String, isSix: Bool)] = [
        "tunl0": ("ipip", false), "gre0": ("gre", false), "sit0": ("sit", false), "ip_vti0": ("vti", false),
        "ip6tnl0": ("ip6tnl", true), "ip6gre0": ("ip6gre", true), "ip6_vti0": ("vti6", true),
    ]

    /// - Parameter isSix: Whether it is a `struct ip6_tnl_parm`, else a `struct ip_tunnel_parm`, of linux/if_tunnel.h and linux/ip6_tunnel.h.
    init?(_ memory: some ReadableMemory, at address: UInt64, isSix: Bool) {
        guard let bytes = memory.bytes(at: address, count: isSix ? 64 : 52) else { return nil }
        self.init(bytes, isSix: isSix)
    }

    init(_ bytes: [UInt8], isSix: Bool) {
        let fields = Fields(bytes: bytes)
        name = Fields.text(bytes[0..<16])
        link = fields.u32(16)
        var all: [String] = []
        func add(_ word: String, _ range: Range<Int>) {
            let address = Array(bytes[range])
            if address.contains(where: { $0 != 0 }) {
                all.append("\(word) \(IPAddress(bytes: address)?.description ?? "")")
            }
        }
        guard !isSix else {
            add("local", 32..<48)
            add("remote", 48..<64)
            words = all.joined(separator: " ")
            return
        }
        add("local", 44..<48)
        add("remote", 48..<52)
        // GRE_KEY of linux/if_tunnel.h, in network byte order.
        if fields.u16(20).byteSwapped & 0x2000 != 0 { all.append("ikey \(fields.u32(24).byteSwapped)") }
        if fields.u16(22).byteSwapped & 0x2000 != 0 { all.append("okey \(fields.u32(28).byteSwapped)") }
        if bytes[40] != 0 { all.append("ttl \(bytes[40])") }
        if bytes[33] != 0 { all.append("tos \(bytes[33])") }
        words = all.joined(separator: " ")
    }
}
