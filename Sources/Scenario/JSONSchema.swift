import Faults
import Model
import Oracles

/// The JSON Schema of a scenario file, for editors, made from the tables that the validator reads.
///
/// It knows keys and shapes; what depends on other lines only the validator knows. A value that is only a variable,
/// `$(NAME)`, is accepted everywhere.
public func jsonSchema() -> String {
    let variable = #"{"type":"string","pattern":"^\\$\\("}"#
    let definitions = [
        "text": #"{"type":["string","number","boolean"]}"#, "variable": variable,
        "operation": #"{"anyOf":[\#(reference("text")),\#(phrase(.operation))]}"#, "action": phrase(.action),
        "object": phrase(.object),
        "condition": condition(), "point": "{\(Schema.point.jsonMembers)}",
        "orderPoint": "{\(Schema.orderPoint.jsonMembers)}",
    ]
    let parts = definitions.sorted { $0.key < $1.key }.map { "\(JSONText.quoted($0.key)):\($0.value)" }
    return #"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Tocsin scenario","#
        + #""$defs":{\#(parts.joined(separator: ","))},\#(Schema.file.jsonMembers)}"#
}

private func phrase(_ kind: PhraseParser.Kind) -> String {
    let words = kind.words.filter(kind.isBuilt)
    let keys = Set(words + words.flatMap(kind.qualifiers)).sorted()
    return #"{"type":"object","minProperties":1,"propertyNames":{"enum":\#(array(keys))}}"#
}

private func condition() -> String {
    let words = ConditionParser.words
    let members = words.map { word, _ in
        let value =
            switch word {
            case "present", "absent": reference("object")
            case "not": reference("condition")
            case "exec": #"{"type":"array","items":\#(reference("text"))}"#
            default: reference("text")
            }
        return "\(JSONText.quoted(word)):\(value)"
    }
    let others = Set(words.flatMap(\.keys)).sorted().map { key in
        "\(JSONText.quoted(key)):\(key == "server" ? "{\(Schema.server.jsonMembers)}" : reference("text"))"
    }
    return #"{"type":"object","minProperties":1,"properties":{\#((members + others).joined(separator: ","))},"#
        + #""additionalProperties":false}"#
}

private func array(_ texts: [String]) -> String { "[\(texts.map(JSONText.quoted).joined(separator: ","))]" }

extension Table {
    /// The members of the schema of this map, without braces.
    fileprivate var jsonMembers: String {
        let properties = keys.filter { $0.isBuilt && $0.isAccepted }.map {
            "\(JSONText.quoted($0.name)):\($0.shape.json)"
        }
        let required = keys.filter(\.isRequired).map(\.name)
        return #""type":"object","properties":{\#(properties.joined(separator: ","))},"additionalProperties":false"#
            + (required.isEmpty ? "" : #","required":\#(array(required))"#)
    }
}

extension Shape {
    /// The schema of this shape, or of a variable in its place.
    fileprivate var json: String {
        switch self {
        case .text, .value, .name, .path, .duration, .limit, .interface, .hardwareAddress, .prefix, .prefixOr,
            .mode, .address, .routingTable, .routingProtocol, .mark:
            reference("text")
        case .weakness: #"{"type":"string","pattern":"^(CWE-[0-9]+|\\$\\(.*)$"}"#
        case .truth: orVariable(#"{"type":"boolean"}"#)
        case .integer(let range):
            orVariable(#"{"type":"integer","minimum":\#(range.lowerBound),"maximum":\#(range.upperBound)}"#)
        case .word(let words): orVariable(#"{"enum":\#(array(words))}"#)
        case .list(let item): orVariable(#"{"type":"array","items":\#(item.json)}"#)
        case .some(let item): #"{"anyOf":[\#(item.json),{"type":"array","items":\#(item.json)}]}"#
        case .named(let item): orVariable(#"{"type":"object","additionalProperties":\#(item.json)}"#)
        case .table(let table): orVariable("{\(table.jsonMembers)}")
        case .phrase(let words): orVariable(words.json)
        case .nth: #"{"anyOf":[{"type":["integer","string"]},{"type":"array","items":{"type":"integer"}}]}"#
        case .any: "{}"
        }
    }

    private func orVariable(_ schema: String) -> String { #"{"anyOf":[\#(schema),\#(reference("variable"))]}"# }
}

extension Shape.Words {
    fileprivate var json: String {
        switch self {
        case .operation: reference("operation")
        case .action: reference("action")
        case .actions: #"{"anyOf":[\#(reference("action")),{"type":"array","items":\#(reference("action"))}]}"#
        case .condition: reference("condition")
        case .point: reference("point")
        case .orderPoint: reference("orderPoint")
        case .until: #"{"anyOf":[\#(reference("text")),\#(reference("point"))]}"#
        case .allowance: expectation(["because", "if", "kind"])
        case .known: expectation(["because", "if", "kind", "see", "seen"])
        }
    }

    private func expectation(_ others: [String]) -> String {
        let oracles = OracleCatalogue.names.map { oracle in
            "\(JSONText.quoted(oracle.rawValue)):\(reference(OracleCatalogue.isAboutObject(oracle) ? "object" : "text"))"
        }
        let rest = others.map { "\(JSONText.quoted($0)):{}" }
        return #"{"type":"object","properties":{\#((oracles + rest).joined(separator: ","))},"#
            + #""additionalProperties":false}"#
    }
}

private func reference(_ name: String) -> String { ##"{"$ref":"#/$defs/\##(name)"}"## }
