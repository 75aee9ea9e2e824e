/// The unmodified program under test.
public struct AgentSpecification: Hashable, Codable, Sendable {
    /// What of it runs besides its commands.
    public enum Kind: Hashable, Codable, Sendable {
        /// Nothing: every command is a process of its own.
        case commands
        /// One process that answers many requests, by its argument vector.
        case driver([String])
        /// A daemon.
        case service(ServiceSpecification)
    }

    /// What of it runs besides its commands.
    public var kind: Kind = .commands
    /// Its version, for reports; a driver says its own, which must be the same.
    public var version: String?
    /// What installs it: an argument vector that `tocsin provision` runs outside the host.
    public var provision: [String]?
    /// All the environment of its driver or service.
    public var environment: [String: String] = [:]
    /// The folder in which its driver or service starts.
    public var directory = "/"
    /// How long its driver or service may take to be ready, or to be gone.
    public var timeout: Nanoseconds = 10_000_000_000
    /// Whether its driver can fork into hosts.
    public var warm = false
    /// Folders that are private, empty and watched.
    public var state: [String] = []
    /// What of its standard output tells its caller of an error; nil where only its standard error does.
    public var saysError: LogPattern?
    /// Files that are logs besides its output.
    public var logs: [String] = []

    /// What it may do less than root; absent where it begins as root.
    public var privileges: Privileges?

    /// What it says, and what is so when it does; absent where it is not held to what it says.
    public var claims: [Claim]?

    /// Makes an agent with no state, whose commands are processes of their own.
    public init() {}
}

/// A daemon: how it is started, when it is ready, and how it is stopped.
public struct ServiceSpecification: Hashable, Codable, Sendable {
    /// The program and its arguments.
    public var argv: [String]
    /// What holds once it can be used; a log without an agent is the service's own.
    public var ready: Condition
    /// The number of the signal that stops it, sent to its first process.
    public var stop: Int32
    /// Whether its standard input stays open while it runs, and never says anything; else it is at its end.
    ///
    /// Absent is false.
    public var keepsInput: Bool?

    /// Makes a daemon; 15 is SIGTERM on every architecture of Linux (signal(7)).
    public init(argv: [String], ready: Condition, stop: Int32 = 15, keepsInput: Bool? = nil) {
        self.argv = argv
        self.ready = ready
        self.stop = stop
        self.keepsInput = keepsInput
    }
}

/// One request to a driver: a line of JSON on its descriptor 3, answered on 4.
public struct DriverRequest: Hashable, Codable, Sendable {
    /// The name of the request: `add-router`.
    public var name: String
    /// The arguments: the text of a JSON object, its keys in the order of the file.
    public var with: String

    /// Makes a request.
    public init(name: String, with: String = "{}") {
        self.name = name
        self.with = with
    }
}
