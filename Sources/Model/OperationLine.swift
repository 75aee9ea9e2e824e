import FoundationEssentials

/// One operation as one line of JSON.
///
/// Written by hand, since it is done while an agent waits: a general encoder takes ten times as long.
enum OperationLine {
    /// Appends the line of `operation`, with its line feed.
    static func append(_ operation: Operation, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        number("index", UInt64(operation.index), &bytes, first: true)
        text("step", operation.step, &bytes)
        text("agent", operation.agent, &bytes)
        text("lineage", operation.lineage, &bytes)
        text("program", operation.program, &bytes)
        number("thread", UInt64(max(0, operation.thread)), &bytes)
        text("call", operation.call, &bytes)
        name("phrase", &bytes)
        bytes.append(UInt8(ascii: "{"))
        text("word", operation.phrase.word, &bytes, first: true)
        text("which", operation.phrase.which, &bytes)
        name("qualifiers", &bytes)
        bytes.append(UInt8(ascii: "{"))
        for (position, pair) in operation.phrase.qualifiers.sorted(by: { $0.key < $1.key }).enumerated() {
            text(pair.key, pair.value, &bytes, first: position == 0)
        }
        bytes.append(UInt8(ascii: "}"))
        if let namespace = operation.phrase.namespace { text("namespace", namespace, &bytes) }
        bytes.append(UInt8(ascii: "}"))
        if let caller = operation.callerNamespace { text("callerNamespace", caller, &bytes) }
        if let names = operation.temporaryNames {
            name("temporaryNames", &bytes)
            bytes.append(UInt8(ascii: "["))
            for (place, name) in names.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                string(name, &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        if let identity = operation.identity { append(identity, &bytes) }
        text("result", operation.result.description, &bytes)
        number("started", operation.started, &bytes)
        number("duration", operation.duration, &bytes)
        number("ordinal", UInt64(operation.ordinal), &bytes)
        bytes.append(contentsOf: "}\n".utf8)
    }

    private static func append(_ identity: KernelIdentity, _ bytes: inout [UInt8]) {
        name("identity", &bytes)
        bytes.append(UInt8(ascii: "{"))
        number("namespace", identity.namespace, &bytes, first: true)
        if let target = identity.target { number("target", target, &bytes) }
        if !identity.links.isEmpty {
            name("links", &bytes)
            for (place, index) in identity.links.enumerated() {
                bytes.append(place == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
                bytes.append(contentsOf: String(index).utf8)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        if let file = identity.file {
            name("file", &bytes)
            bytes.append(UInt8(ascii: "{"))
            number("device", file.device, &bytes, first: true)
            number("inode", file.inode, &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        if let socket = identity.socket { number("socket", socket, &bytes) }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Reads a line that `append` wrote.
    static func read(_ line: Data) throws -> Operation { try JSONDecoder().decode(Operation.self, from: line) }

    private static func name(_ name: String, _ bytes: inout [UInt8], first: Bool = false) {
        if !first { bytes.append(UInt8(ascii: ",")) }
        string(name, &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    private static func text(_ key: String, _ value: String, _ bytes: inout [UInt8], first: Bool = false) {
        name(key, &bytes, first: first)
        string(value, &bytes)
    }

    private static func number(_ key: String, _ value: UInt64, _ bytes: inout [UInt8], first: Bool = false) {
        name(key, &bytes, first: first)
        bytes.append(contentsOf: String(value).utf8)
    }

    private static func string(_ value: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
