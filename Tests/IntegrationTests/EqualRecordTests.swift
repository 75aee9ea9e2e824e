import FoundationEssentials
import Glibc
import Testing

@testable import Model

/// The same plan in several processes, each with its own order of dictionaries and sets, has the same record.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct EqualRecordTests {
    @Test func fiveProcessesWriteTheSameBytes() throws {
        let all = try (1...5).map { _ in try EqualRecordTests.files(of: EqualRecordTests.plan) }
        let first = try #require(all.first)
        #expect(first.keys.contains("record.json") && first.keys.contains("operations.jsonl") && first.count >= 4)
        for other in all.dropFirst() {
            #expect(first.keys.sorted() == other.keys.sorted())
            for (name, text) in first where other[name] != text {
                let lines = zip(text.split(separator: "\n"), other[name, default: ""].split(separator: "\n"))
                let differing = lines.filter { $0 != $1 }.prefix(3).map { "\($0) / \($1)" }
                Issue.record("\(name): \(differing)")
            }
        }
    }

    /// Something of everything that is kept in a dictionary or a set.
    private static var plan: Plan {
        var plan = IntegrationTests.plan(
            shell(
                """
                ip netns add one; ip netns add two; ip link add w0 type veth peer name w1 netns one
                ip -n one addr add 10.9.0.1/24 dev w1; ip -n one link set w1 up; ip link set w0 up
                for i in 1 2 3 4; do echo $i > /tmp/file$i; done; ip netns del two
                """))
        plan.host.namespaces += ["left", "right"]
        plan.host.links = [
            LinkSpecification(end: .init(name: "v0"), peer: .init(name: "v1", namespace: "left")),
            LinkSpecification(end: .init(name: "v2"), peer: .init(name: "v3", namespace: "right")),
            LinkSpecification(type: "bridge", end: .init(name: "br0")),
        ]
        plan.host.rules = [RuleSpecification(from: "10.0.0.0/8", fwmark: "1", table: "100", priority: 9)]
        for name in ["a", "b", "c", "d", "e"] {
            plan.host.files["/etc/tocsin-\(name)"] = FileContent(bytes: Array(name.utf8))
            plan.bindings[name] = name
            plan.agents[name] = AgentSpecification()
            plan.agents[name]?.state = ["/var/lib/tocsin-test/\(name)"]
        }
        plan.agents["z"] = AgentSpecification()
        plan.agents["z"]?.state = ["/var/lib/tocsin-test"]
        plan.faults = ["one", "two"].map { name in
            Fault(
                name: "fault-\(name)", point: Point(.before, Phrase("netns.name", name)),
                actions: [bound(Phrase("sysctl.write", "net.ipv4.ip_forward", ["value": "1"], in: "host"))])
        }
        return plan
    }

    /// The files of a record by their place, without times, and without the ids that the kernel gives.
    private static func files(of plan: Plan) throws -> [String: String] {
        let folder = "/tmp/tocsin-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let report = try report(of: Job(plan: plan, role: .fault, folder: "\(folder)/record"), in: folder)
        #expect(report.failure == nil)
        var files: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: report.folder) where name.contains(".json") {
            let name = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            let text = String(decoding: try PackedFile(path: "\(report.folder)/\(name)").read(), as: UTF8.self)
            // What the kernel counts over the whole machine: namespaces, file systems, files and sockets.
            let counted =
                /"(thread|started|duration|held|time|began|namespace|target|device|inode|socket)" ?: ?[0-9.e+]+/
            files[name] = text.replacing(counted) { "\"\($0.1)\":0" }
        }
        return files
    }
}
