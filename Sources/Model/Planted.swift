/// A value that a plan gives its agents in place of a variable, to see where it comes out again.
public struct Planted: Hashable, Codable, Sendable {
    /// What it is for.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// It looks like the variable's own value and stands nowhere else: where it is read, the variable was told.
        case canary
        /// What is special in it to a shell or a file of rules must stay text.
        case hostile
    }

    /// The variable whose place it takes.
    public var variable: String
    /// What it is for.
    public var kind: Kind
    /// The value.
    public var text: String

    /// Makes a planted value.
    public init(variable: String, kind: Kind, text: String) {
        self.variable = variable
        self.kind = kind
        self.text = text
    }
}

extension Plan {
    /// The values that must be told to nobody.
    public var canaries: [Planted] { planted?.filter { $0.kind == .canary } ?? [] }

    /// Whether a value of it is hostile: its agents may refuse it, in any way.
    public var isHostile: Bool { planted?.contains { $0.kind == .hostile } ?? false }
}

/// Values that look like secrets.
public enum Canary {
    /// So many letters and digits it needs, or it could stand somewhere by chance.
    public static let least = 8

    /// A value of the same form as `value`: each letter and each digit is another, all else stays.
    ///
    /// It is the same in each run of the scenario, and on every machine. What consists of hexadecimal digits stays so, and the
    /// last character before the padding of base64, of which some bits say nothing, stays what it is.
    ///
    /// - Returns: nil where `value` is too short.
    public static func text(like value: String, variable: String, scenario: String) -> String? {
        let bytes = Array(value.utf8)
        let own = bytes.filter(isAlphanumeric)
        guard own.count >= least else { return nil }
        let isHexadecimal = own.allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
        var kept: Int?
        if value.hasSuffix("=") { kept = bytes.lastIndex(where: isAlphanumeric) }
        var number: UInt64 = {
            var digest = TextDigest()
            for text in [scenario, variable, value] { digest.add(text) }
            return digest.value
        }()
        func next(_ limit: UInt8) -> UInt8 {
            // Knuth's linear congruential generator (MMIX): what it makes need only be the same everywhere.
            number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8((number >> 33) % UInt64(limit))
        }
        let letters: UInt8 = isHexadecimal ? 6 : 26
        let made = bytes.enumerated().map { index, byte -> UInt8 in
            guard isAlphanumeric(byte), index != kept else { return byte }
            if isDigit(byte) {
                let digit = byte - UInt8(ascii: "0")
                return UInt8(ascii: "0") + (digit + 1 + next(9)) % 10
            }
            let first = byte & 0x20 == 0 ? UInt8(ascii: "A") : UInt8(ascii: "a")
            return first + (byte - first + 1 + next(letters - 1)) % letters
        }
        return String(decoding: made, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

/// Values that must stay text: each breaks out of another kind of place.
public enum HostileValue: String, CaseIterable, Sendable {
    /// What a shell replaces by the output of a command, also in double quotes.
    case substitution
    /// What ends a text in single quotes.
    case quote
    /// A line of its own for a shell.
    case line
    /// A line of its own for iptables-restore(8), which makes a chain.
    case iptables
    /// A line of its own for nft(8), which makes a table.
    case nft
    /// A line of its own for `ip -batch`, which makes a device.
    case batch

    /// What they run or make: no agent has anything of that name.
    public static let mark = "tocsin-planted"
    /// The program of that name, which does nothing.
    public static let program = "/usr/local/bin/" + mark

    /// The value, which begins with the variable's own.
    public func text(with own: String) -> String {
        let mark = HostileValue.mark
        return switch self {
        case .substitution: "\(own)$(\(mark))"
        case .quote: "\(own)';\(mark);'"
        case .line: "\(own)\n\(mark)\n#"
        case .iptables: "\(own)\n-N \(mark)\n#"
        case .nft: "\(own)\nadd table ip \(mark)\n#"
        case .batch: "\(own)\nlink add \(mark) type bridge\n#"
        }
    }
}

/// A canary was read where everybody, or who reads logs, can read it.
public struct Sighting: Hashable, Codable, Sendable {
    /// The variable.
    public var variable: String
    /// The file.
    public var path: String
    /// Whether it is a log, which is read by more people than it belongs to.
    public var isLog: Bool
    /// Its permission bits, in octal.
    public var mode: String

    /// Makes a sighting.
    public init(variable: String, path: String, isLog: Bool, mode: String) {
        self.variable = variable
        self.path = path
        self.isLog = isLog
        self.mode = mode
    }
}
