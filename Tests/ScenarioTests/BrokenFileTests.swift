import Scenario
import Testing

/// A file that must be refused, and what is said of it.
struct Broken: Sendable, CustomTestStringConvertible {
    var text: String
    var problems: [String]

    var testDescription: String { problems.first ?? "nothing" }

    /// `text` is the whole file; each problem stands without the name of the file.
    init(_ text: String, _ problems: String...) {
        self.text = text
        self.problems = problems.map { "x.yaml:\($0)" }
    }
}

@Suite struct BrokenFileTests {
    @Test(arguments: allBroken)
    func isRefused(file: Broken) {
        #expect(Files(texts: ["x.yaml": file.text]).problems("x.yaml") == file.problems)
    }

    private static let allBroken =
        syntax + keys + faults + steps + hosts + expectations + values + notBuilt + agents + told + conditions
        + orders + waits + questions + actions + sequences + numbers + kinds + explorations

    @Test func whatTheyAreMadeOfIsGood() throws {
        #expect(try Files(texts: ["x.yaml": BrokenFileTests.served]).load("x.yaml").plans.count == 1)
        #expect(try Files(texts: ["x.yaml": BrokenFileTests.story]).load("x.yaml").plans.count == 1)
        #expect(try Files(texts: ["x.yaml": BrokenFileTests.scenario("")]).load("x.yaml").plans.count == 1)
        #expect(try Files(texts: ["x.yaml": BrokenFileTests.host("")]).load("x.yaml").plans.count == 1)
    }

    /// A good file of eleven lines, without faults.
    static let story = """
        tocsin: 1
        title: t
        agents:
          ip:
            commands:
              add: { run: [ip, netns, add, pod] }
              del: { run: [ip, netns, del, pod], undoes: add }
        steps:
          - run: add
          - run: del
        host: { namespaces: [pod] }

        """

    /// The same, to be continued in line 13 with a fault.
    static let faulty = story + "faults:\n"

    /// The same with a fault, and with `lines` after its title in line 2.
    static func scenario(_ lines: String) -> String {
        faulty.replacing("title: t", with: "title: t\n\(lines)")
            + "  - { before: { netns.enter: pod }, do: { kill: process } }\n"
    }

    /// A good file with `lines` in its host, from line 5.
    static func host(_ lines: String) -> String {
        """
        tocsin: 1
        title: t
        agents: { ip: { commands: { add: { run: [ip, netns, add, pod] } } } }
        host:
        \(lines.isEmpty ? "  sysfs: writable\n" : lines)steps: [{ run: add }]

        """
    }
}
