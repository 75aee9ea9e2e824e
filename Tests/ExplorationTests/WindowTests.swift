import Model
import Testing

@testable import Exploration

struct WindowTests {
    private func windows(_ operations: [Operation]) throws -> [Window] {
        try Window.all(in: (0..<3).map { _ in record(addAndDelete, operations) }, steps: ["add", "del"]).windows
    }

    @Test func aLookAndAUseAreAWindow() throws {
        let found = try windows([
            operation(Phrase("link.get", "d0", in: "host")),
            operation(Phrase("file.open", "/a", in: "host")),
            operation(Phrase("link.delete", "d0", in: "host")),
        ])
        #expect(found.count == 1)
        #expect(found[0].knowledge == .saw)
        #expect(found[0].operations == 0...2)
        #expect(found[0].widths == [2000, 2000, 2000])
        #expect(found[0].immunity == nil)
    }

    @Test func whatWasNotThereIsKnownToo() throws {
        let missing = try #require(ErrorNumber(name: "ENODEV"))
        let found = try windows([
            operation(Phrase("link.get", "d0", in: "host"), result: .failed(missing)),
            operation(Phrase("link.create", "d0", ["type": "dummy"], in: "host")),
            operation(Phrase("link.set", "d0", ["up": "true"], in: "host")),
        ])
        #expect(found.map(\.knowledge).sorted { $0.rawValue < $1.rawValue } == [.made, .missed])
    }

    @Test func aDescriptorIsImmune() throws {
        let found = try windows([
            operation(Phrase("netns.open", "pod", in: "host")), operation(Phrase("netns.enter", "pod", in: "host")),
        ])
        #expect(found.map(\.immunity) == ["by descriptor"])
    }

    @Test func anotherNamespaceOfThatNameIsAnotherObject() throws {
        func identified(_ phrase: Phrase, _ target: UInt64) -> Operation {
            var operation = operation(phrase)
            operation.identity = KernelIdentity(namespace: 1, target: target)
            return operation
        }
        let look = Phrase("netns.stat", "pod", in: "host")
        let use = Phrase("netns.unmount", "pod", in: "host")
        #expect(try windows([identified(look, 7), identified(use, 7)]).count == 1)
        #expect(try windows([identified(look, 7), identified(use, 8)]).isEmpty)
    }

    @Test func anotherStepIsNoWindow() throws {
        #expect(
            try windows([
                operation(Phrase("link.get", "d0", in: "host")),
                operation(Phrase("link.delete", "d0", in: "host"), step: "del"),
            ]).isEmpty)
    }

    @Test func aNarrowWindowNeedsManyTries() {
        func window(_ width: Nanoseconds) -> Window {
            Window(
                object: ExploredObject("link", "d0"), knowledge: .saw, operations: 0...1, widths: [width],
                durations: [1_000_000], immunity: nil)
        }
        #expect(window(1_000_000).tries == 1)
        #expect(window(500_000).tries == 5)
        // ln(0.05) / ln(0.99)
        #expect(window(10_000).tries == 299)
        #expect(window(0).tries == nil)
    }
}
