/// One thing an agent does to the host, or learns from it, decoded from a system call or a netlink request.
public struct Operation: Hashable, Codable, Sendable {
    /// Its place in the record, from 0.
    public var index: Int
    /// The step in which it happened: `add.1`.
    public var step: String
    /// The agent whose process did it.
    public var agent: String
    /// The chain of programs from the step's root, each with its ordinal among equal siblings: `bridge/host-local`.
    public var lineage: String
    /// The name of the program, without its folder.
    public var program: String
    /// The thread, as the tracer sees it.
    public var thread: Int32
    /// The system call by which it was done: `sendto`, `openat`.
    public var call: String
    /// What is done, to which object, how, and in which namespace: for netlink the socket's, else the thread's.
    public var phrase: Phrase
    /// The namespace of the calling thread, where it is not that of the phrase.
    public var callerNamespace: String?
    /// Names in the phrase that the agent has chosen at random, which keys are without.
    public var temporaryNames: [String]?
    /// What it acts on; absent in records of versions that did not say so.
    public var identity: KernelIdentity?
    /// What came of it.
    public var result: OperationResult
    /// When it was about to happen, in nanoseconds since the record began.
    public var started: UInt64
    /// How long it took, in nanoseconds, without the time in which it was held; 0 where its end was not watched.
    public var duration: UInt64
    /// How many operations of the record before it have the same key without ordinal, plus 1.
    public var ordinal: Int

    /// Makes an operation that has not ended.
    public init(
        index: Int, step: String, agent: String, lineage: String, program: String, thread: Int32, call: String,
        phrase: Phrase, callerNamespace: String? = nil, identity: KernelIdentity? = nil,
        result: OperationResult = .unknown, started: UInt64, duration: UInt64 = 0, ordinal: Int = 1
    ) {
        self.index = index
        self.step = step
        self.agent = agent
        self.lineage = lineage
        self.program = program
        self.thread = thread
        self.call = call
        self.phrase = phrase
        self.callerNamespace = callerNamespace
        self.identity = identity
        self.result = result
        self.started = started
        self.duration = duration
        self.ordinal = ordinal
    }

    /// The key without its ordinal: `step / lineage / operation(arguments) @ namespace`.
    public var keyStem: String { stem(plainPhrase) }

    /// A number that stands for ``keyStem``: FNV-1a of its texts, 64 bits wide.
    public var keyStemDigest: UInt64 {
        var digest = TextDigest()
        let phrase = plainPhrase
        digest.add(step)
        digest.add(lineage)
        digest.add(phrase.word)
        digest.add(phrase.argument)
        digest.add(phrase.namespace ?? "host")
        for (key, value) in phrase.orderedQualifiers {
            digest.add(key)
            digest.add(value)
        }
        return digest.value
    }

    /// The phrase without what the agent has chosen at random.
    private var plainPhrase: Phrase {
        guard let temporaryNames else { return phrase }
        var plain = phrase
        for name in temporaryNames {
            let pattern = TemporaryName.pattern(name) ?? "*"
            plain.argument = Operation.replace(name, pattern, in: plain.argument)
            for key in ["to", "argv"] {
                plain.qualifiers[key] = plain.qualifiers[key].map { Operation.replace(name, pattern, in: $0) }
            }
        }
        return plain
    }

    /// The pattern of what it says, which means every operation that says at least this much.
    ///
    /// What its texts hold of wildcards is quoted; a name that the agent has chosen at random is a wildcard, for in another run it
    /// is another.
    public var pattern: Phrase {
        var pattern = phrase.asPattern
        for name in temporaryNames ?? [] {
            let parts = (TemporaryName.pattern(name) ?? "*").split(separator: "*", omittingEmptySubsequences: false)
            let any = parts.map { Pattern.literal(String($0)) }.joined(separator: "*")
            let literal = Pattern.literal(name)
            pattern.argument = Operation.replace(literal, any, in: pattern.argument)
            for key in ["to", "argv"] {
                pattern.qualifiers[key] = pattern.qualifiers[key].map { Operation.replace(literal, any, in: $0) }
            }
        }
        return pattern
    }

    /// A path, or several with blanks between them, with another name in place of one.
    private static func replace(_ name: String, _ pattern: String, in text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.split(separator: "/", omittingEmptySubsequences: false).map { $0 == name ? pattern : String($0) }
                .joined(separator: "/")
        }.joined(separator: " ")
    }

    private func stem(_ phrase: Phrase) -> String {
        let arguments = phrase.orderedQualifiers.map { " \($0.key) \($0.value)" }.joined()
        return "\(step) / \(lineage) / \(phrase.word)(\(phrase.argument)\(arguments)) @ \(phrase.namespace ?? "host")"
    }

    /// What names the operation in every run: `step / lineage / operation(arguments) @ namespace # ordinal`.
    public var key: String { "\(keyStem) # \(ordinal)" }
}

/// What came of an operation.
public enum OperationResult: Hashable, Codable, Sendable, CustomStringConvertible {
    /// It was done.
    case ok
    /// It was refused with this error number.
    case failed(ErrorNumber)
    /// Its end was not seen: nobody read the answer, or the process died in it.
    case unknown

    /// `ok`, the name of the error number, or `unknown`.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .failed(let number): number.name
        case .unknown: "unknown"
        }
    }

    /// Reads the text that `description` gives.
    public init?(_ text: String) {
        switch text {
        case "ok": self = .ok
        case "unknown": self = .unknown
        default:
            // Some of the kernel's errors are not those of errno(3): ENOTSUPP is 524, and ipset counts its own from 4096.
            let unnamed = text.hasPrefix("errno ") ? Int32(text.dropFirst(6)).map { ErrorNumber($0) } : nil
            guard let number = ErrorNumber(name: text) ?? unnamed else { return nil }
            self = .failed(number)
        }
    }

    /// Reads the result from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let result = OperationResult(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is no result")
        }
        self = result
    }

    /// Writes the result as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
