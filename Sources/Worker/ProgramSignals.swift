import Glibc
import Interception
import Kernel

/// The living processes of programs: where they are, and how they are ended.
extension Programs {
    /// The living processes of a program.
    func processes(of program: RunningProgram) -> [TracedProcess] {
        tracer.processes.filter { $0.spawn == program.spawn }
    }

    /// Ends every process of a program.
    func kill(_ program: RunningProgram) {
        for process in processes(of: program) { send(SIGKILL, to: process) }
        guard !traced, program.end == nil else { return }
        do { try program.process?.send(signal: SIGKILL) } catch { loop.fail(with: RunFailure(error)) }
    }

    func send(_ signal: Int32, to process: TracedProcess) { tracer.send(signal, to: process) { _ in } }

    /// Where the threads of a program are, before anybody is stopped.
    func stuck(_ program: RunningProgram) -> [String] {
        processes(of: program).flatMap { process in
            // A thread that ends meanwhile is stuck no more; here and below.
            ((try? listThreads(of: process.id)) ?? []).map { thread in
                // As above.
                let call = (try? ThreadCall.of(thread)).map { "\($0)" } ?? "gone"
                // As above; where the kernel hides it, less is said.
                let channel = (try? waitChannel(of: thread)) ?? ""
                let place = channel.isEmpty || channel == "0" ? "" : ", at \(channel)"
                return "\(process.lineagePath) thread \(thread): \(call)\(place)"
            }
        }
    }
}
