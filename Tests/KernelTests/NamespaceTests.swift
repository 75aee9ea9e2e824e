import CLinux
import Glibc
import SystemPackage
import Testing

@testable import Kernel

/// Also where `TOCSIN_NAMESPACE_IDENTITY` forces the older back end.
private let hasHandles: Bool = {
    var handle = cl_namespace_handle()
    return cl_namespace_handle(CL_AT_FDCWD, "/proc/thread-self/ns/net", &handle) == 0
}()

extension Trait where Self == ConditionTrait {
    fileprivate static var needsHandles: Self { .enabled(if: hasHandles, "needs nsfs file handles (Linux 6.18)") }
}

/// Runs in a process of its own: the thread moves through namespaces.
@Suite(.needs(.sysAdmin), .timeLimit(.patient(minutes: 1))) struct NamespaceTests {
    @Test(.needsHandles) func backEndsAgree() async {
        await #expect(processExitsWith: .success) {
            let handle = try NamespaceHandle.ofThread(identity: .handles)
            #expect(try NamespaceHandle.ofThread(identity: .cookies) == handle)
            var id: UInt64 = 0
            let descriptor = try Descriptor.open("/proc/thread-self/ns/net")
            try systemCall("ioctl") { cl_namespace_id(descriptor.raw, &id) }
            #expect(handle.id.rawValue == id)
            #expect(handle.type == UInt32(CLONE_NEWNET))
            #expect(readLink("/proc/thread-self/ns/net") == "net:[\(handle.inode)]")
            #expect(try NamespaceHandle.of(descriptor) == handle)
        }
    }

    @Test(.needsHandles) func lifeAndDeathByHandles() async {
        await #expect(processExitsWith: .success) { try lifeAndDeath(.handles) }
    }

    @Test func lifeAndDeathByCookies() async {
        await #expect(processExitsWith: .success) { try lifeAndDeath(.cookies) }
    }

    /// What keeps a namespace: a thread, a descriptor, a socket alone.
    @Test func everyHolderIsFound() async {
        await #expect(processExitsWith: .success) {
            let made = try newNamespace()
            let handle = try NamespaceHandle.of(made)
            let socket = try withNetworkNamespace(made) { () throws(SystemError) in try NetlinkSocket(.route) }
            #expect(try socket.namespaceID() == handle.id)
            _ = consume made
            for identity in NamespaceIdentity.allCases where identity == .cookies || hasHandles {
                #expect(try handle.isAlive(identity: identity))
                #expect(try NamespaceHandle.of(handle.open(identity: identity)) == handle)
            }
            // What the first back end falls back on since Linux 6.19.
            guard let found = try searchForSocket(of: handle) else {
                Issue.record("the socket was not found")
                return
            }
            #expect(try NamespaceHandle.of(found) == handle)
            withExtendedLifetime(socket) {}
        }
    }

    @Test func noNamespaceIsAnError() {
        // Whatever the file system can, /proc has no handles; an overlay has none either, and ext4 has others.
        for path in ["/etc/passwd", "/proc/version"] {
            for identity in NamespaceIdentity.allCases {
                let plain = #expect(throws: SystemError.self) { try NamespaceHandle.atPath(path, identity: identity) }
                #expect(plain?.errno == .invalidArgument, "\(path): by both back ends the same")
            }
        }
    }

    @Test func theThreadComesHome() async {
        await #expect(processExitsWith: .success) {
            let home = try NamespaceHandle.ofThread()
            let made = try newNamespace()
            let inside = try withNetworkNamespace(made) { () throws(SystemError) in try NamespaceHandle.ofThread() }
            #expect(try inside == NamespaceHandle.of(made))
            #expect(inside != home)
            #expect(try NamespaceHandle.ofThread() == home)
            let error = #expect(throws: SystemError.self) {
                try withNetworkNamespace(made) { () throws(SystemError) in _ = try Descriptor.open("/none") }
            }
            #expect(error?.call == "open")
            #expect(try NamespaceHandle.ofThread() == home)
        }
    }
}

/// A namespace that the returned descriptor alone holds.
private func newNamespace() throws -> Descriptor {
    let home = try Descriptor.open("/proc/thread-self/ns/net")
    try systemCall("unshare") { cl_unshare(CLONE_NEWNET) }
    let made = try Descriptor.open("/proc/thread-self/ns/net")
    try systemCall("setns") { cl_setns(home.raw, CLONE_NEWNET) }
    return made
}

private func lifeAndDeath(_ identity: NamespaceIdentity) throws {
    let made = try newNamespace()
    let handle = try NamespaceHandle.of(made, identity: identity)
    #expect(try handle.liveness(identity: identity) == .alive)
    #expect(try NamespaceHandle.of(handle.open(identity: identity), identity: identity) == handle)
    _ = consume made
    #expect(try handle.liveness(identity: identity) == (identity == .handles ? .dead : .notFound))
    let next = try NamespaceHandle.of(newNamespace(), identity: identity)
    #expect(next.id != handle.id)
}
