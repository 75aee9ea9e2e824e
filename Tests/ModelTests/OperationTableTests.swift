import Model
import Testing

@Suite struct OperationTableTests {
    @Test func eachWordHasOneRow() {
        let words = OperationTable.words
        #expect(Set(words).count == words.count)
        #expect(OperationTable.rows.allSatisfy { OperationTable.row($0.word) === $0 })
        #expect(OperationTable.row("route.frobnicate") == nil)
    }

    @Test func eachRowIsWhole() {
        for row in OperationTable.rows {
            #expect(!row.meaning.isEmpty, "\(row.word)")
            let names = row.qualifiers.map(\.name)
            #expect(Set(names).count == names.count, "\(row.word) has a key twice")
            #expect(Set(names).isDisjoint(with: OperationTable.common), "\(row.word)")
            for effect in row.effects {
                #expect(ObjectTable.nouns.contains(effect.noun), "\(row.word): \(effect.noun) is no object")
                for key in [effect.key, effect.given].compactMap({ $0 }) {
                    #expect(row.qualifier(key) != nil, "\(row.word) has no key \(key)")
                }
            }
            // Only what cannot be told (a message without a word) and a step have none.
            #expect(row.effects.isEmpty == [.rawRequest, .step].contains(row), "\(row.word)")
        }
    }

    @Test func eachObjectHasOneRow() {
        let nouns = ObjectTable.nouns
        #expect(Set(nouns).count == nouns.count)
        for row in ObjectTable.rows {
            let names = row.attributes.map(\.name)
            #expect(Set(names).count == names.count, "\(row.noun)")
        }
    }

    @Test func effectsAreThoseOfTheWords() {
        func effects(_ phrase: Phrase) -> [String] {
            operation(0, phrase).effects.map { "\($0.kind.rawValue) \($0.noun) \($0.name) in \($0.namespace)" }
        }
        #expect(
            effects(Phrase("link.create", "veth0", ["type": "veth", "peer": "veth1"], in: "pod"))
                == ["makes link veth0 in pod", "makes link veth1 in pod"])
        #expect(effects(Phrase("link.set", "veth0", ["up": "true"])) == ["changes link veth0 in host"])
        #expect(
            effects(Phrase("link.set", "a", ["name": "b"]))
                == ["changes link a in host", "makes link b in host", "removes link a in host"])
        #expect(
            effects(Phrase("nft.commit", "ip nat, inet lab", ["add": "1 rule", "delete": "1 chain"]))
                == [
                    "makes nft ip nat in host", "makes nft inet lab in host", "removes nft ip nat in host",
                    "removes nft inet lab in host",
                ])
        #expect(
            effects(Phrase("file.rename", "/a", ["to": "/b"])) == ["removes file /a in host", "makes file /b in host"])
        #expect(effects(Phrase("netns.enter", "pod")) == ["observes netns pod in host"])
        #expect(effects(Phrase("of.another.version", "x")).isEmpty)
    }
}
