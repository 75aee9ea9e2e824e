import Glibc

/// The id of a call of `tocsin run`: when it was, and a number that no other machine draws.
///
/// `20261125-183336-123-4g7k2m9q0w3xz`: UTC to the millisecond, so that ids sort by time, and 64 random bits in the digits
/// of Crockford's base 32, which has no letters that look like others. As a UUID of version 7 (RFC 9562) it needs no
/// agreement between machines; unlike one it can be read.
enum RunID {
    /// The id of a run that begins at `milliseconds` since 1970.
    static func make(at milliseconds: Int64, random: UInt64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y%m%d-%H%M%S", &parts)
        let stamp = String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(stamp)-\(fraction)-\(digits(of: random))"
    }

    /// The id of a run that begins now.
    static func new() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        // The system's generator reads getrandom(2).
        return make(at: milliseconds, random: .random(in: 0 ... .max))
    }

    /// Thirteen digits, the most significant first.
    private static func digits(of number: UInt64) -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        let digits = (0..<13).reversed().map { alphabet[Int(number >> (5 * UInt64($0)) & 31)] }
        return String(decoding: digits, as: UTF8.self)
    }
}
