import FoundationEssentials
import Testing

@testable import Stacks

@Suite struct PythonStackTests {
    /// What `py-spy dump --nonblocking --json` 0.4.1 prints of two threads, without what is not read.
    private func threads() throws -> [PythonThread] {
        try JSONDecoder().decode(
            [PythonThread].self,
            from: Data(
                """
                [{"pid": 825, "thread_id": 139852252468928, "os_thread_id": 3, "active": false, "frames": [
                  {"name": "<lambda>", "filename": "/tmp/a.py", "short_filename": "a.py", "line": 6, "is_entry": true}]},
                 {"pid": 825, "thread_id": 139852256604224, "os_thread_id": 2, "active": false, "frames": [
                  {"name": "Popen._try_wait", "filename": "/usr/lib/python3.11/subprocess.py", "line": 1955},
                  {"name": "g", "filename": "/tmp/a.py", "line": 5}]}]
                """.utf8))
    }

    private func held(threadPointer: UInt64) -> HeldThread {
        HeldThread(process: 825, thread: 850, instruction: 0, stack: 0, frame: 0, threadPointer: threadPointer)
    }

    @Test func theHeldThreadIsMeant() throws {
        let meant = PythonThread.meant(try threads(), process: 825, held: held(threadPointer: 139_852_252_468_928))
        #expect(meant?.frames.map { $0.source.description } == ["/tmp/a.py:6 in <lambda>"])
        // Of a thread that is none of Python's nothing is known.
        #expect(PythonThread.meant(try threads(), process: 825, held: held(threadPointer: 1)) == nil)
    }

    @Test func whoWaitsForAProgramIsMeantWhereNoneIsHeld() throws {
        let meant = PythonThread.meant(try threads(), process: 825, held: nil)
        #expect(meant?.frames.last?.source.line == 5)
    }

    @Test func whatIsNotThereHasNoFrames() {
        #expect(PythonStack(pySpy: nil) == nil)
        #expect(PythonStack(pySpy: "/nonexistent/py-spy")?.frames(of: 1, held: nil) == [])
        #expect(PythonStack(pySpy: "/bin/false")?.frames(of: 1, held: nil) == [])
        #expect(PythonStack(pySpy: "/bin/yes")?.frames(of: 1, held: nil).isEmpty == true)
    }
}
