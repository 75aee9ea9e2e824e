import CKernelHeaders

/// What attributes of an expression are called where the expression has no words of its own: `limit(rate=10,unit=1,burst=5)`.
///
/// Registers are left out: they only say how expressions hang together. So is what is 0, and what counts.
enum NftExpressionKeys {
    /// How an attribute is read.
    enum Kind {
        /// A number in the byte order of the network, as long as it is.
        case number
        case text
        /// `NFTA_DATA_VALUE` in it, as hexadecimal digits.
        case data
    }

    /// Of an expression, by `NFTA_EXPR_NAME`; nil for one that is not known here.
    static func of(_ expression: String) -> [(type: UInt16, name: String, kind: Kind)]? { table[expression] }

    private static let table: [String: [(type: UInt16, name: String, kind: Kind)]] = [
        "limit": [
            (wire(NFTA_LIMIT_RATE), "rate", .number), (wire(NFTA_LIMIT_UNIT), "unit", .number),
            (wire(NFTA_LIMIT_BURST), "burst", .number), (wire(NFTA_LIMIT_TYPE), "type", .number),
            (wire(NFTA_LIMIT_FLAGS), "flags", .number),
        ],
        "log": [
            (wire(NFTA_LOG_PREFIX), "prefix", .text), (wire(NFTA_LOG_LEVEL), "level", .number),
            (wire(NFTA_LOG_GROUP), "group", .number), (wire(NFTA_LOG_SNAPLEN), "snaplen", .number),
            (wire(NFTA_LOG_QTHRESHOLD), "threshold", .number), (wire(NFTA_LOG_FLAGS), "flags", .number),
        ],
        "quota": [(wire(NFTA_QUOTA_BYTES), "bytes", .number), (wire(NFTA_QUOTA_FLAGS), "flags", .number)],
        "reject": [(wire(NFTA_REJECT_TYPE), "type", .number), (wire(NFTA_REJECT_ICMP_CODE), "code", .number)],
        "queue": [
            (wire(NFTA_QUEUE_NUM), "num", .number), (wire(NFTA_QUEUE_TOTAL), "total", .number),
            (wire(NFTA_QUEUE_FLAGS), "flags", .number),
        ],
        "exthdr": [
            (wire(NFTA_EXTHDR_OP), "op", .number), (wire(NFTA_EXTHDR_TYPE), "type", .number),
            (wire(NFTA_EXTHDR_OFFSET), "offset", .number), (wire(NFTA_EXTHDR_LEN), "length", .number),
            (wire(NFTA_EXTHDR_FLAGS), "flags", .number),
        ],
        "fib": [(wire(NFTA_FIB_RESULT), "result", .number), (wire(NFTA_FIB_FLAGS), "flags", .number)],
        "rt": [(wire(NFTA_RT_KEY), "key", .number)],
        "socket": [(wire(NFTA_SOCKET_KEY), "key", .number), (wire(NFTA_SOCKET_LEVEL), "level", .number)],
        "numgen": [
            (wire(NFTA_NG_TYPE), "type", .number), (wire(NFTA_NG_MODULUS), "modulus", .number),
            (wire(NFTA_NG_OFFSET), "offset", .number),
        ],
        "hash": [
            (wire(NFTA_HASH_TYPE), "type", .number), (wire(NFTA_HASH_LEN), "length", .number),
            (wire(NFTA_HASH_MODULUS), "modulus", .number), (wire(NFTA_HASH_SEED), "seed", .number),
            (wire(NFTA_HASH_OFFSET), "offset", .number),
        ],
        "connlimit": [(wire(NFTA_CONNLIMIT_COUNT), "count", .number), (wire(NFTA_CONNLIMIT_FLAGS), "flags", .number)],
        "nat": [
            (wire(NFTA_NAT_TYPE), "type", .number), (wire(NFTA_NAT_FAMILY), "family", .number),
            (wire(NFTA_NAT_FLAGS), "flags", .number),
        ],
        "masq": [(wire(NFTA_MASQ_FLAGS), "flags", .number)],
        "redir": [(wire(NFTA_REDIR_FLAGS), "flags", .number)],
        "tproxy": [(wire(NFTA_TPROXY_FAMILY), "family", .number)],
        "fwd": [(wire(NFTA_FWD_NFPROTO), "family", .number)],
        "dup": [],
        "notrack": [],
        "objref": [
            (wire(NFTA_OBJREF_IMM_TYPE), "type", .number), (wire(NFTA_OBJREF_IMM_NAME), "name", .text),
            (wire(NFTA_OBJREF_SET_NAME), "set", .text),
        ],
        "flow_offload": [(wire(NFTA_FLOW_TABLE_NAME), "table", .text)],
        "osf": [(wire(NFTA_OSF_TTL), "ttl", .number), (wire(NFTA_OSF_FLAGS), "flags", .number)],
        "synproxy": [
            (wire(NFTA_SYNPROXY_MSS), "mss", .number), (wire(NFTA_SYNPROXY_WSCALE), "wscale", .number),
            (wire(NFTA_SYNPROXY_FLAGS), "flags", .number),
        ],
        "xfrm": [
            (wire(NFTA_XFRM_KEY), "key", .number), (wire(NFTA_XFRM_DIR), "dir", .number),
            (wire(NFTA_XFRM_SPNUM), "number", .number),
        ],
        "tunnel": [(wire(NFTA_TUNNEL_KEY), "key", .number)],
        "byteorder": [],
        "counter": [],
        "last": [],
    ]
}

/// The words of nft(8) for keys that are numbers on the wire, in the order of the kernel's enumerations.
enum NftKeyWords {
    /// `enum nft_meta_keys`, from NFT_META_LEN.
    static let meta = [
        "length", "protocol", "priority", "mark", "iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "skuid",
        "skgid", "nftrace", "rtclassid", "secmark", "nfproto", "l4proto", "ibrname", "obrname", "pkttype", "cpu",
        "iifgroup", "oifgroup", "cgroup", "random", "ipsec", "iifkind", "oifkind", "ibrpvid", "ibrvproto", "time",
        "day", "hour", "sdif", "sdifname",
    ]
    /// `enum nft_ct_keys`, from NFT_CT_STATE.
    static let connection = [
        "state", "direction", "status", "mark", "secmark", "expiration", "helper", "l3proto", "saddr", "daddr",
        "protocol", "proto-src", "proto-dst", "label", "packets", "bytes", "avgpkt", "zone", "event", "ip-saddr",
        "ip-daddr", "ip6-saddr", "ip6-daddr", "id",
    ]

    /// The word of a number, or the number.
    static func word(_ number: UInt32, in words: [String]) -> String {
        number < words.count ? words[Int(number)] : String(number)
    }
}
