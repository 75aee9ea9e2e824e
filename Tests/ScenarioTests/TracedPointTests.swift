import Model
import Reports
import Scenario
import Testing

/// A line of `tocsin trace` is the point of the operation that it shows, wherever it is pasted.
@Suite struct TracedPointTests {
    /// What texts of agents hold: blanks, commas, quotes, colons, marks of comments and wildcards.
    private static let phrases: [Phrase] = [
        Phrase("exec", "/usr/bin/sh", ["argv": "sh -c echo \"a, b\": {c} # d; rm *.[ab]"], in: "host"),
        Phrase("exec", "/opt/my tool", ["argv": "x=y 'it''s'\n\tnext\\"], in: "ns#1"),
        Phrase("nft.commit", "inet lab, ip nat", ["add": "1 rule, 2 element", "chain": "out, post"], in: "red"),
        Phrase("nft.list", "inet lab", ["object": "rule"], in: "red"),
        Phrase("nft.commit", "all", ["flush": "1 table"], in: "host"),
        Phrase("route.add", "default", ["via": "10.0.0.1, 10.0.0.2", "dev": "eth0, eth1"], in: "host"),
        Phrase("route.add", "::/0", ["via": "LL(eth0)", "dev": "eth0"], in: "host"),
        Phrase("route.get", "fd00::/64", [:], in: "pod (deleted)"),
        Phrase("address.add", "fe80::", ["dev": "veth0"], in: "pod'"),
        Phrase("neighbour.add", "fd00::1", ["lladdr": "mac(eth0)", "dev": "#7"], in: "host"),
        Phrase("rule.add", "all", ["fwmark": "0x1/0xff", "priority": "100", "table": "7"], in: "host"),
        Phrase("link.set", "veth0", ["master": "none", "up": "true"], in: "host"),
        Phrase("link.set", "veth0", [:], in: "host"), Phrase("link.set", "veth0", ["up": "true"], in: "host"),
        Phrase("netns.enter", "pod'", [:], in: "host"), Phrase("netns.enter", "pod", [:], in: "host"),
        Phrase("nft.commit", "inet lab", ["add": "1 rule"], in: "red"),
        Phrase("link.set", "veth0", ["alias": "up true"], in: "host"), Phrase("route.add", "0.0.0.0/0", in: "host"),
        Phrase("file.create", "/tmp/a b: c #d", [:], in: "host"),
        Phrase("file.rename", "/tmp/*", ["to": "/tmp/[x]?"], in: "host"),
        Phrase("file.delete", "/tmp/within 10.0.0.0", [:], in: "host"),
        Phrase("sysctl.write", "net.ipv4.ip_forward", ["value": ""], in: "host"),
        Phrase("sysctl.write", "net.ipv4.conf.eth0/1.x", ["value": "$(x) $$(y)"], in: "host"),
        Phrase("link.create", "a\u{202e}b", ["peer": "c\u{200b}\u{e0001}"], in: "host"),
        Phrase("netns.list", "all", [:], in: "host"), Phrase("raw.request", "1538", [:], in: "host"),
        Phrase("mount.create", "/sys", ["type": "sysfs"], in: "host"), Phrase("nsid.get", "fd:4", [:], in: "host"),
    ]

    /// Each of them twice, so that `nth` must tell them apart.
    private static let operations: [Operation] = (phrases + phrases).enumerated().map { index, phrase in
        Operation(
            index: index, step: "up", agent: "a", lineage: "a", program: "my agent", thread: 7, call: "x",
            phrase: phrase, result: index % 2 == 0 ? .ok : .unknown, started: UInt64(index) * 1_000_000)
    }

    private static let scenario = """
        tocsin: 1
        title: a trace
        agents:
          a: { commands: { up: { run: [a] } } }
        steps: [{ run: up }]

        """

    /// The operations that the one fault of a scenario means, by `nth`.
    private func meant(_ point: Point) -> [Int] {
        let all = Self.operations.filter { point.operation.matches($0) }.map(\.index)
        guard case .these(let numbers) = point.nth else { return [] }
        return numbers.compactMap { all.indices.contains($0 - 1) ? all[$0 - 1] : nil }
    }

    /// What the line shows behind the program, without its result.
    private func pasted(_ line: String, _ operation: Operation) -> String {
        let start = line.firstRange(of: "my agent  ")?.upperBound ?? line.startIndex
        var text = String(line[start...].drop { $0 == " " })
        if text.hasSuffix(operation.result.description) { text.removeLast(operation.result.description.count) }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private func load(_ faults: [String], _ inline: [InlineFault] = []) throws -> [Fault] {
        let text = Self.scenario + (faults.isEmpty ? "" : "faults:\n" + faults.joined())
        let environment = LoadEnvironment(
            agentsFolder: "/", currentFolder: "/", readFile: { $0 == "x.yaml" ? Array(text.utf8) : nil })
        return try loadPlans(path: "x.yaml", environment: environment, faults: inline).plans.first?.faults ?? []
    }

    @Test func theLineIsThePoint() throws {
        var trace = TraceText()
        for operation in Self.operations {
            let line = pasted(trace.line(operation), operation)
            let fault = try InlineFault("before \(line): kill main")
            let inline = try load([], [fault])
            #expect(inline.map { meant($0.point) } == [[operation.index]], "\(line)")
            let file = try load(["  - before: \(line)\n    do: { kill: main }\n"])
            #expect(file.map(\.point) == inline.map(\.point), "\(line)")
            // As --print writes it.
            let printed = try load([fault.lines.map { "\($0)\n" }.joined()])
            #expect(printed.map(\.point) == inline.map(\.point), "\(line)")
        }
    }

    @Test func theWholeLineIsOneToo() throws {
        var trace = TraceText()
        var operations = Self.operations
        for index in operations.indices {
            operations[index].program = "agent"
            let line = trace.line(operations[index])
            let fault = try load([], [try InlineFault("after \(line): delay 1s")])
            #expect(fault.map { meant($0.point) } == [[index]], "\(line)")
        }
    }

    @Test func pointsOfAFileAreThoseOfTheLine() throws {
        var trace = TraceText()
        var points = OperationPoints()
        for operation in Self.operations {
            let line = trace.point(operation).dropLast(2)
            let fault = try load(["  \(line), do: { kill: main } }\n"])
            let point = points.point(operation)
            #expect(fault.map(\.point) == [point])
            #expect(meant(point) == [operation.index])
            #expect(try load([], [try InlineFault("\(point.lineText): kill main")]).map(\.point) == [point])
        }
    }

    @Test func allPrefixesAreOne() {
        func means(_ pattern: String, _ argument: String) -> Bool {
            let operation = Operation(
                index: 0, step: "up", agent: "a", lineage: "a", program: "ip", thread: 7, call: "x",
                phrase: Phrase("route.add", argument), started: 0)
            return Phrase("route.add", pattern).matches(operation)
        }
        #expect(means("default", "default") && means("default", "::/0") && means("default", "0.0.0.0/0"))
        #expect(means("0.0.0.0/0", "default") && !means("0.0.0.0/0", "::/0"))
        #expect(means("within 0.0.0.0/0", "default") && means("within 0.0.0.0/0", "10.0.0.0/8"))
        #expect(!means("within 0.0.0.0/0", "::/0") && means("within ::/0", "::/0"))
        #expect(means("within default", "default") && means("within default", "10.0.0.0/8"))
        #expect(means("within default", "::/0") && means("within default", "fd00::/64"))
        #expect(means("::/0", "::/0") && !means("::/0", "default") && !means("default", "10.0.0.0/8"))
    }
}
