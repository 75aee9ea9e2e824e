import Kernel
import Testing

@testable import Observation

/// The processes of a real host, by its own /proc and among all of the machine's.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct HostProcessesTests {
    @Test func bothWaysAgreeWhateverIsMountedOverProc() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let view = HostView(initPID: host.initPID)
            // One in the host's namespace, one in a namespace below.
            try host.run(
                """
                sleep 1000 & unshare -fp sh -c 'sleep 1000; true' &
                until [ "$(pgrep -c sleep)" = 2 ]; do :; done
                """)
            let searched = try HostProcesses.search(view).subtracting([host.initPID])
            let programs = try HostProcesses.list(view, excluding: []).all.map(\.program).sorted()
            #expect(programs == ["sh", "sleep", "sleep", "unshare"])
            guard let listed = try view.processes?.processes() else {
                #expect(NamespaceIdentity.preferred == .cookies, "this kernel translates the numbers of processes")
                return
            }
            #expect(Set(listed) == searched.union([host.initPID]))
            try host.run("mount -t tmpfs none /proc")
            #expect(try view.processes?.processes().map { Set($0) } == searched.union([host.initPID]))
        }
    }
}
