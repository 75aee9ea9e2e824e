/// What the text behind a key of a phrase can be; the one set of types for operations, objects and actions.
public enum ValueType: Hashable, Sendable {
    /// Any text.
    case text
    /// `true` or `false`.
    case truth
    /// One of these words.
    case word([String])
    /// A whole number.
    case number(ClosedRange<Int>)
    /// A number with its unit.
    case duration
    /// A name of errno(3), or one of these words.
    case errorNumber(or: [String])
    /// A name of signal(7).
    case signal
    /// A name of passwd(5), or a number.
    case user
    /// A name of capabilities(7), or one of these words.
    case capability(or: [String])
    /// The name of a network namespace, or a pattern of one.
    case namespace
    /// The name of an agent of the scenario.
    case agent
    /// The name of a device, or a pattern of one.
    case device
    /// The name of a device, or one of these words.
    case deviceName(or: [String])
    /// An address or prefix, or one of these words.
    case prefix(or: [String])
    /// An address or prefix, one of these words, or a pattern of these.
    case prefixPattern(or: [String])
    /// Six bytes in hexadecimal.
    case hardwareAddress
    /// A mark of packets.
    case mark
    /// A routing table by name or number.
    case routingTable
    /// Who added a route, by name or number.
    case routingProtocol
    /// The address of one host.
    case address
    /// A path that begins with a slash, or a pattern of one.
    case path
    /// Tables as nft(8) names them, with commas between them: `ip nat, inet lab`.
    case tables
    /// A program and its arguments, as ``ArgumentVector`` writes them.
    case arguments

    /// What is wrong with a text of this type.
    public struct Problem: Hashable, Sendable {
        /// What is wrong, without a place.
        public var message: String
        /// What could have been meant, where the text is one of some words; else empty.
        public var candidates: [String] = []
    }
}

extension ValueType {
    /// What is wrong with a text of this type; nil where nothing is.
    public func problem(with text: String) -> Problem? {
        switch self {
        case .text, .agent, .tables: nil
        case .truth: check(["true", "false"].contains(text), "`\(text)` is neither true nor false")
        case .word(let words):
            check(words.contains(text), "`\(text)` is none of \(words.map { "`\($0)`" }.joined(separator: " "))", words)
        case .errorNumber(let words):
            check(words.contains(text) || ErrorNumber(name: text) != nil, "no errno `\(text)`", ErrorNumber.allNames)
        case .signal: check(Signal(name: text) != nil, "no signal `\(text)`", Signal.candidates(for: text))
        case .user: check(Privileges.isUser(text), "`\(text)` is no user: a name of /etc/passwd, or a number")
        case .capability(let words):
            check(
                words.contains(text) || Privileges.capabilityNames.contains(text), "no capability `\(text)`",
                Privileges.candidates(for: text))
        case .namespace:
            check(
                !text.isEmpty && !text.contains("/") && text != "." && text != "..",
                "`\(text)` is no name of a namespace")
        default: problemOfValue(text)
        }
    }

    private func problemOfValue(_ text: String) -> Problem? {
        let isPattern = !Pattern(text).isLiteral
        switch self {
        case .number(let range):
            return check(
                Int(text).map(range.contains) ?? false,
                "`\(text)` is no number in \(range.lowerBound)...\(range.upperBound)")
        case .duration:
            return check(
                ValueText.duration(text) != nil, ValueText.noDuration(text))
        case .device where isPattern:
            return check(!text.contains("/"), "`\(text)` can match no link: an interface name has no /")
        case .device:
            return check(
                ValueText.isInterface(text), "`\(text)` is no interface name (15 characters, no /)")
        case .deviceName:
            return check(
                words.contains(text) || ValueText.isInterfaceName(text) && !isPattern,
                "`\(text)` is no interface name (15 characters, no / and no %)")
        case .prefix: return check(words.contains(text) || Prefix(text) != nil, "`\(text)` is no address")
        case .prefixPattern:
            return check(words.contains(text) || isPattern || Prefix(text) != nil, "`\(text)` is no address")
        case .hardwareAddress:
            return check(
                ValueText.isHardwareAddress(text), "`\(text)` is no hardware address: 52:54:00:12:34:56")
        case .mark: return check(FirewallMark(text) != nil, "`\(text)` is no mark: 16, 0x10 or 0x10/0xff")
        case .routingTable:
            return check(
                RoutingTable.number(text) != nil, "`\(text)` is no table: main, local, default or a number from 1")
        case .routingProtocol:
            return check(
                RoutingProtocol.number(text) != nil,
                "`\(text)` is no protocol of routes: static, boot, kernel, ra, dhcp, bird, zebra, bgp, ospf or a number"
            )
        case .address:
            return check(
                Prefix(text)?.isAddress == true,
                Prefix(text) == nil ? "`\(text)` is no address" : "`\(text)` is a prefix, not one address")
        case .path: return check(text.hasPrefix("/"), "`\(text)` is no path: it begins with /")
        case .arguments:
            return check(
                ArgumentVector.read(text)?.first?.isEmpty == false, "`\(text)` is no program with its arguments")
        default: return nil
        }
    }

    /// The words that are right besides what the type says.
    public var words: [String] {
        switch self {
        case .word(let words), .errorNumber(let words), .capability(let words), .deviceName(let words),
            .prefix(let words),
            .prefixPattern(let words):
            words
        default: []
        }
    }

    private func check(_ isRight: Bool, _ message: String, _ candidates: [String] = []) -> Problem? {
        isRight ? nil : Problem(message: message, candidates: candidates)
    }
}
