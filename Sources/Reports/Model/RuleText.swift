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
            // What is compared stands behind what was loaded.
            if tokens.count > 1, let value = argument(tokens[tokens.startIndex + 1], of: "cmp"), !value.hasPrefix("!"),
                let said = comparison(token, value, network, protocolName)
            {
                if token == "meta(l4proto)" { protocolName = said.name }
                if token == "meta(nfproto)" { network = said.name ?? network }
                if let text = said.text { out.append(text) }
                tokens = tokens.dropFirst(2)
                continue
            }
            // iptables keeps its comment in a match, which is said at the end.
            if token != "match(comment)" { out.append(word(token)) }
            tokens = tokens.dropFirst()
        }
        return (out + comment).joined(separator: " ")
    }

    /// What a value is compared with, in words; nil where it is not known.
    ///
    /// Behind a `bitwise` the mask is not known, so such a comparison stays as it is.
    private static func comparison(
        _ token: String, _ value: String, _ network: String, _ protocolName: String?
    ) -> (text: String?, name: String?)? {
        guard let bytes = bytes(value) else { return nil }
        let number = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        switch token {
        case "meta(nfproto)":
            guard let name = ["02": "ip", "0a": "ip6"][value] else { return nil }
            return ("meta nfproto \(name == "ip" ? "ipv4" : "ipv6")", name)
        case "meta(l4proto)":
            let name = ["01": "icmp", "06": "tcp", "11": "udp", "3a": "ipv6-icmp", "84": "sctp"][value]
            return ("meta l4proto \(name ?? String(number))", name)
        case "meta(iifname)", "meta(oifname)":
            let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            // Without a zero at its end it is the beginning of a name.
            return ("\(token.dropFirst(5).dropLast()) \"\(name)\(bytes.contains(0) ? "" : "*")\"", nil)
        case "payload(network+12,4)" where network == "ip": return ("ip saddr \(dotted(bytes))", nil)
        case "payload(network+16,4)" where network == "ip": return ("ip daddr \(dotted(bytes))", nil)
        case "payload(network+12,3)" where network == "ip": return ("ip saddr \(dotted(bytes + [0]))/24", nil)
        case "payload(network+16,3)" where network == "ip": return ("ip daddr \(dotted(bytes + [0]))/24", nil)
        case "payload(network+12,2)" where network == "ip": return ("ip saddr \(dotted(bytes + [0, 0]))/16", nil)
        case "payload(network+16,2)" where network == "ip": return ("ip daddr \(dotted(bytes + [0, 0]))/16", nil)
        case "payload(network+12,1)" where network == "ip": return ("ip saddr \(dotted(bytes + [0, 0, 0]))/8", nil)
        case "payload(network+16,1)" where network == "ip": return ("ip daddr \(dotted(bytes + [0, 0, 0]))/8", nil)
        case "payload(transport+0,2)": return ("\(protocolName ?? "th") sport \(number)", nil)
        case "payload(transport+2,2)": return ("\(protocolName ?? "th") dport \(number)", nil)
        default: return nil
        }
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

    private static func dotted(_ bytes: [UInt8]) -> String { bytes.map { String($0) }.joined(separator: ".") }
}
