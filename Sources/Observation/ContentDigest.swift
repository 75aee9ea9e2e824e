import Glibc
import Kernel
import Model

/// The digest of a file's content, at a cost that its size does not decide.
///
/// Holes are not read (lseek(2), `SEEK_DATA`), blocks that hold nothing but zeros count as holes, and no more than
/// ``readLimit`` bytes of one file are looked at. Of a file without such blocks it is the beginning of its SHA-256, as
/// sha256sum(1) prints it.
struct ContentDigest: Equatable {
    /// The most bytes of one file that a look reads, so that it takes less than a second.
    static let readLimit = 64 << 20

    /// The digest.
    let text: String
    /// How many bytes it is of, where the file holds more; nil where it is of all.
    let limit: Int?

    private static let blockSize = 4096
    private static let pieceSize = 64 << 10
    /// <unistd.h> hides the numbers without _GNU_SOURCE; they are those of linux/fs.h.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    /// Reads a file from its first data on; its position moves.
    init(_ file: borrowing Descriptor, limit: Int = readLimit) throws(SystemError) {
        var digest = Digest()
        var read = 0
        // The end of what was digested: where a block begins elsewhere there is a hole before it.
        var end = 0
        var position = 0
        var isCut = false
        while !isCut, let data = try ContentDigest.data(of: file, from: position) {
            var place = data.lowerBound - data.lowerBound % ContentDigest.blockSize
            try ContentDigest.seek(file, to: place)
            while place < data.upperBound {
                guard read < limit else {
                    isCut = true
                    break
                }
                let piece = try ContentDigest.piece(of: file)
                if piece.isEmpty { break }
                for start in stride(from: 0, to: piece.count, by: ContentDigest.blockSize) {
                    let block = piece[start..<min(start + ContentDigest.blockSize, piece.count)]
                    // A block may have been read with the data before it.
                    guard place + start >= end, block.contains(where: { $0 != 0 }) else { continue }
                    if place + start != end { digest.add("hole to \(place + start)") }
                    digest.add(block)
                    end = place + start + block.count
                }
                place += piece.count
                read += piece.count
            }
            position = max(place, data.upperBound)
        }
        text = digest.shortText
        self.limit = isCut ? limit : nil
    }

    /// The next range that holds data; nil behind the last one.
    private static func data(of file: borrowing Descriptor, from position: Int) throws(SystemError) -> Range<Int>? {
        let number = file.raw
        let first = lseek(number, position, seekData)
        // Nothing but a hole, or nothing at all, is left.
        if first < 0, errno == ENXIO { return nil }
        guard first >= 0 else { throw SystemError(call: "lseek", stage: "SEEK_DATA", errno: .init(rawValue: errno)) }
        let end = lseek(number, first, seekHole)
        guard end >= 0 else { throw SystemError(call: "lseek", stage: "SEEK_HOLE", errno: .init(rawValue: errno)) }
        return first..<end
    }

    private static func seek(_ file: borrowing Descriptor, to place: Int) throws(SystemError) {
        guard lseek(file.raw, place, SEEK_SET) >= 0 else {
            throw SystemError(call: "lseek", stage: "SEEK_SET", errno: .init(rawValue: errno))
        }
    }

    /// Whole blocks, but at the end of the file.
    private static func piece(of file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        var piece: [UInt8] = []
        while piece.count < pieceSize {
            let part = try file.read(upTo: pieceSize - piece.count)
            if part.isEmpty { break }
            piece += part
        }
        return piece
    }
}
