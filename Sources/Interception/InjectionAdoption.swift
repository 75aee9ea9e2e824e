import Kernel
import Model

extension Interceptor {
    /// Takes over a process that stands where its ``Injection`` left it, and lets it run.
    ///
    /// Its lineage begins with the program that it runs, as if it had been started there.
    ///
    /// - Throws: `SystemError` when it is gone; nothing of it is then traced.
    public func adopt(born id: Int32, agent: String, spawn: Int) throws {
        try tree.adopt(id, agent: agent, spawn: spawn, lineage: Lineage(root: source.program(of: id)))
        tree.processes[id]?.trapsReceives = trapsReceives
        // ESRCH: it was killed meanwhile, and its end is the next thing we hear.
        _ = source.resume(id, toExit: false, signal: 0)
    }
}
