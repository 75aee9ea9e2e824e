import Testing

@testable import Model

/// Names of chance are told from names that somebody chose.
@Suite struct TemporaryNameTests {
    @Test(arguments: [
        ("sedAb12Cd", "sed*"), ("sedabcdef", "sed*"), ("tmpab12_x9z", "tmp*"), ("tmpabcdefgh", "tmp*"),
        ("tmp.Xy7Qp0aBcD", "tmp.*"), (".resolv.conf.x7Qp0a", ".resolv.conf.*"),
        ("state-1234567890.json", "state-*.json"),
        ("ccZZab12.o", "*.o"), ("dnsmasq.AbCdEf", "dnsmasq.*"),
    ])
    func isRandom(name: String, pattern: String) { #expect(TemporaryName.pattern(name) == pattern) }

    @Test(arguments: [
        "resolv.conf", "demo", "lease-10.88.0.2", "eth0", "file01", "pid", "config", "netns1", "10.88.0.2", "a", "",
        "iptables-save", "MAKEFILE", "keepalived.pid", "cni-podman0",
    ])
    func isChosen(name: String) { #expect(TemporaryName.pattern(name) == nil) }

    /// The point that a report prints means the operation of another run too, whose name is another.
    @Test func pointsAreWithoutThem() {
        func create(_ path: String, _ names: [String]?) -> Operation {
            var operation = Operation(
                index: 0, step: "run", agent: "a", lineage: "sed", program: "sed", thread: 1, call: "openat",
                phrase: Phrase("file.create", path, [:], in: "host"), started: 0)
            operation.temporaryNames = names
            return operation
        }
        let first = create("/etc/[x]/sedAb12Cd", ["sedAb12Cd"])
        #expect(first.pattern.argument == "/etc/[[]x]/sed*")
        #expect(first.pattern.matches(create("/etc/[x]/sedXy34Zw", ["sedXy34Zw"])))
        #expect(!first.pattern.matches(create("/etc/x/sedXy34Zw", nil)))
        // Among those that it means is a file that somebody chose to call so, before it or behind.
        var points = OperationPoints()
        let chosen = create("/etc/[x]/sediment", nil)
        #expect(
            [chosen, first, chosen, create("/etc/[x]/sedXy34Zw", ["sedXy34Zw"])].map { points.ordinal($0) } == [
                1, 2, 2, 4,
            ])
    }

    /// The key is without the name of chance, the phrase keeps it.
    @Test func keysAreWithoutThem() {
        var operation = Operation(
            index: 0, step: "run", agent: "a", lineage: "sed", program: "sed", thread: 1, call: "rename",
            phrase: Phrase("file.rename", "/etc/sedAb12Cd", ["to": "/etc/hosts"], in: "host"), started: 0)
        operation.temporaryNames = ["sedAb12Cd"]
        #expect(operation.key == "run / sed / file.rename(/etc/sed* to /etc/hosts) @ host # 1")
        operation.phrase = Phrase("file.create", "/tmp/tmpab12_x9z/sedAb12Cd", [:], in: "host")
        operation.temporaryNames = ["tmpab12_x9z", "sedAb12Cd"]
        #expect(operation.key == "run / sed / file.create(/tmp/tmp*/sed*) @ host # 1")
        operation.phrase = Phrase("exec", "/bin/rm", ["argv": "rm -f /tmp/abcdefgh x"], in: "host")
        operation.temporaryNames = ["abcdefgh"]
        #expect(operation.key == "run / sed / exec(/bin/rm argv rm -f /tmp/* x) @ host # 1")
    }
}
