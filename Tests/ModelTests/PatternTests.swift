import Testing

@testable import Model

@Suite struct PatternTests {
    @Test(arguments: [
        ("*", ""), ("veth*", "veth"), ("veth*", "veth12"), ("/var/*", "/var/lib/cni/x"), ("*.json", "a.json"),
        ("a*b*c", "axxbyybzc"), ("eth?", "eth0"), ("eth[0-3]", "eth2"), ("eth[!0]", "eth1"), ("[]]", "]"),
        ("eth0", "eth0"), ("10.22.*", "10.22.0.2"), ("*a", "aaa"),
    ])
    func matches(_ pattern: String, _ text: String) { #expect(Pattern(pattern).matches(text)) }

    @Test(arguments: [
        ("veth*", "xveth"), ("eth?", "eth"), ("eth?", "eth10"), ("eth[0-3]", "eth4"), ("eth[!0]", "eth0"),
        ("a*b", "acc"), ("", "a"), ("eth0", "eth01"), ("[ab", "a"),
    ])
    func doesNotMatch(_ pattern: String, _ text: String) { #expect(!Pattern(pattern).matches(text)) }

    @Test func prefixesMatchByValue() {
        #expect(Pattern("10.0.0.7").matches("10.0.0.7/32"))
        #expect(Pattern("fd00:0:0::1/64").matches("fd00::1/64"))
        #expect(!Pattern("10.0.0.0/8").matches("10.0.0.0/16"))
        #expect(Pattern("within 10.0.0.0/8").matches("10.9.0.0/16"))
        #expect(!Pattern("within 10.0.0.0/8").matches("11.0.0.0/16"))
        #expect(!Pattern("within 10.0.0.0/8").matches("eth0"))
    }

    @Test func hardwareAddressesMatchByValue() {
        #expect(Pattern("02:00:00:00:00:0A").matches("02:00:00:00:00:0a"))
        #expect(!Pattern("02:00:00:00:00:0A").matches("02:00:00:00:00:0b"))
        #expect(!Pattern("ETH0").matches("eth0"))
    }

    @Test func stars() {
        // Must not take exponential time.
        let long = String(repeating: "a", count: 2000)
        #expect(!Pattern(String(repeating: "a*", count: 20) + "b").matches(long))
    }
}

@Suite struct PrefixTests {
    @Test func readsBothFamilies() {
        #expect(Prefix("10.0.0.7")?.length == 32)
        #expect(Prefix("fd00::/64")?.bytes.count == 16)
        #expect(Prefix("::")?.length == 128)
        #expect(Prefix("0.0.0.0/0")?.length == 0)
    }

    @Test(arguments: [
        "", "eth0", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/", "fd00::/129", "/8",
    ])
    func refuses(_ text: String) { #expect(Prefix(text) == nil) }

    @Test func contains() throws {
        let outer = try #require(Prefix("10.0.0.0/9"))
        #expect(outer.contains(try #require(Prefix("10.127.0.0/16"))))
        #expect(!outer.contains(try #require(Prefix("10.128.0.0/16"))))
        #expect(!outer.contains(try #require(Prefix("10.0.0.0/8"))))
        #expect(!outer.contains(try #require(Prefix("::/128"))))
        #expect(try #require(Prefix("0.0.0.0/0")).contains(outer))
    }
}
