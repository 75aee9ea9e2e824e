/// A table of iptables-legacy(8), ip6tables-legacy(8) or arptables-legacy(8), as getsockopt(2) tells it.
public struct LegacyTable: Equatable, Sendable {
    /// The three that have such tables; ebtables has another form.
    public enum Family: String, CaseIterable, Sendable {
        case ip, ip6, arp
    }

    /// A chain.
    public struct Chain: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// `ACCEPT` or `DROP` of one that the table was made with; nil of one that somebody made.
        public var policy: String?
        /// Its rules, in order.
        public var rules: [Rule] = []
    }

    /// A rule.
    public struct Rule: Equatable, Sendable {
        /// In the words of iptables(8), matches by their names alone: `-s 10.0.0.0/8 -p 6 -m comment -j DROP`.
        public var text: String
        /// The rule as it came, without counters, marks of the kernel and places in the table.
        public var bytes: [UInt8]
    }

    /// Which of the three.
    public var family: Family
    /// `filter`, `nat`, ...
    public var name: String
    /// All, in the table's order.
    public var chains: [Chain] = []

    /// Reads a table; nil where the bytes are none.
    ///
    /// - Parameters:
    ///   - information: `struct ipt_getinfo`, of `IPT_SO_GET_INFO`, or its like.
    ///   - entries: The entries of `IPT_SO_GET_ENTRIES`, without what stands before them.
    public init?(_ family: Family, name: String, information: [UInt8], entries: [UInt8]) {
        self.family = family
        self.name = name
        let layout = Layout(family)
        guard information.count >= layout.informationSize else { return nil }
        let valid = information.u32(32)
        var starts: [Int: String] = [:]
        var policies: Set<Int> = []
        for (place, hook) in layout.hooks.enumerated() where valid & 1 << UInt32(place) != 0 {
            starts[Int(information.u32(36 + 4 * place))] = hook
            policies.insert(Int(information.u32(36 + 4 * layout.hooks.count + 4 * place)))
        }
        guard let parts = Entry.all(in: entries, layout) else { return nil }
        // The first rule of a chain that somebody made stands behind its head.
        let heads = Dictionary(
            parts.compactMap { part in part.head.map { (part.offset + part.bytes.count, $0) } },
            uniquingKeysWith: { first, _ in first })
        for part in parts {
            if let hook = starts[part.offset] { chains.append(Chain(name: hook, policy: "ACCEPT")) }
            if let head = part.head {
                chains.append(Chain(name: head))
            } else if let last = chains.indices.last {
                if chains[last].policy != nil, policies.contains(part.offset) {
                    chains[last].policy = part.verdict.map(Entry.verdictName) ?? "ACCEPT"
                } else {
                    chains[last].rules.append(part.rule(layout, heads: heads))
                }
            }
        }
        // The last head ends the table, and the last rule of each chain that somebody made is the return that it ends with.
        if chains.last?.policy == nil, chains.last?.name == "ERROR" { chains.removeLast() }
        for place in chains.indices where chains[place].policy == nil { _ = chains[place].rules.popLast() }
    }

    /// How many bytes the entries have, of `struct ipt_getinfo` or its like; nil where that is too short.
    public static func entriesSize(_ family: Family, _ information: [UInt8]) -> Int? {
        let layout = Layout(family)
        return information.count < layout.informationSize ? nil : Int(information.u32(layout.informationSize - 4))
    }

    /// The size of `struct ipt_getinfo` or its like, in bytes.
    public static func informationSize(_ family: Family) -> Int { Layout(family).informationSize }
}

/// Where what stands in the structures of a family (linux/netfilter_ipv4/ip_tables.h and its like).
private struct Layout {
    var hooks = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]
    /// The offset of `target_offset`, behind which `next_offset` and `comefrom` stand.
    var offsets: Int
    /// The offsets of the counters and of the matches.
    var counters: Int, matches: Int
    /// The sizes of an address, and the offsets of names of devices and of the protocol.
    var address: Int?, devices: Int, transport: Int, inverted: Int

    var informationSize: Int { 36 + 8 * hooks.count + 8 }

    init(_ family: LegacyTable.Family) {
        switch family {
        case .ip:
            (offsets, counters, matches, address, devices, transport, inverted) = (88, 96, 112, 4, 16, 80, 83)
        case .ip6:
            (offsets, counters, matches, address, devices, transport, inverted) = (140, 152, 168, 16, 64, 128, 132)
        case .arp:
            (offsets, counters, matches, address, devices, transport, inverted) = (164, 176, 192, nil, 94, 0, 0)
            hooks = ["INPUT", "OUTPUT", "FORWARD"]
        }
    }
}

/// One entry of a table: a rule, a policy, or the head of a chain.
private struct Entry {
    var offset: Int
    var bytes: [UInt8]
    var target: Int

    /// XT_EXTENSION_MAXNAMELEN of linux/netfilter/x_tables.h, and the size of the header of a match or a target.
    private static let nameSize = 29, headerSize = 32

    static func all(in entries: [UInt8], _ layout: Layout) -> [Entry]? {
        var all: [Entry] = []
        var offset = 0
        while offset < entries.count {
            guard offset + layout.matches <= entries.count else { return nil }
            let target = Int(entries.u16(offset + layout.offsets))
            let size = Int(entries.u16(offset + layout.offsets + 2))
            guard target >= layout.matches, size >= target + headerSize, offset + size <= entries.count else {
                return nil
            }
            all.append(Entry(offset: offset, bytes: Array(entries[offset..<offset + size]), target: target))
            offset += size
        }
        return all
    }

    /// The name in the header of a match or a target.
    private func name(_ place: Int) -> String {
        String(decoding: bytes[(place + 2)..<(place + 2 + Entry.nameSize)].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The name of the chain that begins with it.
    var head: String? {
        guard name(target) == "ERROR" else { return nil }
        return String(decoding: bytes[(target + Entry.headerSize)...].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// What the standard target does: below zero a verdict, else a place to go on.
    var verdict: Int32? {
        guard name(target).isEmpty, bytes.count >= target + Entry.headerSize + 4 else { return nil }
        return Int32(bitPattern: bytes.u32(target + Entry.headerSize))
    }

    static func verdictName(_ verdict: Int32) -> String {
        switch verdict {
        case -1: "DROP"
        case -2: "ACCEPT"
        case -4: "QUEUE"
        case -5: "RETURN"
        default: String(verdict)
        }
    }

    func rule(_ layout: Layout, heads: [Int: String]) -> LegacyTable.Rule {
        var kept = bytes
        for place in (layout.offsets + 4)..<(layout.offsets + 8) { kept[place] = 0 }
        for place in layout.counters..<layout.counters + 16 { kept[place] = 0 }
        var words = Entry.words(bytes, layout)
        var place = layout.matches
        while place + Entry.headerSize <= target, bytes.u16(place) >= Entry.headerSize {
            words.append("-m \(name(place))")
            if name(place) == "comment" {
                let text = bytes[(place + Entry.headerSize)..<min(place + Int(bytes.u16(place)), target)]
                words.append("--comment \(String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))")
            }
            place += Int(bytes.u16(place))
        }
        if let verdict, verdict >= 0 {
            for place in (target + Entry.headerSize)..<(target + Entry.headerSize + 4) { kept[place] = 0 }
            words.append("-j \(heads[Int(verdict)] ?? "")")
        } else {
            words.append("-j \(verdict.map(Entry.verdictName) ?? name(target))")
        }
        let text = words.joined(separator: " ")
        return LegacyTable.Rule(text: text, bytes: kept + Array(text.utf8))
    }

    /// Source, destination, devices and protocol.
    private static func words(_ bytes: [UInt8], _ layout: Layout) -> [String] {
        guard let size = layout.address else { return [] }
        let inverted = bytes[layout.inverted]
        func not(_ flag: UInt8) -> String { inverted & flag != 0 ? "! " : "" }
        func prefix(_ place: Int) -> String? {
            let mask = bytes[(place + 2 * size)..<(place + 3 * size)]
            let length = mask.reduce(0) { $0 + $1.nonzeroBitCount }
            guard length > 0 else { return nil }
            return IPAddress(bytes: bytes[place..<place + size])
                .flatMap { IPPrefix(address: $0, length: length) }?.description
        }
        func device(_ place: Int) -> String? {
            let name = bytes[place..<place + 16].prefix { $0 != 0 }
            return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        }
        let transport = bytes.u16(layout.transport)
        // IPT_INV_VIA_IN, _VIA_OUT, _SRCIP, _DSTIP and _PROTO; those of IPv6 are the same.
        return [
            prefix(0).map { "\(not(0x08))-s \($0)" }, prefix(size).map { "\(not(0x10))-d \($0)" },
            device(layout.devices).map { "\(not(0x01))-i \($0)" },
            device(layout.devices + 16).map { "\(not(0x02))-o \($0)" },
            transport == 0 ? nil : "\(not(0x40))-p \(transport)",
        ].compactMap(\.self)
    }
}

extension [UInt8] {
    fileprivate func u16(_ place: Int) -> UInt16 { UInt16(self[place]) | UInt16(self[place + 1]) << 8 }
    fileprivate func u32(_ place: Int) -> UInt32 { UInt32(u16(place)) | UInt32(u16(place + 2)) << 16 }
}
