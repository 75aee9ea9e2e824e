/// A 64-bit FNV-1a digest, for naming equal things; it is no protection against an adversary.
///
/// Source: the FNV page of its authors, and draft-eastlake-fnv.
public struct Digest: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Begins with nothing taken in.
    public init() {}

    /// Takes in bytes.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// Takes in a text and a mark of its end, so that `ab`, `c` and `a`, `bc` differ.
    public mutating func add(_ text: String) {
        add(text.utf8)
        add(CollectionOfOne(UInt8(0)))
    }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The digest of some bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        var digest = Digest()
        digest.add(bytes)
        return digest.text
    }
}

extension Snapshot {
    /// Equal for equal states.
    public var digest: String {
        var digest = Digest()
        for fact in facts {
            digest.add(fact.identity.noun)
            digest.add(fact.identity.which)
            digest.add(fact.identity.namespace)
            // Or the attributes of one object could be read as the next one.
            digest.add("\(fact.attributes.count)")
            for (name, value) in fact.attributes.sorted(by: { $0.key < $1.key }) {
                digest.add(name)
                digest.add(value)
            }
        }
        return digest.text
    }
}
