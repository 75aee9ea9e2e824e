/// Something that is so or not.
public indirect enum Condition: Hashable, Codable, Sendable {
    /// The object is there.
    case present(Phrase)
    /// The object is not there.
    case absent(Phrase)
    /// The other condition does not hold.
    case not(Condition)
    /// An agent said it: in the logs of that agent, else of any, since the beginning of a step, else of this one.
    case log(LogPattern, agent: String?, since: String?)
    /// The service or the driver of the agent lives; of an agent of commands, any process that it began.
    case running(agent: String)
    /// The program exits with 0 in the namespace.
    case exec(argv: [String], namespace: String)
    /// A connection from the namespace is accepted; the server is there for the time of the check.
    case tcp(address: String, port: Int, from: String, server: TCPServer?)
    /// An echo request from the namespace is answered.
    case ping(address: String, from: String)
    /// The fault has fired; of points only.
    case fired(String)
    /// So much time has passed since the record began; of points only.
    case time(Nanoseconds)
}

/// What is looked for in each line of a log.
public enum LogPattern: Hashable, Codable, Sendable {
    /// A part of the line.
    case text(String)
    /// A regular expression for some part of the line, without its slashes.
    case expression(String)
}

/// Who accepts the connection of a `tcp` check.
public struct TCPServer: Hashable, Codable, Sendable {
    /// The namespace in which it listens.
    public var namespace: String
    /// The address at which it listens.
    public var address: String
    /// The port.
    public var port: Int

    /// Makes a server.
    public init(namespace: String, address: String, port: Int) {
        self.namespace = namespace
        self.address = address
        self.port = port
    }
}

extension Condition: CustomStringConvertible {
    /// The condition as the scenario file writes it, ready to be pasted.
    public var description: String {
        switch self {
        case .present(let object): return "{ present: \(object) }"
        case .absent(let object): return "{ absent: \(object) }"
        case .not(let other): return "{ not: \(other) }"
        case .log(let pattern, let agent, let since):
            return Phrase("log", pattern.description, ["agent": agent, "since": since].compactMapValues { $0 })
                .description
        case .running(let agent): return Phrase("running", agent).description
        case .exec(let argv, let namespace):
            return "{ exec: [\(argv.map(Phrase.quoted).joined(separator: ", "))], in: \(Phrase.quoted(namespace)) }"
        case .tcp(let address, let port, let from, let server):
            let end = server.map { server in
                let at = Phrase.quoted(TCPServer.joined(server.address, server.port))
                return ", server: { in: \(Phrase.quoted(server.namespace)), at: \(at) }"
            }
            let to = Phrase.quoted(TCPServer.joined(address, port))
            return "{ tcp: \(to), from: \(Phrase.quoted(from))\(end ?? "") }"
        case .ping(let address, let from): return Phrase("ping", address, ["from": from]).description
        case .fired(let fault): return Phrase("fired", fault).description
        case .time(let time): return Phrase("time", time.lineText).description
        }
    }
}

extension LogPattern: CustomStringConvertible {
    /// The pattern as the scenario file writes it.
    public var description: String {
        switch self {
        case .text(let text): text
        case .expression(let text): "/\(text)/"
        }
    }
}

extension LogPattern {
    /// Whether a log says it, in one of its lines.
    ///
    /// - Throws: where the expression is none: the validator has let it through.
    public func isFound(in log: String) throws -> Bool {
        switch self {
        case .text(let text): return log.contains(text)
        case .expression(let text):
            let expression = try LineExpression(text)
            return log.split(separator: "\n").contains(where: expression.isFound)
        }
    }

    /// Why the expression is none; nil where it is one, and for a text.
    public var problem: String? {
        guard case .expression(let text) = self else { return nil }
        do {
            _ = try LineExpression(text)
            return nil
        } catch {
            return error.description
        }
    }
}

extension TCPServer {
    /// `ADDRESS:PORT`, an IPv6 address in brackets.
    static func joined(_ address: String, _ port: Int) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

extension Nanoseconds {
    /// The span as the scenario file writes it, in the largest unit that divides it; below that, microseconds.
    var lineText: String {
        let units: [(String, Nanoseconds)] = [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000)]
        for (unit, size) in units + [("ms", 1_000_000)] where self >= size && self.isMultiple(of: size) {
            return "\(self / size)\(unit)"
        }
        return isMultiple(of: 1000) ? "\(self / 1000)us" : "\(Double(self) / 1000)us"
    }
}
