import Testing

@testable import Model

@Suite struct DigestTests {
    /// The values of the authors' own test suite for FNV-1a, 64 bits.
    @Test(arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
    func isFNV1a(_ text: String, _ digest: String) { #expect(Digest.of(text.utf8) == digest) }

    @Test func textsHaveEnds() {
        func digest(_ texts: String...) -> String {
            var digest = Digest()
            texts.forEach { digest.add($0) }
            return digest.text
        }
        #expect(digest("ab", "c") != digest("a", "bc"))
    }

    @Test func snapshotsByStateAlone() {
        let a = Fact("link", "eth0", in: "pod", ["mtu": "1500", "up": "true"])
        let b = Fact("link", "eth1", in: "pod")
        #expect(Snapshot(facts: [a, b]).digest == Snapshot(facts: [b, a]).digest)
        var changed = a
        changed.attributes["mtu"] = "1400"
        #expect(Snapshot(facts: [changed, b]).digest != Snapshot(facts: [a, b]).digest)
        // Names the files of committed records: it must never change.
        #expect(Snapshot(facts: []).digest == "cbf29ce484222325")
    }

    /// Where an attribute ends and the next object begins must be told, or different states are one file.
    @Test func snapshotsThatSayTheSameWords() {
        let one = Snapshot(facts: [Fact("link", "a", in: "h", ["k": "v"]), Fact("link", "b", in: "h")])
        let other = Snapshot(facts: [Fact("link", "a", in: "h", ["k": "v", "link b in h": ""])])
        #expect(one.digest != other.digest)
        #expect(
            Snapshot(facts: [Fact("link", "a in b")]).digest != Snapshot(facts: [Fact("link", "a", in: "b")]).digest)
        #expect(
            Snapshot(facts: [Fact("link", "a"), Fact("link", "b"), Fact("link", "c")]).digest
                != Snapshot(facts: [Fact("link", "a", ["link b": "link c"])]).digest)
    }
}

@Suite struct DifferenceTests {
    @Test func extraMissingChanged() {
        let same = Fact("link", "lo", in: "host")
        let old = Fact("link", "a", in: "host", ["mtu": "1"])
        let new = Fact("link", "a", in: "host", ["mtu": "2"])
        let gone = Fact("link", "b", in: "host")
        let come = Fact("link", "c", in: "host")
        let differences = Snapshot(facts: [same, old, gone]).differences(to: Snapshot(facts: [come, new, same]))
        #expect(differences == [.changed(old, new), .missing(gone), .extra(come)])
    }
}

@Suite struct RateTests {
    /// The numbers that are in every table of Wilson's interval.
    @Test(arguments: [
        (20, 20, 0.839, 1.0), (59, 59, 0.939, 1.0), (0, 30, 0.0, 0.114), (0, 100, 0.0, 0.037), (5, 10, 0.237, 0.763),
    ])
    func wilson(_ hits: Int, _ runs: Int, _ low: Double, _ high: Double) {
        let interval = Rate(hits: hits, runs: runs).interval
        #expect(abs(interval.lowerBound - low) < 0.001)
        #expect(abs(interval.upperBound - high) < 0.001)
    }

    @Test func noRunSaysNothing() {
        #expect(Rate(hits: 0, runs: 0).interval == 0...1)
        #expect(Rate(hits: 3, runs: 10).description == "3/10 (11-60 %)")
    }
}
