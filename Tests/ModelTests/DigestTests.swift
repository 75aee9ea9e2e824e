import Testing

@testable import Model

@Suite struct DigestTests {
    /// The examples of the standard (FIPS 180-2, appendix B), and what sha256sum(1) says of other lengths.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ("a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        ("a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
        ("a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
        ("a", 4096, "c93eee2d0db02f10acc7460d9576e122dcf8cd53c4bf8dfcae1b3e74ebcfff5a"),
    ])
    func isSHA256(_ text: String, _ times: Int, _ expected: String) {
        let bytes = Array(String(repeating: text, count: times).utf8)
        var whole = Digest()
        whole.add(bytes)
        #expect(whole.text == expected)
        #expect(Digest.of(bytes) == expected.prefix(32))
        // In pieces of every size it is the same.
        for size in [1, 7, 63, 64, 65, 4095] where bytes.count < 5000 {
            var pieces = Digest()
            for start in stride(from: 0, to: bytes.count, by: size) {
                pieces.add(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(pieces.text == expected)
        }
    }

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
        // Names the files of records: another value is another `RecordHeader.formatVersion`.
        #expect(
            Snapshot(facts: []).digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
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
