import SystemPackage

/// What /proc/T/stat says of a thread or process, proc_pid_stat(5).
public struct ProcessState: Hashable, Sendable {
    /// The thread id.
    public let thread: Int32
    /// The name, up to 15 bytes.
    public let name: String
    /// One letter: R running, S sleeping, D waiting uninterruptibly, T stopped, t traced, Z zombie.
    public let state: Character
    /// The parent's pid.
    public let parent: Int32
    /// User time in clock ticks.
    public let userTicks: UInt64
    /// System time in clock ticks.
    public let systemTicks: UInt64
    /// Start after boot in clock ticks; with the pid it names a process for good.
    public let startTicks: UInt64

    /// Reads /proc/T/stat.
    /// - Throws: `ENOENT` or `ESRCH` when the thread is gone.
    public static func of(_ thread: Int32) throws(SystemError) -> ProcessState {
        let text = try readFile("/proc/\(thread)/stat")
        // The name may hold spaces and brackets: it ends at the last one.
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
            throw SystemError(call: "parse", stage: "/proc/\(thread)/stat", errno: .badMessage)
        }
        let rest = text[text.index(after: close)...].split(separator: " ")
        guard rest.count > 19, let state = rest[0].first, let parent = Int32(rest[1]), let user = UInt64(rest[11]),
            let system = UInt64(rest[12]), let start = UInt64(rest[19])
        else { throw SystemError(call: "parse", stage: "/proc/\(thread)/stat", errno: .badMessage) }
        return ProcessState(
            thread: thread, name: String(text[text.index(after: open)..<close]), state: state, parent: parent,
            userTicks: user, systemTicks: system, startTicks: start)
    }
}

/// What /proc/T/status says, by field name.
public struct ProcessStatus: Hashable, Sendable {
    /// The fields as text, without the name and the colon.
    public let fields: [String: String]

    /// Reads /proc/T/status.
    public static func of(_ thread: Int32) throws(SystemError) -> ProcessStatus {
        try read("/proc/\(thread)/status")
    }

    /// Reads that of the calling process.
    public static func ofThisProcess() throws(SystemError) -> ProcessStatus { try read("/proc/self/status") }

    private static func read(_ path: String) throws(SystemError) -> ProcessStatus {
        var fields: [String: String] = [:]
        for line in try readFile(path).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(
                line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        }
        return ProcessStatus(fields: fields)
    }

    /// Times the thread gave up its CPU to wait; equal at two looks means that it did nothing in between.
    public var voluntarySwitches: UInt64? { fields["voluntary_ctxt_switches"].flatMap { UInt64($0) } }
    /// The thread's id in each pid namespace, the outermost first.
    public var namespacePIDs: [Int32] { numbers("NSpid") }
    /// The pid of the tracer, 0 for none.
    public var tracer: Int32? { fields["TracerPid"].flatMap { Int32($0) } }
    /// Whether no_new_privs is set.
    public var noNewPrivileges: Bool? { fields["NoNewPrivs"].map { $0 == "1" } }
    /// 0 none, 1 strict, 2 filter.
    public var seccompMode: Int? { fields["Seccomp"].flatMap { Int($0) } }

    private func numbers(_ name: String) -> [Int32] {
        (fields[name] ?? "").split { $0 == " " || $0 == "\t" }.compactMap { Int32($0) }
    }
}

/// What /proc/T/syscall says of a thread, proc_pid_syscall(5).
public enum ThreadCall: Hashable, Sendable, CustomStringConvertible {
    /// On a CPU, or ready to be.
    case running
    /// Blocked, but not in a system call.
    case blocked
    /// Blocked in a system call with its six arguments.
    case inCall(number: Int, arguments: [UInt64])

    /// What it does, for people: `running`, `in system call 230`.
    public var description: String {
        switch self {
        case .running: "running"
        case .blocked: "blocked, in no system call"
        case .inCall(let number, _): "in system call \(number)"
        }
    }

    /// Reads /proc/T/syscall.
    /// - Throws: `EACCES` without the right to trace, `ENOENT` when the thread is gone.
    public static func of(_ thread: Int32) throws(SystemError) -> ThreadCall {
        let fields = try readFile("/proc/\(thread)/syscall").split { $0 == " " || $0 == "\n" }
        if fields.first == "running" { return .running }
        guard let number = fields.first.flatMap({ Int($0) }) else {
            throw SystemError(call: "parse", stage: "/proc/\(thread)/syscall", errno: .badMessage)
        }
        if number < 0 { return .blocked }
        return .inCall(
            number: number, arguments: fields.dropFirst().prefix(6).compactMap { UInt64($0.dropFirst(2), radix: 16) })
    }
}
