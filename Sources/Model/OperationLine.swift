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
        text("which", operation.phrase.argument, &bytes)
        name("qualifiers", &bytes)
        bytes.append(UInt8(ascii: "{"))
        for (position, pair) in operation.phrase.orderedQualifiers.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            string(pair.key, &bytes)
            bytes.append(UInt8(ascii: ":"))
            string(pair.value, &bytes)
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
                number(UInt64(index), &bytes)
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

    /// Names are plain, and known when this is compiled.
    private static func name(_ name: StaticString, _ bytes: inout [UInt8], first: Bool = false) {
        bytes.append(contentsOf: first ? "\"".utf8 : ",\"".utf8)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: "\":".utf8)
    }

    private static func text(_ key: StaticString, _ value: String, _ bytes: inout [UInt8], first: Bool = false) {
        name(key, &bytes, first: first)
        string(value, &bytes)
    }

    private static func number(_ key: StaticString, _ value: UInt64, _ bytes: inout [UInt8], first: Bool = false) {
        name(key, &bytes, first: first)
        number(value, &bytes)
    }

    private static func number(_ value: UInt64, _ bytes: inout [UInt8]) {
        // 2^64 has twenty digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var place = digits.count
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[place...]))
        }
    }

    private static func string(_ value: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            // Nearly every text is plain, and copied as a whole.
            if text.contains(where: isSpecial) { escape(text, &bytes) } else { bytes.append(contentsOf: text) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ text: UnsafeBufferPointer<UInt8>, _ bytes: inout [UInt8]) {
        for byte in text {
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
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
