import Foundation
import Scenario
import Testing

@Suite struct SchemaTests {
    @Test func theSchemaIsJSONUnder64KBAndKnowsTheKeys() throws {
        let text = jsonSchema()
        #expect(text.utf8.count < 64 * 1024)
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(Set(properties.keys).isSuperset(of: ["tocsin", "use", "title", "host", "agents", "steps", "faults"]))
        #expect(properties["explore"] == nil)
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(Set(definitions.keys).isSuperset(of: ["operation", "action", "object"]))
    }
}
