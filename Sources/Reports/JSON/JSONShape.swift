/// What an object of JSON consists of: from one list come both the objects and their schema, so that they agree.
struct JSONShape<Root>: Sendable {
    /// The name by which the schema calls it.
    let name: String
    /// One sentence.
    let about: String
    /// Its members.
    let fields: [JSONField<Root>]

    /// The object for a value.
    func object(_ root: Root) -> JSONValue {
        .object(
            Dictionary(fields.compactMap { field in field.value(root).map { (field.name, $0) } }) { first, _ in first })
    }

    /// Its schema.
    var schema: JSONValue {
        .record([
            "type": .string("object"), "description": .string(about), "additionalProperties": .bool(false),
            "required": .strings(fields.filter(\.isRequired).map(\.name)),
            "properties": .object(Dictionary(fields.map { ($0.name, $0.schema) }) { first, _ in first }),
        ])
    }
}

/// One member of an object.
struct JSONField<Root>: Sendable {
    let name: String
    let about: String
    let type: JSONType
    let isRequired: Bool
    let value: @Sendable (Root) -> JSONValue?

    /// A member that is always there.
    static func field(
        _ name: String, _ type: JSONType, _ about: String, _ value: @escaping @Sendable (Root) -> JSONValue
    ) -> JSONField {
        JSONField(name: name, about: about, type: type, isRequired: true, value: value)
    }

    /// A member that is absent where there is nothing to say.
    static func optional(
        _ name: String, _ type: JSONType, _ about: String, _ value: @escaping @Sendable (Root) -> JSONValue?
    ) -> JSONField {
        JSONField(name: name, about: about, type: type, isRequired: false, value: value)
    }

    var schema: JSONValue {
        guard case .object(var schema) = type.schema else { return type.schema }
        schema["description"] = .string(about)
        return .object(schema)
    }
}

/// The type of a member.
indirect enum JSONType: Sendable {
    case string, boolean, integer, number
    /// One of these texts.
    case choice([String])
    case list(JSONType)
    /// An object with any keys.
    case map(JSONType)
    /// An object of that shape.
    case shape(String)

    var schema: JSONValue {
        switch self {
        case .string: .record(["type": .string("string")])
        case .boolean: .record(["type": .string("boolean")])
        case .integer: .record(["type": .string("integer"), "minimum": .integer(0)])
        case .number: .record(["type": .string("number")])
        case .choice(let texts): .record(["enum": .strings(texts)])
        case .list(let type): .record(["type": .string("array"), "items": type.schema])
        case .map(let type): .record(["type": .string("object"), "additionalProperties": type.schema])
        case .shape(let name): .record(["$ref": .string("#/$defs/\(name)")])
        }
    }
}

extension JSONValue {
    /// A number of nanoseconds, or a count.
    static func count(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }

    /// An object of texts.
    static func texts(_ texts: [String: String]) -> JSONValue { .object(texts.mapValues { .string($0) }) }
}
