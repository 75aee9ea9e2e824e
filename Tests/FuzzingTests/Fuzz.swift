import FoundationEssentials
import Glibc
import Testing

/// Inputs drawn by chance, until the time is over: `TOCSIN_FUZZ` seconds, or half of one.
///
/// A failure comes again with the same `TOCSIN_FUZZ_SEED`, which is printed. The number of the input under way stands in
/// the file `TOCSIN_FUZZ_PLACE`, for whoever looks behind a crash.
struct Fuzz {
    var generator: Generator
    private let name: String

    /// SplitMix64.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    private static var seconds: Double { variable("TOCSIN_FUZZ").flatMap { Double($0) } ?? 0.5 }
    private static var seed: UInt64 {
        variable("TOCSIN_FUZZ_SEED").flatMap { UInt64($0) }
            ?? (variable("TOCSIN_FUZZ") == nil ? 1 : .random(in: 1...999_999_999))
    }

    /// Tries inputs; says how many there were, and how long the slowest took.
    ///
    /// - Parameter body: Makes and tries one; what it returns is what came of it, which is counted.
    static func run(_ name: String, _ body: (inout Fuzz) throws -> String) rethrows {
        let seed = seed
        let place =
            variable("TOCSIN_FUZZ_PLACE").map { open("\($0).\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
            ?? -1
        defer { if place >= 0 { close(place) } }
        let end = ContinuousClock.now + .seconds(seconds)
        var slowest = (0, number: UInt64(0))
        var outcomes: [String: Int] = [:]
        var number: UInt64 = 0
        repeat {
            number += 1
            if place >= 0 { withUnsafeBytes(of: (seed, number)) { _ = pwrite(place, $0.baseAddress, $0.count, 0) } }
            var fuzz = Fuzz(generator: Generator(state: seed &+ number &* 0x1_0000_0001), name: name)
            let began = microseconds()
            outcomes[try body(&fuzz), default: 0] += 1
            slowest = max(slowest, (microseconds() - began, number), by: { $0.0 < $1.0 })
        } while ContinuousClock.now < end
        let told = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print(
            "FUZZ \(name): \(number) inputs (\(told)), seed \(seed), slowest \(slowest.0 / 1000) ms of CPU (input \(slowest.number))"
        )
        #expect(slowest.0 < 2_000_000, "\(name): input \(slowest.number) of seed \(seed) took more than 2 s")
    }

    /// CPU time of this thread: others on the machine do not count.
    private static func microseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    // MARK: - Chance

    mutating func number(below limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &generator) }

    mutating func one<Element>(of all: [Element]) -> Element { all[number(below: all.count)] }

    /// Bytes changed in one to four places: another value, cut off, taken out, doubled.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(below: 4) where !bytes.isEmpty {
            let place = number(below: bytes.count)
            let length = min(number(below: 24), bytes.count - place)
            switch number(below: 6) {
            case 0: bytes[place] = UInt8(number(below: 256))
            case 1: bytes[place] = one(of: [0, 1, 3, 4, 10, 34, 92, 127, 128, 255])
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.removeSubrange(place..<place + length)
            case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: number(below: bytes.count))
            default: bytes[place & ~3] = UInt8(number(below: 17))
            }
        }
        return bytes
    }

    /// A text of words and marks, of which some are others, doubled, left out, or from elsewhere.
    ///
    /// - Parameter pool: Words to put in place of one.
    mutating func reworded(_ text: String, _ pool: [Substring]) -> String {
        var words = Fuzz.words(of: text)
        for _ in 0...number(below: 4) where !words.isEmpty {
            let place = number(below: words.count)
            switch number(below: 5) {
            case 0: words[place] = one(of: pool)
            case 1: words[place] = one(of: Fuzz.extremes)
            case 2: words.remove(at: place)
            case 3: words.insert(words[place], at: number(below: words.count))
            default: words.swapAt(place, number(below: words.count))
            }
        }
        return words.joined()
    }

    /// Words, and what stands between them, letter by letter.
    static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            let length = rest.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
            let word = length.isEmpty ? rest.prefix(1) : length
            words.append(word)
            rest = rest[word.endIndex...]
        }
        return words
    }

    private static let extremes: [Substring] = [
        "-1", "0", "4294967296", "18446744073709551615", "9223372036854775808", "1e999", "-0", "NaN", "null", "true",
        "\"\"", "\u{0}",
        "\u{202e}", "\u{1b}[2J", "ä", "𝄞", "[]", "{}", "[[[[", "}}", "\n", "  ", "\t", "$(x)", "$$(", "/", "..", "*",
        "&a", "!!x", "|", ">-",
        "0.0.0.0/0", "::/0", "fe80::1%eth0", "99999999999999999999999999999h", "1us", "%d",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]
}

private func max<Value>(_ left: Value, _ right: Value, by less: (Value, Value) -> Bool) -> Value {
    less(left, right) ? right : left
}

/// Files of the repository, which are the seeds.
enum Seeds {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The contents of all files below a folder that end so, with their names, in order.
    static func files(below folder: String, ending: String) throws -> [(name: String, bytes: [UInt8])] {
        let path = root.appending(path: folder).path
        let names = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(ending) }.sorted()
        return try names.map { ($0, Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)")))) }
    }
}
