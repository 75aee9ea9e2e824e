import Glibc

/// The memory of a stopped thread.
///
/// An address that is not mapped is no error of ours: the call that was given it will fail with `EFAULT`, so readers
/// answer nil and let it through.
struct TraceeMemory: ReadableMemory {
    let thread: Int32
    let source: any StopSource

    /// Reads exactly `count` bytes.
    func bytes(at address: UInt64, count: Int) -> [UInt8]? {
        guard count > 0 else { return count == 0 ? [] : nil }
        var buffer = [UInt8](repeating: 0, count: count)
        let read = buffer.withUnsafeMutableBytes { space in
            space.baseAddress.map { source.read(thread, at: address, into: $0, count: count) } ?? 0
        }
        return read == count ? buffer : nil
    }

    /// Reads a text that ends with a zero byte, at most `PATH_MAX` long.
    ///
    /// It never reads across a page that may not be mapped.
    func text(at address: UInt64, limit: Int = Int(PATH_MAX)) -> String? {
        guard address != 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 16) { space in
            guard let base = space.baseAddress else { return nil }
            var length = 0
            while length < limit {
                let position = address &+ UInt64(length)
                let page = min(limit - length, Int(4096 - position % 4096))
                let read = source.read(thread, at: position, into: base + length, count: page)
                guard read > 0 else { return nil }
                let piece = UnsafeRawBufferPointer(start: base + length, count: read)
                if let end = piece.firstIndex(of: 0) {
                    return String(decoding: UnsafeRawBufferPointer(start: base, count: length + end), as: UTF8.self)
                }
                length += read
            }
            return nil
        }
    }

    /// Reads a list of texts that ends with a null pointer, such as `argv`; at most 512 of them.
    func texts(at address: UInt64) -> [String]? {
        let pointers = MemoryWindow(self, around: address)
        var all: [String] = []
        for position in 0..<512 {
            guard let pointer = pointers.word(at: address &+ UInt64(position * 8)) else { return nil }
            if pointer == 0 { return all }
            guard let text = text(at: pointer, limit: 131_072) else { return nil }
            all.append(text)
        }
        return all
    }

    /// Writes a 64-bit word.
    func write(word: UInt64, at address: UInt64) -> Bool {
        write(withUnsafeBytes(of: word.littleEndian) { Array($0) }, at: address)
    }

    /// Writes all bytes, also into pages that the thread itself may not write.
    func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
        guard !bytes.isEmpty else { return true }
        return bytes.withUnsafeBytes { space in
            space.baseAddress.map {
                source.write(thread, at: address, from: $0, count: bytes.count) == bytes.count
            } ?? false
        }
    }
}

/// One buffer of a vector of them (`struct iovec` of readv(2)).
struct MemoryRange: Equatable {
    var address: UInt64
    var count: Int
}

/// What `struct msghdr` of sendmsg(2) and recvmsg(2) says, as far as it matters here.
struct MessageHeader {
    /// Where the address stands, 0 for none, and its size.
    var name: UInt64
    var nameSize: UInt64
    /// The buffers.
    var ranges: [MemoryRange]
    /// Where the member `msg_flags` stands.
    var flagsAddress: UInt64

    /// Reads a header and its vector.
    init?(_ memory: some ReadableMemory, at address: UInt64) {
        // name, namelen, iov, iovlen, control, controllen, flags: seven words on a 64-bit machine.
        let words = memory.look(at: address, count: 32) { space in
            func word(_ place: Int) -> UInt64 { space.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
        guard let words, let ranges = MessageHeader.vector(memory, at: words.2, count: words.3) else { return nil }
        name = words.0
        nameSize = words.1 & 0xffff_ffff
        self.ranges = ranges
        flagsAddress = address &+ 48
    }

    /// Reads a vector of at most `UIO_MAXIOV` (1024) buffers.
    static func vector(_ memory: some ReadableMemory, at address: UInt64, count: UInt64) -> [MemoryRange]? {
        guard count <= 1024 else { return nil }
        return memory.look(at: address, count: Int(count) * 16) { space in
            (0..<Int(count)).map { index in
                MemoryRange(
                    address: space.loadUnaligned(fromByteOffset: index * 16, as: UInt64.self),
                    count: Int(clamping: space.loadUnaligned(fromByteOffset: index * 16 + 8, as: UInt64.self)))
            }
        }
    }
}

extension [MemoryRange] {
    /// How many bytes all buffers hold.
    var total: Int { reduce(0) { $0 + $1.count } }

    /// Gathers the first `limit` bytes.
    func gather(_ memory: some ReadableMemory, limit: Int) -> [UInt8]? {
        if count == 1 { return memory.bytes(at: self[0].address, count: Swift.min(self[0].count, limit)) }
        var all: [UInt8] = []
        for range in self where all.count < limit {
            guard let bytes = memory.bytes(at: range.address, count: Swift.min(range.count, limit - all.count)) else {
                return nil
            }
            all += bytes
        }
        return all
    }

    /// Writes bytes over the buffers, beginning `offset` bytes into them; what does not fit is left out.
    func scatter(_ bytes: [UInt8], from offset: Int = 0, _ memory: TraceeMemory) -> Bool {
        var skip = offset
        var rest = bytes[...]
        for range in self where !rest.isEmpty {
            if skip >= range.count {
                skip -= range.count
                continue
            }
            let piece = rest.prefix(range.count - skip)
            guard memory.write([UInt8](piece), at: range.address &+ UInt64(skip)) else { return false }
            rest = rest.dropFirst(piece.count)
            skip = 0
        }
        return true
    }
}
