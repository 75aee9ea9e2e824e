// The only place where memory is read as a number: every read is preceded by a check of its bounds.

extension RawSpan {
    /// Loads a fixed structure, or nil when fewer bytes are there; byte order is the machine's, as in netlink.
    @inline(__always)
    func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value? {
        guard offset >= 0, offset <= byteCount, byteCount - offset >= MemoryLayout<Value>.size else { return nil }
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    /// Copies the bytes of a range, or nothing where the range leaves the buffer.
    func copy(_ range: Range<Int>) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { return [] }
        return [UInt8](unsafeUninitializedCapacity: range.count) { target, count in
            for offset in range {
                unsafe target.initializeElement(
                    at: offset - range.lowerBound, to: unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            }
            count = range.count
        }
    }
}
