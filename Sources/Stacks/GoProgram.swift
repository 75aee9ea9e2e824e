import Model

/// The table of functions in a program of Go, which is there in stripped ones too (`.gopclntab`).
///
/// Its shape is that of Go 1.18 and later: `runtime/symtab.go` and `debug/gosym/pclntab.go`. An older program has none that is
/// read.
struct GoProgram {
    private let table: Bytes
    /// Where the table lies in the file, in bytes.
    private let start: Int
    private let functionCount: Int
    private let text: UInt64
    private let names: Int
    private let units: Int
    private let files: Int
    private let values: Int
    private let functions: Int
    /// The bytes to which an instruction is aligned.
    private let quantum: UInt64
    /// Whether it is loaded at another address in each process, and the address that it was linked for.
    let isMovable: Bool
    let linkedAt: UInt64

    /// - Returns: nil for a file that is no such program.
    init?(elf: [UInt8]) {
        let bytes = Bytes(elf)
        guard let section = ELF(bytes).flatMap({ $0.section(named: [".gopclntab", ".data.rel.ro.gopclntab"]) }),
            let elf = ELF(bytes), let magic: UInt32 = bytes.load(section),
            [0xffff_fff0, 0xffff_fff1].contains(magic), let quantum: UInt8 = bytes.load(section + 6),
            let pointerSize: UInt8 = bytes.load(section + 7), pointerSize == 8
        else { return nil }
        func header(_ word: Int) -> Int? {
            let value: UInt64? = bytes.load(section + 8 + word * 8)
            return value.flatMap { $0 < UInt64(elf.size) || word == 2 ? Int(truncatingIfNeeded: $0) : nil }
        }
        guard let count = header(0), let text = header(2), let names = header(3), let units = header(4),
            let files = header(5), let values = header(6), let functions = header(7)
        else { return nil }
        table = bytes
        start = section
        functionCount = count
        self.text = UInt64(bitPattern: Int64(text))
        (self.names, self.units, self.files) = (section + names, section + units, section + files)
        (self.values, self.functions) = (section + values, section + functions)
        self.quantum = UInt64(quantum)
        (isMovable, linkedAt) = (elf.isMovable, elf.linkedAt)
    }

    /// The function, file and line of an instruction, at the address for which the program was linked; nil outside of Go's code.
    func frame(at address: UInt64) -> SourceFrame? {
        guard address >= text, let function = function(at: address - text), let entry: UInt32 = table.load(function),
            let name: Int32 = table.load(function + 4), let file: UInt32 = table.load(function + 20),
            let line: UInt32 = table.load(function + 24), let unit: UInt32 = table.load(function + 32)
        else { return nil }
        let offset = address - text
        let path = value(file, from: UInt64(entry), at: offset).flatMap { number -> String? in
            guard number >= 0, let place: UInt32 = table.load(units + (Int(unit) + Int(number)) * 4) else { return nil }
            return table.text(files + Int(place))
        }
        return SourceFrame(
            file: path ?? "?", line: Int(value(line, from: UInt64(entry), at: offset) ?? 0),
            function: table.text(names + Int(name)) ?? "?")
    }

    /// Where the description of a function lies in the file, of the last one that begins at or before an offset into the code.
    private func function(at offset: UInt64) -> Int? {
        func entry(_ index: Int) -> UInt64? {
            let value: UInt32? = table.load(functions + index * 8)
            return value.map(UInt64.init)
        }
        guard functionCount > 0, let first = entry(0), let end = entry(functionCount), offset >= first, offset < end
        else { return nil }
        var (low, high) = (0, functionCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            guard let begin = entry(middle) else { return nil }
            if begin <= offset { low = middle } else { high = middle }
        }
        let place: UInt32? = table.load(functions + low * 8 + 4)
        return place.map { functions + Int($0) }
    }

    /// The value for an instruction in one of the lists of steps: pairs of a change of the value and a distance.
    private func value(_ list: UInt32, from entry: UInt64, at offset: UInt64) -> Int32? {
        guard list != 0 else { return nil }
        var place = values + Int(list)
        var (address, value, isFirst) = (entry, Int32(-1), true)
        while let change = table.number(&place), change != 0 || isFirst {
            isFirst = false
            // A change is positive where its last bit is not set.
            value &+= change & 1 == 0 ? Int32(change >> 1) : ~Int32(change >> 1)
            guard let distance = table.number(&place) else { return nil }
            address += UInt64(distance) * quantum
            if offset < address { return value }
        }
        return nil
    }
}

/// What is needed of an ELF file of 64 bits, elf(5).
private struct ELF {
    private let bytes: Bytes
    private let sections: Int
    private let count: Int
    private let names: Int
    let isMovable: Bool
    let linkedAt: UInt64
    var size: Int { bytes.count }

    init?(_ bytes: Bytes) {
        guard let magic: UInt32 = bytes.load(0), magic == 0x464c_457f, let kind: UInt8 = bytes.load(4), kind == 2,
            let type: UInt16 = bytes.load(16), let programs: UInt64 = bytes.load(32),
            let sections: UInt64 = bytes.load(40), let programCount: UInt16 = bytes.load(56),
            let count: UInt16 = bytes.load(60), let names: UInt16 = bytes.load(62), sections < UInt64(bytes.count),
            programs < UInt64(bytes.count)
        else { return nil }
        self.bytes = bytes
        self.sections = Int(sections)
        self.count = Int(count)
        self.names = Int(names)
        isMovable = type == 3
        var lowest = UInt64.max
        for index in 0..<Int(programCount) {
            let header = Int(programs) + index * 56
            guard let type: UInt32 = bytes.load(header), type == 1, let address: UInt64 = bytes.load(header + 16) else {
                continue
            }
            lowest = min(lowest, address & ~0xfff)
        }
        linkedAt = lowest == .max ? 0 : lowest
    }

    /// Where the first section of one of these names lies in the file.
    func section(named wanted: [String]) -> Int? {
        guard let texts = place(names) else { return nil }
        for index in 0..<count {
            guard let name: UInt32 = bytes.load(sections + index * 64), let found = bytes.text(texts + Int(name)),
                wanted.contains(found)
            else { continue }
            return place(index)
        }
        return nil
    }

    private func place(_ index: Int) -> Int? {
        let offset: UInt64? = bytes.load(sections + index * 64 + 24)
        return offset.flatMap { $0 < UInt64(bytes.count) ? Int($0) : nil }
    }
}

/// Little-endian numbers and texts in a file, whose places nobody has checked.
private struct Bytes {
    private let all: [UInt8]
    var count: Int { all.count }

    init(_ all: [UInt8]) { self.all = all }

    func load<Number: FixedWidthInteger>(_ place: Int) -> Number? {
        let size = MemoryLayout<Number>.size
        guard place >= 0, place <= all.count - size else { return nil }
        return all.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self)) }
    }

    /// Up to a zero byte, at most 4096 long.
    func text(_ place: Int) -> String? {
        guard place >= 0, place < all.count else { return nil }
        let rest = all[place..<min(all.count, place + 4096)]
        return rest.firstIndex(of: 0).map { String(decoding: rest[..<$0], as: UTF8.self) }
    }

    /// A number of seven bits a byte, the lowest first; moves behind it.
    func number(_ place: inout Int) -> UInt32? {
        var (value, shift) = (UInt32(0), UInt32(0))
        while shift < 32, place >= 0, place < all.count {
            let byte = all[place]
            place += 1
            value |= UInt32(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
