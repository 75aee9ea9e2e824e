import Testing

@testable import Kernel

/// Which ids a user namespace has numbers for.
struct UserNamespaceMapTests {
    @Test(arguments: [
        (0 as UInt32, "0 65534 1", true), (1000, "0 65534 1", false), (999, "0 200000 1000", true),
        (1000, "0 200000 1000", false), (70000, "0 1000 1 1 100000 65536", false),
        (65536, "0 1000 1 1 100000 65536", true),
        (1000, "", true), (4_294_967_294, "0 0 4294967295", true),
    ]) func anIDIsInsideOfARange(id: UInt32, map: String, isThere: Bool) {
        #expect(UserNamespace.holds(id, map.split(separator: " ")) == isThere)
    }
}
