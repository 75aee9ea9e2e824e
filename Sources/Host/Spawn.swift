import CHost
import CLinux
public import Kernel
import SystemPackage

/// A program to start in the host.
public struct SpawnRequest {
    /// The program, searched along PATH of `environment` when it has no slash, and its arguments.
    public var arguments: [String]
    /// The whole environment as "NAME=value", in this order.
    public var environment: [String]
    /// The working directory in the host; nil is "/".
    public var directory: String?
    /// The network namespace to start in; nil is the host's own.
    public var namespace: String?
    /// Installs the host's seccomp program just before exec, without no_new_privs.
    public var filtered: Bool
    /// Makes descriptor 0, which must be a terminal, the controlling one of the new session: for a shell.
    public var terminal = false
    /// The descriptors that become 0, 1 and 2; they are duplicated and stay the caller's.
    public var standard: (input: Int32, output: Int32, error: Int32)
    /// The descriptors that become 3, 4 and so on, at most four; they are duplicated and stay the caller's.
    public var further: [Int32] = []
    /// What it begins with, where that is less than the root of the host has.
    public var privileges: SpawnPrivileges?

    /// A program with its arguments and descriptors.
    public init(
        _ arguments: [String], environment: [String] = [], directory: String? = nil, namespace: String? = nil,
        filtered: Bool = false, standard: (input: Int32, output: Int32, error: Int32)
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.namespace = namespace
        self.filtered = filtered
        self.standard = standard
    }

    func packet(id: UInt64) -> Packet {
        let flags =
            (filtered ? CH_FLAG_FILTERED.rawValue : 0) | (terminal ? CH_FLAG_TERMINAL.rawValue : 0)
            | (privileges?.isAmbient == true ? CH_FLAG_AMBIENT.rawValue : 0)
        var packet = Packet(CH_SPAWN, id, ch_flag(rawValue: flags))
        for argument in arguments { packet = packet.adding(CH_FIELD_ARGUMENT, argument) }
        for variable in environment { packet = packet.adding(CH_FIELD_VARIABLE, variable) }
        if let directory { packet = packet.adding(CH_FIELD_DIRECTORY, directory) }
        if let namespace { packet = packet.adding(CH_FIELD_NAME, namespace) }
        if let kept = privileges?.kept { packet = packet.adding(CH_FIELD_KEPT, bytes: Packet.bytes(of: kept)) }
        if let ids = privileges?.ids {
            let numbers = [ids.user, ids.group] + ids.groups.prefix(64)
            packet = packet.adding(CH_FIELD_IDS, bytes: numbers.flatMap(Packet.bytes(of:)))
        }
        return packet
    }
}

/// What a program begins with, where that is less than the root of the host has.
public struct SpawnPrivileges: Hashable, Sendable {
    /// Who it begins as.
    public struct Identities: Hashable, Sendable {
        /// The number of the user.
        public var user: UInt32
        /// The number of its group.
        public var group: UInt32
        /// The numbers of its other groups, of which 64 are taken.
        public var groups: [UInt32]

        /// Joins them.
        public init(user: UInt32, group: UInt32, groups: [UInt32] = []) {
            self.user = user
            self.group = group
            self.groups = groups
        }
    }

    /// The only capabilities that it can have, bit N for number N; nil where none is taken.
    public var kept: UInt64?
    /// Whether another user than root has those capabilities, as by systemd's AmbientCapabilities.
    public var isAmbient: Bool
    /// Who it begins as; nil is root.
    public var ids: Identities?

    /// Joins them.
    public init(kept: UInt64? = nil, isAmbient: Bool = false, ids: Identities? = nil) {
        self.kept = kept
        self.isAmbient = isAmbient
        self.ids = ids
    }
}

/// How far a spawned process has come.
public enum ExecState: Hashable, Sendable {
    /// Before exec: waiting for ``SpawnedProcess/go()``, or on its way.
    case pending
    /// The program runs, or the process was killed before it could fail.
    case started
    /// It could not be started; the process has exited with 127.
    case failed(SystemError)
}

/// A child of pid 1 that waits at a gate before exec, so that it can be attached to first.
public final class SpawnedProcess {
    /// The request's id.
    public let id: UInt64
    /// The pid as the worker sees it.
    public let pid: Int32
    /// The pid as the host sees it.
    public let hostPID: Int32
    private let holder: ProcessHolder
    private let gate: Gate
    private var state = ExecState.pending

    init(id: UInt64, hostPID: Int32, process: ProcessHolder, gate: Gate) throws {
        self.id = id
        self.hostPID = hostPID
        self.pid = try process.descriptor.processID()
        holder = process
        self.gate = gate
    }

    /// The process's pidfd: readable when it has ended.
    public var pidfd: Int32 { holder.raw }

    /// Sends a signal to the process.
    public func send(signal: Int32) throws(SystemError) { try holder.descriptor.send(signal: signal) }

    /// The socket that becomes readable when ``execState()`` has something new to tell.
    public var gateDescriptor: Int32 { gate.raw }

    /// Lets the process go on to exec.
    public func go() throws {
        var one: UInt8 = 1
        try systemCall("send", stage: "open the gate of \(pid)") { cl_send(gate.raw, &one, 1, 0) }
    }

    /// Looks, without waiting, whether exec has happened.
    public func execState() throws -> ExecState {
        guard state == .pending else { return state }
        var failure = ch_spawn_failure()
        let got = withUnsafeMutableBytes(of: &failure) { space in
            space.baseAddress.map { cl_receive(gate.raw, $0, space.count, CL_MSG_DONTWAIT) } ?? 0
        }
        if got == -Int(Errno.resourceTemporarilyUnavailable.rawValue) { return .pending }
        if got == 0 || got == -Int(Errno.connectionReset.rawValue) {
            state = .started
        } else {
            try systemCall("recv", stage: "gate of \(pid)") { got }
            state = .failed(
                SystemError(
                    call: text(failure.call), stage: text(failure.stage), errno: Errno(rawValue: failure.error)))
        }
        return state
    }
}

/// The worker's end of a spawn's sync socket, closed with its last holder.
final class Gate {
    private let descriptor: Descriptor
    init(_ number: Int32) { descriptor = Descriptor(owning: number) }
    var raw: Int32 { descriptor.raw }
}

extension Host {
    /// Starts a program up to its gate.
    /// - Parameters:
    ///   - exited: Called once with the status when pid 1 has reaped it (for a tracee: after the tracer let it go).
    ///   - completion: Called with the waiting process. Attach, then ``SpawnedProcess/go()``; dropping it cancels the start.
    /// - Throws: when the request cannot be sent; nothing is then called.
    public func spawn(
        _ request: SpawnRequest, exited: @escaping (WaitStatus) -> Void,
        completion: @escaping (Result<SpawnedProcess, any Error>) -> Void
    ) throws {
        let stage = "spawn \(request.arguments.first ?? "")"
        lastID += 1
        let id = lastID
        let pair = try Descriptor.seqpacketPair()
        try channel.send(
            request.packet(id: id).bytes,
            descriptors: [request.standard.input, request.standard.output, request.standard.error, pair.second.raw]
                + request.further,
            stage: stage, patience: patience)
        // The child's end must be closed here, or the gate would never report the end.
        let gate = Gate(pair.first.release())
        exits[id] = exited
        pending[id] = Pending(stage: stage) { [unowned self] result in
            switch result {
            case .failure(let error):
                exits[id] = nil
                completion(.failure(error))
            case .success((let answer, let numbers)):
                if let error = HostError(answer) {
                    exits[id] = nil
                    completion(.failure(error))
                } else if let number = numbers.first {
                    let process = ProcessHolder(ProcessDescriptor(owning: Descriptor(owning: number)))
                    completion(
                        Result { try SpawnedProcess(id: id, hostPID: answer.pid, process: process, gate: gate) })
                } else {
                    completion(.failure(HostError.died(stage: stage)))
                }
            }
        }
    }

    /// Starts a program and waits until it waits at its gate: for set-up and tests.
    public func spawn(_ request: SpawnRequest, exited: @escaping (WaitStatus) -> Void) throws -> SpawnedProcess {
        var result: Result<SpawnedProcess, any Error>?
        try spawn(request, exited: exited) { result = $0 }
        try waitUntil("spawn") { result != nil }
        guard let result else { throw HostError.timedOut(stage: "spawn") }
        return try result.get()
    }

    /// Runs an untraced program to its end: for set-up and tests.
    /// - Throws: the exec failure as ``SystemError``, or ``HostError/timedOut(stage:)`` after the host's patience.
    public func run(_ request: SpawnRequest) throws -> WaitStatus {
        var status: WaitStatus?
        let process = try spawn(request) { status = $0 }
        try process.go()
        try waitUntil("run \(request.arguments.first ?? "")") { status != nil }
        if case .failed(let error) = try process.execState() { throw error }
        guard let status else { throw HostError.timedOut(stage: "run") }
        return status
    }
}
