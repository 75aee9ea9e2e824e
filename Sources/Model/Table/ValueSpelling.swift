extension ValueType {
    /// The type in the words of the documentation: `a prefix or `default``.
    public var spelling: String {
        let name =
            switch self {
            case .text: "text"
            case .truth: "`true` or `false`"
            case .word: ""
            case .number(let range):
                range.upperBound > 1_000_000 ? "number" : "number \(range.lowerBound) to \(range.upperBound)"
            case .duration: "duration"
            case .errorNumber: "name of errno(3)"
            case .signal: "name of signal(7)"
            case .user: "name of passwd(5) or number"
            case .capability: "name of capabilities(7)"
            case .namespace: "namespace"
            case .agent: "agent"
            case .device, .deviceName: "device"
            case .prefix, .prefixPattern: "prefix"
            case .hardwareAddress: "hardware address"
            case .mark: "mark: `0x10` or `0x10/0xff`"
            case .routingProtocol: "`static`, `boot`, `dhcp` … or a number"
            case .routingTable: "`main`, `local`, `default` or a number from 1"
            case .address: "address"
            case .path: "path"
            case .tables: "tables"
            case .arguments: "program and arguments"
            }
        let all = ([name] + words.map { "`\($0)`" }).filter { !$0.isEmpty }
        guard all.count > 1, let last = all.last else { return all.joined() }
        return all.dropLast().joined(separator: ", ") + " or \(last)"
    }
}
