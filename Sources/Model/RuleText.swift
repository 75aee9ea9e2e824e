/// A rule of nftables as nft(8) says it, read from the words of a state: `payload(network+16,4) cmp(0a4d000a) accept`.
///
/// What it does not know stays as it stands there, and it claims no more than that says.
enum RuleText {
    /// The rule, for a chain of that family.
    static func line(_ text: String, family: String) -> String {
        let (body, comment) = split(text)
        var tokens = body[...]
        var out: [String] = []
        var protocolName: String?
        var network = family
        while let token = tokens.first {
            if let said = condition(tokens, network, protocolName) {
                if token == "meta(l4proto)" { protocolName = said.name }
                if token == "meta(nfproto)" { network = said.name ?? network }
                out.append(said.text)
                tokens = tokens.dropFirst(said.count)
                continue
            }
            // iptables keeps its comment in a match, which is said at the end.
            if token != "match(comment)" { out.append(word(token)) }
            tokens = tokens.dropFirst()
        }
        return (out + comment).joined(separator: " ")
    }

    /// A condition in words: what was loaded, a mask where there is one, and what it is compared with.
    private struct Condition {
        var text: String
        /// The protocol that it asks for.
        var name: String?
        /// How many words of the state say it.
        var count: Int
    }

    /// The condition with which the words begin; nil where it is not known.
    private static func condition(_ tokens: ArraySlice<String>, _ network: String, _ protocolName: String?)
        -> Condition?
    {
        guard let token = tokens.first else { return nil }
        var rest = tokens.dropFirst()
        var mask: [UInt8]?
        if let next = rest.first, let text = argument(next, of: "bitwise") {
            guard let read = bytes(text) else { return nil }
            mask = read
            rest = rest.dropFirst()
        }
        guard let next = rest.first, let compared = argument(next, of: "cmp") else { return nil }
        let isNot = compared.hasPrefix("!=")
        guard let value = bytes(isNot ? String(compared.dropFirst(2)) : compared) else { return nil }
        let count = mask == nil ? 2 : 3
        if let mask {
            guard mask.count == value.count, let text = masked(token, mask, value, isNot, network) else { return nil }
            return Condition(text: text, count: count)
        }
        guard let (said, name) = comparison(token, value, network, protocolName) else { return nil }
        // `ip daddr 10.0.0.1`: what it is stands before the last word.
        guard isNot else { return Condition(text: said, name: name, count: count) }
        var words = said.split(separator: " ").map(String.init)
        words.insert("!=", at: words.count - 1)
        return Condition(text: words.joined(separator: " "), count: count)
    }

    /// What a value is compared with, in words; nil where it is not known.
    private static func comparison(
        _ token: String, _ bytes: [UInt8], _ network: String, _ protocolName: String?
    ) -> (text: String, name: String?)? {
        let number = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        switch token {
        case "meta(nfproto)":
            guard let name = [2: "ip", 10: "ip6"][number] else { return nil }
            return ("meta nfproto \(name == "ip" ? "ipv4" : "ipv6")", name)
        case "meta(l4proto)":
            let name = [1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp", 132: "sctp"][number]
            return ("meta l4proto \(name ?? String(number))", name)
        case "meta(iifname)", "meta(oifname)":
            let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            // Without a zero at its end it is the beginning of a name.
            return ("\(token.dropFirst(5).dropLast()) \"\(name)\(bytes.contains(0) ? "" : "*")\"", nil)
        case "meta(mark)", "ct(mark)":
            return ("\(token.prefix { $0 != "(" }) mark 0x\(String(word(of: bytes), radix: 16))", nil)
        case "payload(transport+0,2)": return ("\(protocolName ?? "th") sport \(number)", nil)
        case "payload(transport+2,2)": return ("\(protocolName ?? "th") dport \(number)", nil)
        default:
            guard let (side, length) = address(token, network), length >= bytes.count else { return nil }
            let whole = bytes + Array(repeating: 0, count: length - bytes.count)
            let prefix = bytes.count < length ? "/\(bytes.count * 8)" : ""
            return ("\(side) \(Prefix.text(of: whole))\(prefix)", nil)
        }
    }

    /// A comparison of some bits, in words; nil where it is not known.
    private static func masked(
        _ token: String, _ mask: [UInt8], _ value: [UInt8], _ isNot: Bool, _ network: String
    ) -> String? {
        switch token {
        case "meta(mark)", "ct(mark)":
            let name = "\(token.prefix { $0 != "(" }) mark"
            let (bits, wanted) = (String(word(of: mask), radix: 16), String(word(of: value), radix: 16))
            return "\(name) & 0x\(bits) \(isNot ? "!=" : "==") 0x\(wanted)"
        case "ct(state)":
            let all: [(UInt32, String)] = [
                (1, "invalid"), (2, "established"), (4, "related"), (8, "new"), (64, "untracked"),
            ]
            let bits = word(of: mask)
            let names = all.filter { bits & $0.0 != 0 }
            guard isNot, word(of: value) == 0, names.reduce(0, { $0 | $1.0 }) == bits else { return nil }
            return "ct state \(names.map(\.1).joined(separator: ","))"
        default:
            guard let (side, length) = address(token, network), length == mask.count else { return nil }
            let ones = mask.reduce(0) { $0 + $1.nonzeroBitCount }
            // A mask with holes is no prefix.
            let isPrefix = (0..<(length * 8)).allSatisfy { bit in
                (mask[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0) == (bit < ones)
            }
            guard isPrefix else { return nil }
            return "\(side) \(isNot ? "!= " : "")\(Prefix.text(of: value))/\(ones)"
        }
    }

    /// Which address of a header is loaded, and how many bytes it has.
    private static func address(_ token: String, _ network: String) -> (side: String, length: Int)? {
        guard let place = argument(token, of: "payload")?.split(separator: ",").first else { return nil }
        return switch (network, place) {
        case ("ip", "network+12"): ("ip saddr", 4)
        case ("ip", "network+16"): ("ip daddr", 4)
        case ("ip6", "network+8"): ("ip6 saddr", 16)
        case ("ip6", "network+24"): ("ip6 daddr", 16)
        default: nil
        }
    }

    /// A number as this machine has it in memory: the lowest byte first.
    private static func word(of bytes: [UInt8]) -> UInt32 {
        bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func word(_ token: String) -> String {
        if let name = argument(token, of: "target") { return name.lowercased() == "masquerade" ? "masquerade" : token }
        return ["masq": "masquerade", "ct": "ct"][token] ?? token
    }

    /// The words of the rule, and its comment as nft writes it.
    private static func split(_ text: String) -> (words: [String], comment: [String]) {
        var body = text[...]
        var comment: [String] = []
        if text.hasSuffix("\""), let place = find(" comment \"", in: text) {
            comment = [String(text[place.upperBound...].dropLast())].map { "comment \"\($0)\"" }
            body = text[..<place.lowerBound]
        }
        return (body.split(separator: " ").map(String.init), comment)
    }

    private static func find(_ words: String, in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(words) { return start..<text.index(start, offsetBy: words.count) }
            start = text.index(after: start)
        }
        return nil
    }

    private static func argument(_ token: String, of name: String) -> String? {
        guard token.hasPrefix(name + "("), token.hasSuffix(")") else { return nil }
        return String(token.dropFirst(name.count + 1).dropLast())
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[place...(place + 1)], as: UTF8.self)
            guard pair.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let byte = UInt8(pair, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
