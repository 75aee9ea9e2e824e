/// The SHA-256 digest of texts and bytes: two that are equal hold the same.
public struct Digest: Sendable {
    private var hash = SHA256()

    /// Begins with nothing taken in.
    public init() {}

    /// Takes in bytes.
    public mutating func add(_ bytes: some Sequence<UInt8>) { hash.add(bytes) }

    /// Takes in a text and a mark of its end, so that `ab`, `c` and `a`, `bc` differ.
    public mutating func add(_ text: String) {
        hash.add(text.utf8)
        hash.add(CollectionOfOne(UInt8(0)))
    }

    /// 64 hexadecimal digits: the name of a state or a plan.
    public var text: String { Digest.hexadecimal(hash.finished()) }

    /// The first 32 of these digits, which are as many as a report can show: a property of a fact, the name of a finding.
    public var shortText: String { Digest.hexadecimal(hash.finished().prefix(16)) }

    /// The short digest of some bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        var digest = Digest()
        digest.add(bytes)
        return digest.shortText
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

extension Snapshot {
    /// Equal for equal states.
    public var digest: String {
        var digest = Digest()
        for fact in facts {
            digest.add(fact.identity.noun)
            digest.add(fact.identity.name)
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
