import FoundationEssentials
import Scenario
import Testing

@Suite struct SchemaTests {
    private struct Schema: Decodable {
        var properties: [String: Anything]
        var additionalProperties: Bool
        var required: [String]
        var definitions: [String: Anything]

        enum CodingKeys: String, CodingKey {
            case properties, additionalProperties, required
            case definitions = "$defs"
        }
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// A schema of JSON Schema, as far as keys can be found in it.
    private final class Node: Decodable {
        let properties: [String: Node]?
        let anyOf: [Node]?
        let items: Node?

        /// The schemas of this value: of a variable in its place too.
        var forms: [Node] { anyOf ?? [self] }
        var keys: [String: Node] { forms.compactMap(\.properties).first ?? [:] }
        var item: Node? { forms.compactMap(\.items).first }
    }

    @Test func noKeyThatIsAlwaysRefusedStandsInTheSchema() throws {
        let file = try JSONDecoder().decode(Node.self, from: Data(jsonSchema().utf8))
        let step = try #require(file.keys["steps"]?.item)
        #expect(
            Set(step.keys.keys).isSuperset(of: ["do", "check", "within", "start", "stop", "signal", "send", "retry"]))
        let part = try #require(step.keys["together"]?.item)
        #expect(
            part.keys.keys.sorted() == ["environment", "exit", "if", "name", "run", "stdin", "timeout", "with"])
        for step in [step, part] {
            #expect(step.keys["stdin"]?.keys.keys.sorted() == ["file", "json", "text"])
        }
    }

    @Test func theSchemaIsJSONUnder64KBAndKnowsTheKeys() throws {
        let text = jsonSchema()
        #expect(text.utf8.count < 64 * 1024)
        let schema = try JSONDecoder().decode(Schema.self, from: Data(text.utf8))
        let keys = Set(schema.properties.keys)
        #expect(keys.isSuperset(of: ["tocsin", "use", "title", "host", "agents", "steps", "faults", "known"]))
        #expect(keys.contains("explore") && !schema.additionalProperties && schema.required == ["tocsin"])
        #expect(Set(schema.definitions.keys).isSuperset(of: ["operation", "action", "object", "condition", "point"]))
        #expect(keys.isSuperset(of: ["order", "plant"]))
        for key in [
            "driver", "service", "ready", "together", "capability.drop", "keeps", "claims", "until", "counting-from",
            "with", "link.replace", "server",
        ] {
            #expect(text.contains("\"\(key)\""), "\(key)")
        }
    }
}
