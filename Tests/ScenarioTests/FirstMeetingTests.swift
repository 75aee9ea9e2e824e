import Model
import Scenario
import Testing

/// What people write who know the page of the format alone.
@Suite struct FirstMeetingTests {
    private func text(_ lines: String, run: String = "[ip, netns, add, demo]", matrix: String = "") -> String {
        """
        tocsin: 1
        title: x
        \(matrix)
        agents: { ip: { commands: { add: { run: \(run) } } } }
        steps: [{ run: add }]
        \(lines)

        """
    }

    private func said(_ text: String) -> [String] {
        let files = Files(texts: ["x.yaml": text])
        do { return try files.load("x.yaml").warnings.map(\.description) } catch {
            return error.diagnostics.map(\.description)
        }
    }

    @Test func aNameOfReplacedFaultsMakesOnePlan() throws {
        let fault = "faults: [{ before: { netns.name: demo }, do: { link.set: lo, up: $(cause) } }]"
        let text = text(fault, matrix: "matrix: { cause: [true, false], name: [a, b] }").replacing(
            "netns, add, demo", with: "netns, add, $(name)")
        let files = Files(texts: ["x.yaml": text])
        #expect(try files.load("x.yaml").plans.count == 4)
        let inline = try InlineFault("before netns.name: kill main")
        let loaded = try loadPlans(path: "x.yaml", environment: files.environment, faults: [inline])
        #expect(loaded.plans.map(\.bindings) == [["name": "a"], ["name": "b"]])
        #expect(loaded.replacedNames == ["cause"])
        #expect(loaded.plans.allSatisfy { $0.faults.count == 1 })
    }

    @Test(arguments: [
        (#"agents: { a: { commands: { b: { run: [x, "a\0b"] } } } }"#, 2, 42),
        (#"agents: { a: { environment: { "A\0": x } } }"#, 2, 31),
        (#"title: "a\0""#, 2, 8),
    ])
    func aNULIsRefused(line: String, row: Int, column: Int) {
        let all = Files(texts: ["x.yaml": "tocsin: 1\n\(line)\n"]).problems("x.yaml")
        #expect(all.contains { $0.hasPrefix("x.yaml:\(row):") && $0.contains("error: a text holds no NUL") }, "\(all)")
    }

    @Test func aNULOnALineIsRefused() {
        #expect(throws: Diagnostic.self) { try InlineFault(#"before exec "a\x00b": kill main"#) }
    }

    @Test func aNameThatTheKernelNumbersIsRefused() {
        let why = "error: `b%d` is no interface name (15 characters, no / and no %)"
        #expect(said(text("host: { links: [{ name: b%d, type: bridge }] }")).first?.hasSuffix(why) == true)
        let action = "faults: [{ before: { netns.name: demo }, do: { link.create: b%d, type: bridge } }]"
        #expect(said(text(action)).first?.hasSuffix(why) == true)
        // An agent may ask so.
        let point = "faults: [{ before: { link.set: br0, name: b%d }, do: { kill: main } }]"
        #expect(said(text(point)) == [])
        #expect(said(text(point.replacing("link.set: br0, name:", with: "link.create:"))) == [])
    }

    @Test func whatCannotBeRightIsRefused() {
        #expect(
            said(text("").replacing("{ run: add }", with: "{ run: add, exit: [] }")) == [
                "x.yaml:5:21: error: `exit` is an empty list: nothing would be right"
            ])
        #expect(
            said(text("").replacing("{ run: add }", with: "{ run: add, timeout: 0s }")) == [
                "x.yaml:5:21: error: nothing can be done in a `timeout` of `0s`"
            ])
        #expect(said("use: .\n").contains("x.yaml:1:1: error: `.` is a folder: `use` is the path of a file"))
        let deep = String(repeating: "[", count: 2000)
        #expect(
            said("tocsin: 1\nsteps: \(deep)").first?.hasSuffix(
                "error: not YAML: maps and lists stand too deep in each other") == true)
    }

    /// The lines that use it are not called wrong too.
    @Test func aWrongMatrixIsSaidOnce() {
        let run = "[ip, $(a), $(b)]"
        #expect(
            said(text("", run: run, matrix: "matrix: { a: 1, b: [1, 2] }")) == [
                "x.yaml:3:11: error: `a` is a list of values"
            ])
        let many = (0...4096).map(String.init).joined(separator: ", ")
        #expect(
            said(text("", run: run, matrix: "matrix: { a: [\(many)], b: [1] }")) == [
                "x.yaml:3:11: error: more than 4096 combinations"
            ])
    }

    @Test func faultsThatWaitForEachOtherAreRefused() {
        func faults(_ waits: [String]) -> String {
            waits.enumerated().map { index, wait in
                "  - { name: f\(index), before: { exec: x }, do: { kill: main }\(wait) }\n"
            }.joined()
        }
        func on(_ name: String) -> String { ", counting-from: { fired: \(name) }" }
        #expect(
            said(text("faults:\n" + faults([on("f1"), on("f0")]))) == [
                "x.yaml:7:58: error: `f0` and `f1` wait for each other: none of them can fire"
            ])
        #expect(said(text("faults:\n" + faults([on("f1"), on("f2"), on("f0")]))).count == 1)
        #expect(said(text("faults:\n" + faults([on("f1"), on("f2"), ""]))) == [])
    }

    @Test func hundredsOfValuesWithALineEachAreReadAtOnce() {
        let values = (1...400).map { "\($0)" }
        let faults = values.map { "  - { before: { exec: x }, do: { kill: main }, if: { v: '\($0)' } }\n" }.joined()
        let file = text("faults:\n\(faults)", matrix: "matrix: { v: [\(values.joined(separator: ", "))] }")
        var found: [String] = []
        // Each line is asked once for each plan. Asked of each value besides, two hundred took 27 s, and twice as many eight times that.
        let time = ContinuousClock().measure { found = said(file) }
        #expect(found == [])
        #expect(time < .seconds(40))
    }

    @Test func aValueThatNoPlanHasIsASlip() {
        func said(_ value: String) -> [String] {
            self.said(
                text("known: []", matrix: "matrix: { v: ['1', '2'] }").replacing(
                    "{ run: add }", with: "{ run: add }, { run: add, if: { v: \(value) } }"))
        }
        #expect(said("'3'") == ["x.yaml:5:41: warning: no plan has a `v` that is `3`; it is 1 or 2"])
        #expect(said("'>= 3'") == ["x.yaml:5:41: warning: no plan has a `v` that is `>= 3`; it is 1 or 2"])
        #expect(said("['2', '3']").count == 1)
        for right in ["'1'", "['1', '2']", "'>= 2'", "'*'"] { #expect(said(right) == []) }
    }

    @Test func theBeginningOfACommandIsNoOperation() {
        func said(_ program: String, run: String) -> [String] {
            self.said(text("faults: [{ before: { exec: \(program) }, do: { kill: main } }]", run: run))
        }
        let why = [
            "x.yaml:6:12: warning: that `add` begins is no operation: `exec` is what a command starts; "
                + "the beginning of a step is `before: { step: add }`"
        ]
        #expect(said("/usr/bin/sleep", run: "[sleep, '0.3']") == why)
        #expect(said("sleep", run: "[/usr/bin/sleep, '0.3']") == why)
        #expect(said("/usr/bin/ip", run: "[ip, netns, exec, x, ip, link]") == [])
        #expect(said("/usr/bin/sleep", run: "[sh, -c, sleep 1]") == [])
    }

    @Test func aLineAloneIsNoPoint() {
        let hint = "a line of `tocsin trace` stands behind `before` or `after`: { before: \"netns.name demo\" }"
        let until =
            "faults: [{ before: { netns.name: demo }, do: { link.set: lo, up: true }, "
            + "until: { after: netns.name demo } }]"
        #expect(said(text(until)) == [])
        let order = """
            agents: { ip: { commands: { add: { run: [x] }, del: { run: [y] } } } }
            steps: [{ together: [{ run: add }, { run: del }] }]
            order:
            """
        #expect(
            said("tocsin: 1\ntitle: x\n\(order) [netns.name demo, { before: exec x }]\n") == [
                "x.yaml:5:9: error: a point is a map of keys; \(hint)"
            ])
        #expect(said("tocsin: 1\ntitle: x\n\(order) [{ before: netns.name demo }, { before: exec x }]\n") == [])
        #expect(
            said(
                "tocsin: 1\ntitle: x\n\(order) [{ before: netns.name demo }, { agent: ip, before: exec x, or: blocked }]\n"
            )
                == [])
    }
}
