/// Where bytes of a stopped thread are read from.
protocol ReadableMemory {
    /// Reads exactly `count` bytes.
    func bytes(at address: UInt64, count: Int) -> [UInt8]?
    /// Looks at exactly `count` bytes; nil where they cannot be read, too.
    func look<Result>(at address: UInt64, count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result?
}

extension ReadableMemory {
    /// Reads a 64-bit word.
    func word(at address: UInt64) -> UInt64? {
        look(at: address, count: 8) { $0.loadUnaligned(as: UInt64.self) }
    }

    func look<Result>(at address: UInt64, count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        bytes(at: address, count: count).map { $0.withUnsafeBytes(body) }
    }
}

/// The memory of a stopped thread, of which the surroundings of one address are read at once.
///
/// A caller of sendmsg(2) has its header, vector, address and mostly also its message on the stack: one read instead of four.
struct MemoryWindow: ReadableMemory {
    /// How much before the address is read too, and how much in all.
    private static let before: UInt64 = 64
    private static let size = 1024

    private let memory: TraceeMemory
    private let start: UInt64
    private let window: [UInt8]

    /// - Parameter address: 0 for a window of nothing.
    init(_ memory: TraceeMemory, around address: UInt64) {
        self.memory = memory
        // Not from the page before, which may not be mapped; the page behind cuts the window short where it is not.
        let start = max(address & ~4095, address &- min(address, MemoryWindow.before))
        self.start = start
        window =
            address == 0
            ? []
            : [UInt8](unsafeUninitializedCapacity: MemoryWindow.size) { space, count in
                let got = space.baseAddress.map {
                    memory.source.read(memory.thread, at: start, into: $0, count: MemoryWindow.size)
                }
                count = max(0, got ?? 0)
            }
    }

    /// Where the bytes stand in the window; nil where it does not hold all of them.
    private func range(of address: UInt64, count: Int) -> Range<Int>? {
        guard address >= start, count >= 0, let offset = Int(exactly: address - start), offset <= window.count,
            count <= window.count - offset
        else { return nil }
        return offset..<offset + count
    }

    func bytes(at address: UInt64, count: Int) -> [UInt8]? {
        guard let range = range(of: address, count: count) else { return memory.bytes(at: address, count: count) }
        return Array(window[range])
    }

    func look<Result>(at address: UInt64, count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard let range = range(of: address, count: count) else {
            return memory.bytes(at: address, count: count).map { $0.withUnsafeBytes(body) }
        }
        return window.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
