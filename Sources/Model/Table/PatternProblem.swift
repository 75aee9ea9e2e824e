extension ValueType {
    /// Why a pattern of a value of this type can never match; nil where it can.
    ///
    /// What operations and facts hold beside the type itself is right too: `mac(eth0)` for a hardware address that the
    /// kernel chose, `LL(eth0)` for the link-local address made of it, `#7` for a device whose name is not known.
    public func problem(withPattern text: String) -> Problem? {
        if text.isEmpty { return nil }
        if let problem = problem(within: text) { return problem }
        guard Pattern(text).isLiteral else {
            guard case .device = self else { return nil }
            return problem(with: text)
        }
        switch self {
        case .device where text.contains(", "), .deviceName where text.contains(", "),
            .prefix where text.contains(", "):
            // Several values of one key, as a route with two gateways has.
            return text.split(separator: ",").map { String($0.drop { $0 == " " }) }
                .compactMap { problem(withPattern: $0) }.first
        case .prefix, .prefixPattern:
            // A state names an address with its device behind it.
            let first = String(text.prefix { $0 != " " })
            if first.hasPrefix("LL(") || ValueText.isHardwareAddress(first) { return nil }
            return ValueType.prefix(or: words).problem(with: first)
        case .hardwareAddress where text.hasPrefix("mac("): return nil
        case .device where text.hasPrefix("#"), .deviceName where text.hasPrefix("#"): return nil
        // An agent may ask for `b%d`, of which the kernel makes `b0`.
        case .deviceName where !words.contains(text): return ValueType.device.problem(with: text)
        // The name of a namespace is also that of one without: `ns#1`, `pod (deleted)`.
        case .namespace, .arguments: return nil
        default: return problem(with: text)
        }
    }

    /// What is wrong with `within PREFIX`, where the type is one of addresses.
    private func problem(within text: String) -> Problem? {
        guard text.hasPrefix("within ") else { return nil }
        switch self {
        case .prefix, .prefixPattern: break
        default: return nil
        }
        let outer = String(text.dropFirst(7))
        if Prefix(outer) != nil || outer == "default" { return nil }
        return Problem(message: "`\(outer)` is no prefix: `within 10.0.0.0/8`")
    }
}
