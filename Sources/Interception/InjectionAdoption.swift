import CLinux
import Glibc
import Kernel
import Model

extension Interceptor {
    /// Takes over a process that stands where its ``Injection`` left it, and lets it run.
    ///
    /// Its lineage begins with the program that it runs, as if it had been started there.
    ///
    /// - Throws: `SystemError` when it is gone; nothing of it is then traced.
    public func adopt(born id: Int32, agent: String, spawn: Int) throws {
        let process = TracedProcess(
            id: id, agent: agent, spawn: spawn, isFirst: true, lineage: Lineage(root: HostPaths.program(of: id)))
        processesByID[id] = process
        do { try addThread(id, to: process) } catch {
            processesByID[id] = nil
            throw error
        }
        // ESRCH: it was killed meanwhile, and its end is the next thing we hear.
        _ = cl_trace_continue(id, 0)
    }
}
