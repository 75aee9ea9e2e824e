import Kernel
import Observation
import Testing

/// Roles and names of namespaces, without the kernel.
struct RegistryTests {
    private func handle(_ number: UInt64) -> NamespaceHandle {
        NamespaceHandle(id: NetworkNamespaceID(rawValue: number), type: 0x4000_0000, inode: UInt32(number))
    }

    private func id(_ number: UInt64) -> NetworkNamespaceID { NetworkNamespaceID(rawValue: number) }

    @Test func theFirstIsTheHost() {
        let registry = NamespaceRegistry(host: handle(1))
        #expect(registry.role(of: id(1)) == "host")
        #expect(registry.role(of: id(2)) == NamespaceRegistry.unknownRole)
    }

    @Test func aNamelessOneIsCalledByItsOrder() {
        let registry = NamespaceRegistry(host: handle(1))
        #expect(registry.nextRole() == "ns#1")
        #expect(registry.made(handle(2), by: "a") == "ns#1")
        #expect(registry.made(handle(3), by: "b") == "ns#2")
        #expect(registry.made(handle(2), by: "again") == "ns#1", "a second report makes no second one")
        #expect(registry.entry(of: id(2))?.madeBy == "a")
        #expect(registry.entries.count == 3)
    }

    @Test func theFirstNameBecomesTheRole() {
        let registry = NamespaceRegistry(host: handle(1))
        registry.made(handle(2), by: "a")
        registry.named(handle(2), "pod")
        registry.named(handle(2), "alias")
        #expect(registry.role(of: id(2)) == "pod")
        #expect(registry.role(named: "pod") == "pod")
        #expect(registry.role(named: "alias") == "pod")
        #expect(registry.entry(of: id(2))?.names == ["pod", "alias"])
        #expect(registry.nextRole() == "ns#2", "the number of an order is not used again")
    }

    @Test func aNameThatWasARoleGetsAStroke() {
        let registry = NamespaceRegistry(host: handle(1))
        for number in UInt64(2)...4 {
            registry.made(handle(number), by: "a")
            registry.named(handle(number), "pod")
        }
        #expect([2, 3, 4].map { registry.role(of: id($0)) } == ["pod", "pod'", "pod''"])
        #expect(registry.role(named: "pod") == "pod''")
        registry.named(handle(2), "pod")
        #expect(registry.role(named: "pod") == "pod", "it bears the name again")
    }

    @Test func aNamedOneNeedsNoMaker() {
        let registry = NamespaceRegistry(host: handle(1))
        registry.named(handle(2), "vm")
        #expect(registry.role(of: id(2)) == "vm")
        #expect(registry.entry(of: id(2))?.madeBy == nil)
        #expect(registry.nextRole() == "ns#1")
    }

    @Test func theHostKeepsItsRole() {
        let registry = NamespaceRegistry(host: handle(1))
        registry.named(handle(1), "self")
        #expect(registry.role(of: id(1)) == "host")
        #expect(registry.role(named: "self") == "host")
    }
}
