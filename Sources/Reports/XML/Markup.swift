/// A part of a document in HTML or XML.
///
/// Names of elements and attributes are fixed when Tocsin is built, and a text gets in only as content or as the value of an
/// attribute, escaped: nothing that an agent says can become an element.
indirect enum Markup {
    /// The text, escaped.
    case text(String)
    /// What is written here and nowhere else: a stylesheet, a script.
    case fixed(StaticString)
    /// An element.
    case element(StaticString, [(StaticString, String)], [Markup])
    /// Several, one after the other.
    case list([Markup])

    /// Nothing.
    static var nothing: Markup { .list([]) }
}

/// An element with attributes and content.
func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: Markup...
) -> Markup {
    .element(name, attributes.map { ($0.key, $0.value) }, content)
}

/// An element with attributes and any number of parts.
func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], each content: [Markup]
) -> Markup {
    .element(name, attributes.map { ($0.key, $0.value) }, content)
}

/// An element with attributes and a text.
func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String
) -> Markup {
    .element(name, attributes.map { ($0.key, $0.value) }, [.text(text)])
}

extension Markup {
    /// The rules by which it is written.
    enum Dialect {
        /// Elements without content end themselves.
        case xml
        /// Only those that have no content by definition have no end tag.
        case html
    }

    /// The document.
    func written(as dialect: Dialect) -> String {
        var out: [UInt8] = []
        write(to: &out, dialect)
        return String(decoding: out, as: UTF8.self)
    }

    private static let void: Set<String> = ["meta", "br", "hr", "input", "link", "img"]

    private func write(to out: inout [UInt8], _ dialect: Dialect) {
        switch self {
        case .text(let text): Markup.escape(VisibleText.block(text), to: &out)
        case .fixed(let text): text.withUTF8Buffer { out += $0 }
        case .list(let parts): for part in parts { part.write(to: &out, dialect) }
        case .element(let name, let attributes, let content):
            out.append(UInt8(ascii: "<"))
            name.withUTF8Buffer { out += $0 }
            for (key, value) in attributes {
                out.append(UInt8(ascii: " "))
                key.withUTF8Buffer { out += $0 }
                out += "=\"".utf8
                Markup.escape(VisibleText.block(value), to: &out)
                out.append(UInt8(ascii: "\""))
            }
            let isVoid = dialect == .html && Markup.void.contains("\(name)")
            if content.isEmpty, dialect == .xml || isVoid {
                out += (dialect == .xml ? "/>" : ">").utf8
                return
            }
            out.append(UInt8(ascii: ">"))
            for part in content { part.write(to: &out, dialect) }
            out += "</".utf8
            name.withUTF8Buffer { out += $0 }
            out.append(UInt8(ascii: ">"))
        }
    }

    private static func escape(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            default: out.append(byte)
            }
        }
    }
}
