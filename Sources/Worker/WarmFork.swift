import CLinux
import FoundationEssentials
import Glibc
import Host
import Interception
import Kernel

/// What a forked driver is given.
struct WarmDescriptors {
    /// Its standard input, output and error.
    var standard: (input: Int32, output: Int32, error: Int32)
    /// Where it reads requests: becomes its descriptor 3.
    var requests: Int32
    /// Where it writes replies: becomes its descriptor 4.
    var replies: Int32

    /// In the order of the protocol.
    var numbers: [Int32] { [standard.input, standard.output, standard.error, requests, replies] }
}

/// A driver forked into a host: it stands still, not yet traced by anybody's account.
struct WarmChild {
    /// The process, as the worker sees it.
    let process: Int32
    /// From the request to its birth.
    let birth: Duration
    /// From its birth until it stood in the host.
    let injection: Duration
}

/// A fork that was asked for and has not come to its end.
final class WarmFork {
    let asked = Monotonic.now()
    let deadline: Monotonic
    let filter: [UInt8]
    let directory: String
    /// What the child was given: how many descriptors lead where.
    let given: [String: Int]
    let completion: (Result<WarmChild, any Error>) -> Void
    var child: Int32?
    var injection: Injection?
    var born: Monotonic?

    init(
        deadline: Monotonic, filter: [UInt8], directory: String, given: [String: Int],
        completion: @escaping (Result<WarmChild, any Error>) -> Void
    ) {
        self.deadline = deadline
        self.filter = filter
        self.directory = directory
        self.given = given
        self.completion = completion
    }
}

extension WarmDriver {
    /// Asks the driver for a child in a host.
    ///
    /// - Parameters:
    ///   - filter: The seccomp program for it, as bytes of `struct sock_filter[]`.
    ///   - directory: Its working directory in the host.
    ///   - descriptors: What it is given; they stay the caller's, and may be closed when this has returned.
    ///   - completion: Called once, in a later ``take(_:)`` or ``advance()``, with the child standing in the host: give it
    ///     to `Interceptor.adopt(born:agent:spawn:)`, which lets it run. After a failure the driver cannot be used again.
    /// - Throws: ``WarmDriverError`` or `SystemError` when it cannot be asked; `completion` is then not called.
    func fork(
        into host: Host, filter: [UInt8], directory: String, descriptors: WarmDescriptors,
        completion: @escaping (Result<WarmChild, any Error>) -> Void
    ) throws {
        if let failure { throw failure }
        guard underWay == nil else { throw WarmDriverError.misbehaved("is asked to fork while it forks") }
        handedOver = handedOver.filter { readLink("/proc/\($0)/ns/pid") != nil }
        let numbers = [host.initPidfd] + descriptors.numbers
        let links = numbers.compactMap { readLink("/proc/self/fd/\($0)") }
        let given = Dictionary(links.map { ($0, 1) }, uniquingKeysWith: +)
        underWay = WarmFork(
            deadline: .now() + patience, filter: filter, directory: directory, given: given, completion: completion)
        do { try send("{\"fork\": true}\n", numbers) } catch {
            underWay = nil
            condemn(.misbehaved("cannot be asked to fork: \(error)"))
            throw error
        }
    }

    /// The kernel says that it has a new child or thread.
    func born(_ id: Int32) {
        if readLink("/proc/\(process)/task/\(id)/ns/pid") != nil {
            return condemn(.misbehaved(WarmDriver.madeThread))
        }
        // The kernel lets a child run before it says so: its way may have ended already.
        if handedOver.contains(id) { return }
        guard let fork = underWay, fork.child == nil || fork.child == id else {
            // It is killed at its own stop.
            return condemn(.misbehaved(WarmDriver.madeChild))
        }
        expect(id, fork)
    }

    private static let madeThread = "made a thread of its own"
    private static let madeChild = "made a child that nobody asked for"

    private func expect(_ child: Int32, _ fork: WarmFork) {
        guard fork.child == nil else { return }
        fork.child = child
        unanswered.append(child)
    }

    /// Handles a stop of a thread that is not the driver's own: of the child under way, or of a new one.
    func takeChild(_ stop: ThreadStop) -> Bool {
        if let fork = underWay, let injection = fork.injection, injection.thread == stop.thread {
            advance(fork, injection, stop)
            return true
        }
        if let fork = underWay, fork.child == stop.thread {
            if stop.isEnd {
                condemn(.injection(.ended(.registers)))
            } else {
                begin(fork, stop.thread)
            }
            return true
        }
        // A thread that is gone is nobody's.
        guard !stop.isEnd, let status = try? ProcessStatus.of(stop.thread) else { return false }
        let parent = status.fields["PPid"].flatMap { Int32($0) }
        let group = status.fields["Tgid"].flatMap { Int32($0) }
        // Once the driver is dead, its children are the worker's. A thread of a child that was handed over has the driver for
        // a parent too, and is the tracer's.
        let isChild = parent == process || (!isUsable && parent == getpid())
        guard group == process || (isChild && group == stop.thread) else { return false }
        if group == process {
            condemn(.misbehaved(WarmDriver.madeThread))
        } else if let fork = underWay, fork.child == nil {
            // The child may be heard of before the kernel says that it was made.
            expect(stop.thread, fork)
            begin(fork, stop.thread)
            return true
        } else if handedOver.contains(stop.thread) {
            // Its host dies, and nobody asks the tracer any more.
            return false
        } else {
            condemn(.misbehaved(WarmDriver.madeChild))
        }
        kill(stop.thread, SIGKILL)
        return true
    }

    private func begin(_ fork: WarmFork, _ child: Int32) {
        let now = Monotonic.now()
        fork.born = now
        do {
            var inspection = inspection
            inspection.allowed = fork.given
            try inspection.checkDescriptors(of: child, home: home)
            fork.injection = try Injection(child, filter: fork.filter, directory: fork.directory)
        } catch let error as WarmDriverError {
            condemn(error)
        } catch let error as InjectionError {
            condemn(.injection(error))
        } catch {
            condemn(.misbehaved("has a child that cannot be looked at: \(error)"))
        }
    }

    private func advance(_ fork: WarmFork, _ injection: Injection, _ stop: ThreadStop) {
        switch injection.advance(stop) {
        case .underWay: return
        case .failed(let error): condemn(.injection(error))
        case .done:
            underWay = nil
            handedOver.insert(injection.thread)
            let born = fork.born ?? fork.asked
            fork.completion(
                .success(
                    WarmChild(process: injection.thread, birth: born - fork.asked, injection: .now() - born)))
        }
    }

    /// Ends a fork that came to nothing.
    func fail(_ fork: WarmFork, _ error: WarmDriverError) {
        underWay = nil
        if let child = fork.child { kill(child, SIGKILL) }
        fork.completion(.failure(error))
    }

    /// Drops the fork under way without telling anybody; the driver is somewhere in the middle, and of no more use.
    func abandonFork() {
        guard let fork = underWay else { return }
        underWay = nil
        if let child = fork.child { kill(child, SIGKILL) }
        condemn(.misbehaved("had not forked when the run ended"))
    }

    /// Takes a line that the driver wrote.
    func answered(_ line: [UInt8]) {
        // What is no answer is said to be none.
        guard let answer = try? JSONDecoder().decode(WarmAnswer.self, from: Data(line)) else {
            return condemn(.misbehaved("wrote what is no answer: \(String(decoding: line, as: UTF8.self))"))
        }
        if let error = answer.error { return condemn(.refused(error)) }
        if answer.exited != nil { return }
        guard let pid = answer.pid, unanswered.first == pid else {
            return condemn(
                .misbehaved("says that its child is \(answer.pid.map(String.init) ?? "none"), not \(unanswered)"))
        }
        unanswered.removeFirst()
    }
}
