import Model
import Scenario
import Testing

/// What a file takes from another, and where what is wrong is said.
@Suite struct UseTests {
    private let base = """
        tocsin: 1
        variables: { name: pod, other: 1s }
        agents:
          ip:
            timeout: $(other)
            state: [/var/lib/x]
            commands:
              add: { run: [ip, netns, add, $(name)] }
              del: { run: [ip, netns, del, $(name)], undoes: add }
        steps:
          - run: add
          - run: del
        allow:
          - { residue: { link: a }, because: base }
        known:
          - { crash: add, because: base }

        """

    @Test func keysAreTheOtherFilesAndNamesMerge() throws {
        let text = """
            tocsin: 1
            use: lib/base.yaml
            title: t
            variables: { name: web }
            agents: { ip: { state: [/run/y], commands: { show: { run: [ip, link, $(name)] } } } }
            allow: [{ hang: del, because: mine }]
            known: []

            """
        let files = Files(texts: ["s/x.yaml": text, "s/lib/base.yaml": base])
        let plan = try #require(files.load("s/x.yaml").plans.first)
        guard case .run(let add) = plan.steps[0].body else {
            Issue.record("a step is no command")
            return
        }
        #expect(add.argv == ["ip", "netns", "add", "web"] && add.timeout == 1_000_000_000)
        #expect(plan.agents["ip"]?.state == ["/run/y"])
        #expect(plan.allow.map(\.because) == ["base", "mine"])
        #expect(plan.allow.map(\.location) == ["s/lib/base.yaml:14:5", "s/x.yaml:6:9"])
        #expect(plan.known.isEmpty && plan.scenario == "s/x.yaml")
    }

    /// A line of `allow` is taken back whatever its reason; one that nobody wrote is a slip.
    @Test func whatAUsedFileAllowsCanBeTakenBack() throws {
        func files(_ line: String) -> Files {
            let text =
                "tocsin: 1\nuse: mid.yaml\ntitle: t\ndisallow: [\(line)]\nallow: [{ hang: add, because: mine }]\n"
            let middle = "tocsin: 1\nuse: base.yaml\nallow: [{ crash: del, because: mid }]\nknown: []\n"
            return Files(texts: ["x.yaml": text, "mid.yaml": middle, "base.yaml": base])
        }
        let plan = try #require(files("{ residue: { link: a } }").load("x.yaml").plans.first)
        #expect(plan.allow.map(\.because) == ["mid", "mine"])
        let both = try #require(files("{ residue: { link: a } }, { crash: del }").load("x.yaml").plans.first)
        #expect(both.allow.map(\.because) == ["mine"])
        #expect(
            files("{ residue: { link: b } }, { hang: add }").problems("x.yaml") == [
                "x.yaml:4:12: error: no file that this one uses allows that",
                "x.yaml:4:38: error: no file that this one uses allows that",
            ])
        let lonely = Files(texts: ["x.yaml": base + "title: t\ndisallow: [{ crash: add }]\n"])
        #expect(
            lonely.problems("x.yaml") == [
                "x.yaml:18:1: error: `disallow` takes back what a used file allows: this one uses none"
            ])
    }

    @Test func whatIsWrongIsSaidInTheFileThatHoldsTheLine() {
        let broken = base.replacing("link: a", with: "lnk: a").replacing("undoes: add", with: "undos: add")
        let text = "tocsin: 1\nuse: base.yaml\ntitle: t\ncwe: [x]\nknown: [{ crash: ad, because: x }]\n"
        #expect(
            Files(texts: ["x.yaml": text, "base.yaml": broken]).problems("x.yaml") == [
                "x.yaml:4:7: error: `x` is no weakness: CWE- and a number",
                "x.yaml:5:11: error: no step `ad`; did you mean `add`?",
                "base.yaml:9:46: error: unknown key `undos`; did you mean `undoes`?",
                "base.yaml:14:18: error: unknown word `lnk`; did you mean `link`?",
            ])
    }

    @Test func aVariableOfOneFileIsWrongInAnother() {
        let text = "tocsin: 1\nuse: base.yaml\ntitle: t\nvariables: { other: 5 }\n"
        #expect(
            Files(texts: ["x.yaml": text, "base.yaml": base]).problems("x.yaml") == [
                "base.yaml:5:5: error: `5` is no duration: a number and us, ms, s, m or h"
            ])
    }

    @Test func aMatrixThatIsUsedNoMoreIsSaid() {
        let full = base + "title: t\nmatrix: { name: [a, b] }\n"
        let text =
            "tocsin: 1\nuse: full.yaml\ntitle: u\nagents: { ip: { commands: { add: { run: [x] }, del: { run: [y] } } } }\n"
        #expect(
            Files(texts: ["x.yaml": text, "full.yaml": full]).problems("x.yaml") == [
                "full.yaml:18:11: error: `name` is never used: every plan would be the same"
            ])
    }

    @Test func filesUseEachOtherInChainsAndNeverInCircles() throws {
        let middle = "tocsin: 1\nuse: ../base.yaml\nvariables: { other: 2s }\n"
        var files = Files(texts: [
            "a/x.yaml": "tocsin: 1\nuse: middle.yaml\ntitle: t\n", "a/middle.yaml": middle, "base.yaml": base,
        ])
        #expect(try files.load("a/x.yaml").plans.count == 1)
        files.texts["base.yaml"] = "tocsin: 1\nuse: a/x.yaml\n"
        #expect(files.problems("a/x.yaml") == ["base.yaml:2:1: error: a/x.yaml uses itself"])
    }

    @Test func hereIsTheFolderOfTheFileThatSaysIt() throws {
        let tools = "tocsin: 1\nagents: { a: { commands: { go: { run: [$(here)/go, $(agents)/x] } } } }\n"
        let text = "tocsin: 1\nuse: lib/tools.yaml\ntitle: t\nsteps: [{ run: go, environment: { HERE: $(here) } }]\n"
        let plan = try #require(
            Files(texts: ["s/x.yaml": text, "s/lib/tools.yaml": tools]).load("s/x.yaml").plans.first)
        guard case .run(let command) = plan.steps[0].body else {
            Issue.record("a step is no command")
            return
        }
        #expect(command.argv == ["/base/s/lib/go", "/agents/x"] && command.environment["HERE"] == "/base/s")
    }
}
