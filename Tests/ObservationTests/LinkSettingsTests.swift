import Glibc
import Kernel
import Model
import Observation
import Testing

/// What somebody sets of a device, on the real kernel.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct LinkSettingsTests {
    @Test func eachIsAnAttribute() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                ip link add br0 type bridge && ip link set br0 up
                ip link add u0 master br0 type veth peer name u1
                ip link set u0 up && ip link set u1 up
                ip link add x0 type vxlan id 42 dstport 4789
                """)
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            func attributes(_ device: String) throws -> [String: String] {
                try snapshotter.take()[Fact.Identity(noun: "link", name: device, namespace: "host")]?.attributes ?? [:]
            }
            let (bridge, port, other) = (try attributes("br0"), try attributes("u0"), try attributes("u1"))
            #expect(Set(bridge.keys) == ["type", "mtu", "mac", "up"])
            #expect(Set(port.keys) == ["type", "mtu", "mac", "up", "peer", "master"])
            #expect(Set(other.keys) == ["type", "mtu", "mac", "up", "peer"])
            for (command, device, attribute, value) in [
                ("ip link set br0 type bridge stp_state 1", "br0", "settings", "stp_state 1"),
                ("ip link set br0 type bridge ageing_time 700", "br0", "settings", "ageing_time 700 stp_state 1"),
                ("bridge link set dev u0 isolated on", "u0", "port", "isolated 1"),
                ("bridge link set dev u0 cost 7", "u0", "port", "cost 7 isolated 1"),
                ("ip link set u1 promisc on", "u1", "flags", "promisc"),
                ("ip link set u1 arp off", "u1", "flags", "noarp promisc"),
                ("ip link set u1 txqueuelen 77", "u1", "txqueuelen", "77"),
                ("ip link set u1 addrgenmode none", "u1", "addrgenmode", "none"),
                ("ip link set x0 protodown on", "x0", "protodown", "true"),
            ] {
                #expect(try attributes(device)[attribute] != value, "\(command): it was so before")
                try host.run(command)
                #expect(try attributes(device)[attribute] == value, "\(command)")
            }
        }
    }
}
