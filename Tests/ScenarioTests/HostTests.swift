import Model
import Scenario
import Testing

/// The host and the contents of files.
@Suite struct HostTests {
    @Test func everythingOfAHost() throws {
        let text = BrokenFileTests.host(
            """
              sysfs: read-only
              duplicate-address-detection: on
              capabilities: [CAP_SYS_TIME]
              namespaces: [vm]
              links:
                - { name: br0, type: bridge, mac: 52:54:00:12:34:56 }
                - { name: eth0, in: vm, addresses: [10.0.0.7/24, "fd00::7/64"], mtu: 1400, peer: { name: vm0, master: br0, up: false } }
              routes:
                - { to: 192.0.2.0/24, dev: eth0, in: vm }
                - { to: default, via: 192.0.2.1, in: vm, table: 0x20, metric: 7 }
                - { to: "::/0", via: "fd00::1", in: vm }
              rules: [{ from: 10.0.0.0/8, table: 100, priority: 5, in: vm }]
              sysctls: [{ sysctl: net.ipv4.ip_forward, value: 1 }]
              files:
                /etc/a: { text: "x\\n", mode: 0600 }
                /etc/b: { file: b.conf }
                /var/lib/k: { folder: true, owner: 7, group: 8, mode: 0700 }
                /var/lib/k/x: { text: x, owner: 7 }
                /etc/c: { json: { a: [1, "1", 0x1F, 20.50, 1e3, true, null, on, 0755, -.5] } }

            """)
        let plan = try #require(Files(texts: ["s/x.yaml": text, "s/b.conf": "b"]).load("s/x.yaml").plans.first)
        let host = plan.host
        #expect(!host.sysfsWritable && host.namespaces == ["vm"])
        #expect(host.duplicateAddressDetection && host.capabilities == ["CAP_SYS_TIME"])
        #expect(host.links[0] == LinkSpecification(type: "bridge", end: .init(name: "br0", mac: "52:54:00:12:34:56")))
        #expect(
            host.links[1]
                == LinkSpecification(
                    end: .init(name: "eth0", namespace: "vm", addresses: ["10.0.0.7/24", "fd00::7/64"], mtu: 1400),
                    peer: .init(name: "vm0", up: false, master: "br0")))
        #expect(
            host.routes[1]
                == RouteSpecification(to: "default", via: "192.0.2.1", table: "0x20", metric: 7, namespace: "vm"))
        #expect(host.rules == [RuleSpecification(from: "10.0.0.0/8", table: "100", priority: 5, namespace: "vm")])
        #expect(host.sysctls == [SysctlSpecification(sysctl: "net.ipv4.ip_forward", value: "1")])
        #expect(host.files["/etc/a"] == FileContent(bytes: Array("x\n".utf8), mode: 0o600))
        #expect(
            host.files["/var/lib/k"] == FileContent(bytes: [], mode: 0o700, folder: true, owner: 7, group: 8))
        #expect(host.files["/var/lib/k/x"] == FileContent(bytes: Array("x".utf8), owner: 7))
        #expect(host.files["/etc/b"] == FileContent(bytes: Array("b".utf8)))
        let json = host.files["/etc/c"].map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(json == #"{"a":[1,"1",31,20.50,1e3,true,null,"on",755,-0.5]}"#)
    }

    @Test func filesThatCannotBeRead() {
        let text = BrokenFileTests.host("  files: { /a: { file: latin }, /b: { file: large } }\n")
        let environment = LoadEnvironment(agentsFolder: "/agents", currentFolder: "/") { path in
            switch path {
            case "x.yaml": Array(text.utf8)
            case "latin": [0x66, 0xfc, 0x72]
            case "large": [UInt8](repeating: 0x61, count: 1 << 20 + 1)
            case "zero.yaml": [0xff, 0xfe]
            default: nil
            }
        }
        func problems(_ path: String) -> [String] {
            do {
                _ = try loadPlans(path: path, environment: environment)
                return []
            } catch {
                return error.diagnostics.map(\.description)
            }
        }
        #expect(
            problems("x.yaml") == [
                "x.yaml:5:18: error: latin is not UTF-8", "x.yaml:5:39: error: large is over 1 MB",
            ])
        #expect(problems("large") == ["large:1:1: error: large is over 1 MB"])
        #expect(problems("zero.yaml") == ["zero.yaml:1:1: error: zero.yaml is not UTF-8"])
        #expect(problems("none.yaml") == ["none.yaml:1:1: error: no file none.yaml"])
    }

    @Test func theDiskIsReadToo() throws {
        let problems = #expect(throws: DiagnosticList.self) {
            try loadPlans(path: "/proc/version", environment: LoadEnvironment(agentsFolder: "/agents"))
        }
        #expect(problems?.diagnostics.first?.message.contains("no file") == false)
    }
}
