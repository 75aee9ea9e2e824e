/// SHA-256, for naming things by what they hold.
///
/// Written here because `Model` imports no package, and swift-crypto would more than double the time of a clean build; held
/// by the examples of the standard and by digests of sha256sum(1). Source: FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1,
/// 5.3.3 and 6.2.
struct SHA256: Sendable {
    /// H(0): the first 32 bits of the fractional parts of the square roots of the first eight primes.
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// What is not in the state yet.
    private var pending: [UInt8] = []
    /// How many bytes are in the state.
    private var compressed: UInt64 = 0

    private static let blockSize = 64
    /// Many short texts are put together first: one pass over many blocks costs less than many passes over one.
    private static let batchSize = 64 * blockSize

    /// Takes in bytes.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        pending.append(contentsOf: bytes)
        if pending.count >= SHA256.batchSize { compressWholeBlocks() }
    }

    /// The 32 bytes of the digest of everything that was taken in.
    func finished() -> [UInt8] {
        var copy = self
        let length = compressed &+ UInt64(pending.count)
        // One bit, zeros, and the length in bits fill the last block.
        let zeros = (2 * SHA256.blockSize - 9 - pending.count % SHA256.blockSize) % SHA256.blockSize
        copy.pending += [0x80] + [UInt8](repeating: 0, count: zeros) + SHA256.bytes(of: length &* 8)
        copy.compressWholeBlocks()
        return copy.state.flatMap { SHA256.bytes(of: $0) }
    }

    private mutating func compressWholeBlocks() {
        let whole = pending.count - pending.count % SHA256.blockSize
        let bytes = pending
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: whole, by: SHA256.blockSize) {
                SHA256.compress(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + SHA256.blockSize]), into: &state)
            }
        }
        pending.removeFirst(whole)
        compressed &+= UInt64(whole)
    }

    /// Takes one block of 64 bytes into the state.
    private static func compress(_ block: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
            for t in 0..<16 {
                let word = block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self)
                words.initializeElement(at: t, to: UInt32(bigEndian: word))
            }
            for t in 16..<64 {
                let x = words[t - 15]
                let y = words[t - 2]
                let first = rotate(x, 7) ^ rotate(x, 18) ^ (x >> 3)
                let second = rotate(y, 17) ^ rotate(y, 19) ^ (y >> 10)
                words.initializeElement(at: t, to: second &+ words[t - 7] &+ first &+ words[t - 16])
            }
            constants.withUnsafeBufferPointer { constants in
                for t in 0..<64 {
                    let choice = (e & f) ^ (~e & g)
                    let first =
                        h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ constants[t] &+ words[t]
                    let majority = (a & b) ^ (a & c) ^ (b & c)
                    let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
                    (h, g, f, e) = (g, f, e, d &+ first)
                    (d, c, b, a) = (c, b, a, first &+ second)
                }
            }
        }
        for (place, word) in [a, b, c, d, e, f, g, h].enumerated() { state[place] &+= word }
    }

    @inline(__always) private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        (word >> count) | (word << (32 - count))
    }

    private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// K: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
