extension Snapshot {
    /// The text of its file: JSON, as `JSONDecoder` reads it.
    ///
    /// Each run writes some, of a hundred objects and more: `JSONEncoder` took a tenth of the time of a run for them.
    var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(128 * facts.count + 16)
        text += #"{"facts":["#.utf8
        for (place, fact) in facts.enumerated() {
            text += (place == 0 ? #"{"attributes":{"# : #",{"attributes":{"#).utf8
            for (place, attribute) in fact.attributes.sorted(by: { $0.key < $1.key }).enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                text.append(quoting: attribute.key)
                text.append(UInt8(ascii: ":"))
                text.append(quoting: attribute.value)
            }
            text += #"},"identity":{"namespace":"#.utf8
            text.append(quoting: fact.identity.namespace)
            text += #","noun":"#.utf8
            text.append(quoting: fact.identity.noun)
            text += #","which":"#.utf8
            text.append(quoting: fact.identity.name)
            text += "}}".utf8
        }
        text += "]}".utf8
        return text
    }
}

extension [UInt8] {
    /// Adds a text as a string of JSON (RFC 8259, 7).
    fileprivate mutating func append(quoting string: String) {
        append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                let digits = "0123456789abcdef".utf8.map(\.self)
                self += [
                    UInt8(ascii: "\\"), UInt8(ascii: "u"), digits[0], digits[0], digits[Int(byte >> 4)],
                    digits[Int(byte & 15)],
                ]
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
