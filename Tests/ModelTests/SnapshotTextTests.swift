import FoundationEssentials
import Testing

@testable import Model

struct SnapshotTextTests {
    static let odd = ["", "a", "\"", "\\", "\u{0}", "\u{1f}\n\t", "ü \u{1F600}", "\u{202e}", "/a/b", "\u{7f}"]

    @Test func whatIsWrittenIsRead() throws {
        let facts = Self.odd.flatMap { text in
            [
                Fact("file", "/\(text)", in: text),
                Fact("link", "x\(text)", in: "pod", ["alias": text, "n\(text)": "1"]),
            ]
        }
        for snapshot in [Snapshot(facts: []), Snapshot(facts: [facts[0]]), Snapshot(facts: facts)] {
            let read = try JSONDecoder().decode(Snapshot.self, from: Data(snapshot.text))
            #expect(read == snapshot)
            #expect(read.digest == snapshot.digest)
        }
    }

    @Test func itIsWhatTheEncoderWrites() throws {
        let snapshot = Snapshot(facts: [
            Fact("link", "eth0", in: "host", ["up": "true", "mtu": "1500"]), Fact("netns", "pod", ["state": "mounted"]),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(try Data(snapshot.text) == encoder.encode(snapshot))
    }
}
