import Model
import Testing

@testable import Interception

/// Holds the system calls to the table of operations, whose rows name them.
@Suite struct CallTableTests {
    /// Calls that carry netlink messages, which have rows of their own, those that are refused or said, and those that make
    /// mounts without a place, or change what paths mean.
    private static let others: Set<String> = [
        "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "io_uring_setup", "seccomp", "prctl",
        "fsopen", "fsmount", "open_tree", "open_tree_attr", "mount_setattr", "chroot", "fspick",
    ]

    @Test func eachCallOfARowIsTrapped() {
        let trapped = Set(SystemCall.all.map(\.name))
        for row in OperationTable.rows {
            guard case .calls(let names) = row.origin else {
                for name in row.calls { #expect(trapped.contains(name), "\(row.word): \(name) is not trapped") }
                continue
            }
            #expect(!names.isEmpty && Set(names).count == names.count, "\(row.word)")
            for name in names { #expect(trapped.contains(name), "\(row.word): \(name) is not trapped") }
        }
    }

    @Test func eachTrappedCallHasARow() {
        var named = CallTableTests.others
        for row in OperationTable.rows { if case .calls(let names) = row.origin { named.formUnion(names) } }
        #expect(Set(SystemCall.all.map(\.name)) == named)
    }
}
