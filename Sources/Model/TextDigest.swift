/// A number that stands for texts in their order: FNV-1a, 64 bits wide, the same in every process.
struct TextDigest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds a text, and its end, so that `ab`, `c` is not `a`, `bc`.
    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { for byte in $0 { add(byte) } }
        // No byte of UTF-8.
        add(0xff)
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
