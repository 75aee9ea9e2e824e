import CHost
import CLinux
public import Kernel
import SystemPackage

/// The sandbox of one run, as the worker holds it: pid 1 by its pidfd, the socket to it, and what it was asked.
///
/// For one thread. Requests are asynchronous: poll ``fileDescriptor`` and call ``processEvents()``. Whoever kills the
/// worker kills the host with it.
public final class Host {
    /// Pid 1 of the host, as the worker sees it.
    public let initPID: Int32
    /// The overlay's upper directory, open for openat(2): the exact list of what was changed.
    ///
    /// Still readable after ``destroy(timeout:foreign:)``.
    public let upperDirectory: Descriptor
    /// What the host's root is.
    public let root: HostRoot
    /// Whether the host has a cgroup of its own; without one, what it sees of the machine's is read-only.
    public var hasGroup: Bool { group != nil }
    /// The directories that pid 1 made empty, without symbolic links, parents first.
    public let emptyDirectories: [String]
    /// The empty directories and their parents: a walk of the upper directory finds them though nobody changed them.
    public var preparedPaths: Set<String> {
        Set(
            emptyDirectories.flatMap { path in
                let parts = path.split(separator: "/")
                return parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
            })
    }

    /// The cgroup2 directory of the host's own, where one could be made; without one /sys/fs/cgroup is read-only.
    let group: ControlGroup?
    let process: ProcessHolder
    let channel: Channel
    var pending: [UInt64: Pending] = [:]
    var exits: [UInt64: (WaitStatus) -> Void] = [:]
    var lastID: UInt64 = 0
    var destroyed = false
    let patience: Duration

    /// What to do with an answer; the descriptors are the closure's.
    struct Pending {
        let stage: String
        let finish: (Result<(ch_answer, [Int32]), any Error>) -> Void
    }

    /// Makes a host and waits until its root stands.
    /// - Throws: ``HostError/refused(_:text:offset:)`` naming the step that the kernel refused.
    public init(_ options: HostOptions = HostOptions()) throws {
        emptyDirectories = options.emptyDirectories
        patience = options.patience
        let possible = options.ownGroup ? ControlGroup.make() : nil
        let birth: Birth
        do {
            birth = try Birth(options, empty: emptyDirectories, group: possible?.raw ?? -1)
            group = possible
        } catch let error as HostError where possible != nil && error.refusal?.call == "clone3" {
            // A group whose parent takes no processes, cgroups(7) "no internal processes": the host does without one.
            birth = try Birth(options, empty: emptyDirectories, group: -1)
            group = nil
        }
        initPID = birth.pid
        process = birth.process
        channel = birth.channel
        let standing = try birth.awaitReady(options.patience)
        root = standing.root
        upperDirectory = try standing.upper.duplicate()
        if !options.filter.isEmpty {
            try perform(.setFilter(options.filter.withUnsafeBytes { Array($0) }))
        }
    }

    // The last resort for a host that nobody destroyed: it must not outlive its owner.
    deinit {
        if !destroyed {
            // A deinit has nobody to tell; nor have the two below.
            try? process.kill()
            // Bounded, and for pid 1 alone: statuses of others are not this object's to take.
            _ = try? poll([PollItem(initPidfd, .readable)], timeout: .seconds(1))
            // As above.
            _ = try? wait(for: initPID)
        }
    }

    /// The socket to poll for reading.
    public var fileDescriptor: Int32 { channel.raw }

    /// The pidfd of pid 1; readable when it has ended.
    public var initPidfd: Int32 { process.raw }

    /// Sends a request; `completion` runs inside a later ``processEvents()``.
    /// - Throws: when the request cannot be sent; `completion` is then not called.
    public func request(
        _ request: HostRequest, completion: @escaping (Result<HostAnswer, any Error>) -> Void
    ) throws {
        lastID += 1
        let bytes = request.packet(id: lastID).bytes
        switch request {
        case .writeFile(let path, let content, _) where content.count > HostRequest.inlineLimit:
            let file = try Descriptor.memory(name: path, content: content)
            try channel.send(bytes, descriptors: [file.raw], stage: request.stage, patience: patience)
        case .holdMount(_, _, let namespace, let root):
            try channel.send(bytes, descriptors: [namespace, root], stage: request.stage, patience: patience)
        default: try channel.send(bytes, descriptors: [], stage: request.stage, patience: patience)
        }
        pending[lastID] = Pending(stage: request.stage) { result in
            completion(
                result.flatMap { answer, numbers in
                    numbers.forEach { _ = cl_close($0) }
                    if let error = HostError(answer) { return .failure(error) }
                    return .success(HostAnswer(answer))
                })
        }
    }

    /// Reads everything that pid 1 has to say and calls the completions; never waits.
    /// - Throws: ``HostError/died(stage:)`` when pid 1 is gone; every pending completion has then been given that error.
    public func processEvents() throws {
        do {
            while let (answer, numbers) = try channel.next() { dispatch(answer, numbers) }
        } catch {
            failPending(error)
            throw error
        }
    }

    private func dispatch(_ answer: ch_answer, _ numbers: [Int32]) {
        if answer.kind == CH_EVENT_EXIT.rawValue {
            exits.removeValue(forKey: answer.id)?(WaitStatus(rawValue: answer.status))
        } else if let waiting = pending.removeValue(forKey: answer.id) {
            return waiting.finish(.success((answer, numbers)))
        }
        numbers.forEach { _ = cl_close($0) }
    }

    func failPending(_ error: any Error) {
        let waiting = pending.sorted { $0.key < $1.key }
        pending = [:]
        for (_, request) in waiting { request.finish(.failure(error)) }
    }

    /// Sends a request and waits for its answer: for set-up before any agent runs, never in the event loop.
    @discardableResult
    public func perform(_ request: HostRequest) throws -> HostAnswer {
        var result: Result<HostAnswer, any Error>?
        try self.request(request) { result = $0 }
        try waitUntil(request.stage) { result != nil }
        guard let result else { throw HostError.timedOut(stage: request.stage) }
        return try result.get()
    }

    /// Serves events until a condition holds, at most the host's patience.
    func waitUntil(_ stage: String, _ done: () -> Bool) throws {
        let end = Monotonic.now() + patience
        while true {
            try processEvents()
            if done() { return }
            let left = end - Monotonic.now()
            guard left > .zero else { throw HostError.timedOut(stage: stage) }
            _ = try poll([PollItem(fileDescriptor, .readable)], timeout: left)
        }
    }
}
