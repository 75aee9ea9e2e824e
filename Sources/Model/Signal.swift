import Glibc

/// A signal of signal(7) by its number.
public struct Signal: Hashable, Sendable, CustomStringConvertible {
    /// The number, from 1.
    public let number: Int32

    /// Makes the signal with this number.
    public init(_ number: Int32) { self.number = number }

    /// Finds the signal of that name in signal(7): `SIGTERM`, or `SIGRTMIN+3` of the real-time signals.
    public init?(name: String) {
        guard let number = Signal.byName[name] ?? Signal.realTime(name) else { return nil }
        self.number = number
    }

    /// The number of a real-time signal, by its distance from the first or the last that programs can have.
    private static func realTime(_ name: String) -> Int32? {
        let ends = [("SIGRTMIN", "+", realTimeNumbers.lowerBound), ("SIGRTMAX", "-", realTimeNumbers.upperBound)]
        for (end, sign, base) in ends where name.hasPrefix(end) {
            let rest = name.dropFirst(end.count)
            if rest.isEmpty { return base }
            guard rest.hasPrefix(sign), rest.dropFirst().first?.isNumber == true, let distance = Int32(rest.dropFirst())
            else { return nil }
            let number = sign == "+" ? base + distance : base - distance
            return realTimeNumbers.contains(number) ? number : nil
        }
        return nil
    }

    /// What the C library leaves of the kernel's 32 to 64: it has two for its own threads.
    private static let realTimeNumbers: ClosedRange<Int32> = 34...64

    /// `SIGKILL`, which no process can catch.
    public static let kill = Signal(SIGKILL)
    /// `SIGTERM`, the usual request to end.
    public static let terminate = Signal(SIGTERM)

    /// The name in signal(7), or `signal N` where it has none.
    public var name: String {
        if let name = Signal.byNumber[number] { return name }
        guard Signal.realTimeNumbers.contains(number) else { return "signal \(number)" }
        let distance = number - Signal.realTimeNumbers.lowerBound
        return distance == 0 ? "SIGRTMIN" : "SIGRTMIN+\(distance)"
    }

    /// The name in signal(7).
    public var description: String { name }

    /// Every name but those of the real-time signals, in the order of their numbers on most machines.
    public static var allNames: [String] { table.map(\.name) }

    /// The names among which a misspelt one is looked for: `TERM`, as kill(1) has it, is nearer to its own than to others.
    public static func candidates(for text: String) -> [String] {
        let whole = text.uppercased().hasPrefix("SIG") ? text.uppercased() : "SIG\(text.uppercased())"
        return Signal(name: whole) == nil ? allNames : [whole]
    }

    /// Whether it is one by which the kernel or the C library ends a program that went wrong (signal(7): `Core`).
    public var isOfCrash: Bool {
        [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT, SIGXCPU, SIGXFSZ].contains(number)
    }

    /// Whether a process that neither catches nor ignores it lives on (signal(7): `Ign`, `Stop`, `Cont`).
    public var isSurvivedByDefault: Bool {
        [SIGCHLD, SIGURG, SIGWINCH, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(number)
    }

    private static let byName = Dictionary(table, uniquingKeysWith: { first, _ in first })
    private static let byNumber = Dictionary(
        table.map { ($0.number, $0.name) }, uniquingKeysWith: { first, _ in first })

    private static let table: [(name: String, number: Int32)] = [
        ("SIGHUP", SIGHUP), ("SIGINT", SIGINT), ("SIGQUIT", SIGQUIT), ("SIGILL", SIGILL), ("SIGTRAP", SIGTRAP),
        ("SIGABRT", SIGABRT), ("SIGBUS", SIGBUS), ("SIGFPE", SIGFPE), ("SIGKILL", SIGKILL), ("SIGUSR1", SIGUSR1),
        ("SIGSEGV", SIGSEGV), ("SIGUSR2", SIGUSR2), ("SIGPIPE", SIGPIPE), ("SIGALRM", SIGALRM), ("SIGTERM", SIGTERM),
        ("SIGCHLD", SIGCHLD), ("SIGCONT", SIGCONT), ("SIGSTOP", SIGSTOP), ("SIGTSTP", SIGTSTP), ("SIGTTIN", SIGTTIN),
        ("SIGTTOU", SIGTTOU), ("SIGURG", SIGURG), ("SIGXCPU", SIGXCPU), ("SIGXFSZ", SIGXFSZ),
        ("SIGVTALRM", SIGVTALRM), ("SIGPROF", SIGPROF), ("SIGWINCH", SIGWINCH), ("SIGIO", SIGIO), ("SIGPWR", SIGPWR),
        ("SIGSYS", SIGSYS),
    ]
}

extension Signal: Codable {
    /// Reads the signal from its name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let signal = Signal(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no signal `\(name)`")
        }
        self = signal
    }

    /// Writes the signal as its name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
