import FoundationEssentials
import Testing

@testable import Stacks

@Suite struct GoProgramTests {
    /// A program of two functions, by hand: an ELF file with one section for the table, which has Go's shape since 1.20.
    ///
    /// `main.add` is at 0x1000, 0x20 bytes of `add.go`: line 10, from the ninth byte on line 12. `main.del` follows, of `del.go`.
    static func program(magic: UInt32 = 0xffff_fff1) -> [UInt8] {
        func word<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
        let names = Array("main.add\0main.del\0".utf8)
        let units: [UInt8] = word(UInt32(0)) + word(UInt32(7))
        let files = Array("add.go\0del.go\0".utf8)
        // Pairs of a change, zigzag, and a distance: from -1.
        let values: [UInt8] = [0] + [2, 0x20, 0] + [4, 0x20, 0] + [22, 8, 4, 24, 0] + [42, 0x20, 0]
        func function(_ entry: UInt32, name: UInt32, file: UInt32, line: UInt32) -> [UInt8] {
            word(entry) + word(name) + word(UInt32(0)) + word(UInt32(0)) + word(UInt32(0)) + word(file) + word(line)
                + word(UInt32(0)) + word(UInt32(0))
        }
        let place = UInt32(2 * 8 + 4)
        let functions =
            word(UInt32(0)) + word(place) + word(UInt32(0x20)) + word(place + 36) + word(UInt32(0x40))
            + function(0, name: 0, file: 1, line: 7) + function(0x20, name: 9, file: 4, line: 12)
        let header = 8 + 8 * 8
        var places = [header]
        for part in [names, units, files, values] { places.append(places[places.count - 1] + part.count) }
        let table: [UInt8] =
            word(magic) + [0, 0, 1, 8] + word(UInt64(2)) + word(UInt64(2)) + word(UInt64(0x1000))
            + places.flatMap { word(UInt64($0)) } + names + units + files + values + functions
        let texts = Array("\0.gopclntab\0.shstrtab\0".utf8)
        let start = 64
        let sections = start + table.count + texts.count
        var elf: [UInt8] = word(UInt32(0x464c_457f)) + [2, 1, 1] + [UInt8](repeating: 0, count: 9)
        elf += word(UInt16(2)) + word(UInt16(62)) + word(UInt32(1)) + word(UInt64(0x1000)) + word(UInt64(0))
        elf += word(UInt64(sections)) + word(UInt32(0)) + word(UInt16(64)) + word(UInt16(56)) + word(UInt16(0))
        elf += word(UInt16(64)) + word(UInt16(2)) + word(UInt16(1))
        func section(_ name: UInt32, at offset: Int, size: Int) -> [UInt8] {
            word(name) + word(UInt32(1)) + word(UInt64(0)) + word(UInt64(0)) + word(UInt64(offset)) + word(UInt64(size))
                + [UInt8](repeating: 0, count: 24)
        }
        return elf + table + texts + section(1, at: start, size: table.count)
            + section(12, at: start + table.count, size: texts.count)
    }

    @Test(arguments: [0xffff_fff0 as UInt32, 0xffff_fff1]) func eachAddressIsALine(magic: UInt32) throws {
        let program = try #require(GoProgram(elf: Self.program(magic: magic)))
        #expect(program.frame(at: 0x1000)?.description == "add.go:10 in main.add")
        #expect(program.frame(at: 0x1007)?.description == "add.go:10 in main.add")
        #expect(program.frame(at: 0x1008)?.description == "add.go:12 in main.add")
        #expect(program.frame(at: 0x101f)?.description == "add.go:12 in main.add")
        #expect(program.frame(at: 0x1020)?.description == "del.go:20 in main.del")
        #expect(program.frame(at: 0x1040) == nil)
        #expect(program.frame(at: 0xfff) == nil)
        #expect(!program.isMovable)
    }

    @Test func anotherFileIsNone() {
        #expect(GoProgram(elf: []) == nil)
        #expect(GoProgram(elf: Array("#!/bin/sh\n".utf8)) == nil)
        // Of before Go 1.18.
        #expect(GoProgram(elf: Self.program(magic: 0xffff_fffb)) == nil)
    }

    /// Whoever wrote the program may be hostile: whatever a byte says, reading it ends.
    @Test func brokenTablesAreReadToTheirEnd() {
        let whole = Self.program()
        for count in stride(from: 0, to: whole.count, by: 3) {
            _ = GoProgram(elf: Array(whole[..<count]))?.frame(at: 0x1008)
        }
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var broken = whole
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                broken[Int.random(in: 8..<whole.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            guard let program = GoProgram(elf: broken) else { continue }
            for address: UInt64 in [0, 0x1000, 0x1008, 0x1030, .max] { _ = program.frame(at: address) }
        }
    }
}
