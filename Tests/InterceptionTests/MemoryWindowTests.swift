import Glibc
import Testing

@testable import Interception

/// What stands close together in an agent's memory is read at once, and read alone where it does not.
@Suite struct MemoryWindowTests {
    /// Two pages, the second of which cannot be read, with 0 to 255 in the first again and again.
    private func withPages<Result>(_ body: (UInt64) throws -> Result) throws -> Result {
        let size = 3 * 4096
        let pages = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(pages, size) }
        for place in 0..<size {
            pages.storeBytes(of: UInt8(truncatingIfNeeded: place), toByteOffset: place, as: UInt8.self)
        }
        // The pages before and behind are not there.
        munmap(pages, 4096)
        munmap(pages + 8192, 4096)
        return try body(UInt64(UInt(bitPattern: pages + 4096)))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 2000, 4000, 4088]) func readsWhatIsThere(_ place: Int) throws {
        try withPages { page in
            let memory = TraceeMemory(thread: getpid(), source: PtraceStops())
            let window = MemoryWindow(memory, around: page + UInt64(place))
            for (offset, count) in [(place, 8), (0, 16), (4080, 16), (place, 0), (max(0, place - 64), 4)] {
                let bytes = (offset..<offset + count).map { UInt8(truncatingIfNeeded: $0) }
                #expect(window.bytes(at: page + UInt64(offset), count: count) == bytes, "\(offset)")
            }
            #expect(window.bytes(at: page + 4090, count: 8) == nil)
            #expect(window.bytes(at: page - 8, count: 8) == nil)
            #expect(window.word(at: page + UInt64(place)) == memory.word(at: page + UInt64(place)))
        }
    }

    @Test func noAddressIsNoWindow() {
        let window = MemoryWindow(TraceeMemory(thread: getpid(), source: PtraceStops()), around: 0)
        #expect(window.bytes(at: 8, count: 8) == nil)
        #expect(window.bytes(at: .max - 3, count: 8) == nil)
        #expect(window.bytes(at: 8, count: 0) == [])
    }
}
