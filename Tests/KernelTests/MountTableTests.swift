import Testing

@testable import Kernel

struct MountTableTests {
    static let first = """
        21 1 0:20 / / rw,relatime - overlay overlay rw
        22 21 0:21 / /proc rw,nosuid - proc proc rw
        23 21 0:22 / /run/with\\040blank ro,nosuid shared:5 - tmpfs tmpfs rw

        """

    static let tables = [
        first, first + "24 23 0:4 net:[4026532460] /run/netns/pod rw shared:5 - nsfs nsfs rw\n",
        first.replacing("22 21 0:21 / /proc", with: "22 21 0:21 / /sys"),
        first.split(separator: "\n").dropLast().joined(separator: "\n") + "\n", "", "nonsense\n" + first,
        first + "24 23 0:4 / /cut", first,
    ]

    /// Each after each.
    @Test func whatIsReadDependsOnNoTableBefore() {
        for before in Self.tables {
            for table in Self.tables {
                var reader = MountTableReader()
                _ = reader.all(in: Array(before.utf8))
                let read = reader.all(in: Array(table.utf8))
                #expect(read == MountEntry.all(in: Array(table.utf8)))
                #expect(read.count == table.split(separator: "\n").count { $0.contains(" - ") })
            }
        }
    }

    @Test func aLineIsTakenApart() throws {
        let mount = try #require(MountEntry.all(in: Array(Self.first.utf8)).last)
        #expect(mount.id == 23 && mount.parent == 21)
        #expect(mount.point == "/run/with blank")
        #expect(mount.isReadOnly && mount.isShared)
        #expect(mount.type == "tmpfs")
    }
}
