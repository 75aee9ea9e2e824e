import Testing

@testable import Model

@Suite struct PhraseTests {
    @Test func whatIpLeavesOutCanBeAskedFor() {
        func means(_ keys: [String: String], _ word: String, _ said: [String: String] = [:]) -> Bool {
            let phrase = Phrase(word, "10.9.0.0/16", said, in: "host")
            return Phrase(word, "10.9.0.0/16", keys).matches(
                Operation(
                    index: 0, step: "add", agent: "ip", lineage: "ip", program: "ip", thread: 7, call: "sendmsg",
                    phrase: phrase, started: 0))
        }
        #expect(means(["table": "254", "proto": "boot", "scope": "global"], "route.add"))
        #expect(means(["table": "main"], "route.delete"))
        #expect(!means(["table": "main"], "route.add", ["table": "100"]))
        #expect(!means(["table": "100"], "route.add"))
        #expect(!means(["proto": "boot"], "route.delete"))
        #expect(!means(["table": "main"], "route.list"))
        #expect(means(["state": "permanent"], "neighbour.replace"))
        #expect(means(["scope": "global"], "address.add"))
    }

    @Test func withinDefaultMeansEveryAddressAndRule() {
        #expect(Phrase("address", "within default").matches(Fact("address", "fd00::1/64 dev eth0", in: "pod")))
        #expect(ValueType.prefix(or: []).problem(withPattern: "within default") == nil)
    }

    @Test func aModeIsOctalWithALeadingZeroOrWithout() {
        let file = Fact("file", "/etc/x", ["mode": "644"])
        #expect(Phrase("file", "/etc/x", ["mode": "0644"]).matches(file))
        #expect(!Phrase("file", "/etc/x", ["mode": "0600"]).matches(file))
    }

    @Test func allRoutesAreTheDefaultOnes() {
        for name in ["default", "default inet6"] {
            #expect(Phrase("route", "all").matches(Fact("route", name, in: "host")))
        }
        #expect(!Phrase("route", "all").matches(Fact("route", "10.0.0.0/8", in: "host")))
    }

    @Test func partsOfTheWord() {
        #expect(Phrase("route.add", "x").noun == "route")
        #expect(Phrase("route.add", "x").verb == "add")
        #expect(Phrase("exec", "x").noun == "exec")
        #expect(Phrase("exec", "x").verb == "")
    }

    @Test func isWrittenAsTheFileHasIt() {
        let phrase = Phrase("route.add", "10.0.0.0/8", ["via": "10.0.0.1", "dev": "eth0"], in: "pod")
        #expect(phrase.description == "{ route.add: 10.0.0.0/8, dev: eth0, via: 10.0.0.1, in: pod }")
        #expect(phrase.lineText == "route.add 10.0.0.0/8 dev eth0 via 10.0.0.1 in pod")
    }

    @Test(arguments: [
        ("eth0", "eth0"), ("veth*", "veth*"), ("10.0.0.1/24", "10.0.0.1/24"), ("fd00::1/64", "fd00::1/64"),
        ("*", "\"*\""), ("::1/128", "\"::1/128\""), ("fd00::", "\"fd00::\""), ("a, b", "\"a, b\""),
        ("no: way", "\"no: way\""), ("", "\"\""), ("#1", "\"#1\""), ("--help", "\"--help\""),
        ("say \"x\"", "\"say \\\"x\\\"\""), ("a\nb", "\"a\\nb\""), ("a, \\b", "\"a, \\\\b\""), (" x", "\" x\""),
        ("[ab]", "\"[ab]\""), ("pod'", "\"pod'\""),
    ])
    func quotes(_ text: String, _ quoted: String) { #expect(Phrase.quoted(text) == quoted) }
}

@Suite struct MatchingTests {
    let operation = Operation(
        index: 0, step: "add", agent: "cni", lineage: "bridge", program: "bridge", thread: 1, call: "sendto",
        phrase: Phrase("route.add", "10.0.0.0/8", ["via": "10.0.0.1"], in: "pod'"),
        result: .failed(ErrorNumber(17)), started: 0)

    @Test(arguments: [
        Phrase("route.add", "*"), Phrase("route.add", "10.0.0.0/8"), Phrase("route.add", "*", ["via": "10.0.*"]),
        Phrase("route.add", "*", in: "pod"), Phrase("route.add", "*", in: "pod'"),
        Phrase("route.add", "*", ["by": "br*"]), Phrase("route.add", "*", ["result": "EEXIST"]),
    ])
    func meansTheOperation(_ phrase: Phrase) { #expect(phrase.matches(operation)) }

    @Test(arguments: [
        Phrase("route.delete", "*"), Phrase("route.add", "10.0.0.0/9"), Phrase("route.add", "*", ["dev": "*"]),
        Phrase("route.add", "*", in: "host"), Phrase("route.add", "*", ["by": "ip"]),
        Phrase("route.add", "*", ["result": "ok"]),
    ])
    func meansAnother(_ phrase: Phrase) { #expect(!phrase.matches(operation)) }

    @Test func programsByNameOrPath() {
        var exec = operation
        exec.phrase = Phrase("exec", "/usr/sbin/iptables")
        #expect(Phrase("exec", "iptables").matches(exec))
        #expect(Phrase("exec", "/usr/*/iptables").matches(exec))
        #expect(!Phrase("exec", "/bin/iptables").matches(exec))
        #expect(!Phrase("exec", "ip").matches(exec))
        #expect(Phrase("exec", "*", in: "host").matches(exec))
    }

    @Test func objects() {
        let fact = Fact("address", "10.0.0.1/24 dev eth0", in: "pod (deleted)", ["dev": "eth0"])
        #expect(Phrase("address", "10.0.0.1/24").matches(fact))
        #expect(Phrase("address", "10.0.0.1/24 dev eth*").matches(fact))
        #expect(Phrase("address", "10.*", ["dev": "eth0"], in: "pod").matches(fact))
        #expect(!Phrase("address", "10.0.0.1/24", ["dev": "eth1"]).matches(fact))
        #expect(!Phrase("address", "10.0.0.1/24", in: "host").matches(fact))
        #expect(!Phrase("route", "10.0.0.1/24").matches(fact))
        #expect(!Phrase("address", "10.0.0.1/24", ["table": "*"]).matches(fact))
    }
}

@Suite struct RoleTests {
    @Test(arguments: [
        ("pod", "pod"), ("pod'", "pod"), ("pod''", "pod"), ("pod (deleted)", "pod"), ("pod' (deleted)", "pod"),
        ("ns#1", "ns#1"),
    ])
    func nameBehindARole(_ role: String, _ name: String) { #expect(NamespaceRole.name(role) == name) }

    @Test func patternsMeanSuccessorsToo() {
        #expect(NamespaceRole.pattern("pod", means: "pod'"))
        #expect(NamespaceRole.pattern("fip-*", means: "fip-1 (deleted)"))
        #expect(NamespaceRole.pattern("pod'", means: "pod'"))
        #expect(!NamespaceRole.pattern("pod'", means: "pod"))
    }
}

@Suite struct ErrorNumberTests {
    @Test func namesAndValues() throws {
        #expect(ErrorNumber(17).name == "EEXIST")
        #expect(ErrorNumber(name: "EBUSY")?.value == 16)
        #expect(ErrorNumber(name: "EBUZY") == nil)
        #expect(ErrorNumber(9999).name == "errno 9999")
    }

    @Test func everyNameLeadsBack() throws {
        for name in ErrorNumber.allNames { #expect(ErrorNumber(name: name)?.name == name) }
        #expect(ErrorNumber.allNames.count > 100)
    }

    @Test func results() {
        #expect(OperationResult("ok") == .ok)
        #expect(OperationResult("unknown") == .unknown)
        #expect(OperationResult("EPERM") == .failed(ErrorNumber(1)))
        #expect(OperationResult("perhaps") == nil)
    }
}
