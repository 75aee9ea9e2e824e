extension Reference {
    /// The forms of names that are made anew in every run, and the names that are not.
    ///
    /// Names that every run made are fixed. The i-th other name of one run is the counterpart of the i-th of the others;
    /// so two objects of one run never become one.
    ///
    /// - Throws: `ReferenceError.namesDiffer` when the runs show different numbers of random names in their states.
    static func learnNames(_ records: [Record]) throws -> (forms: [RandomName], fixed: Set<String>) {
        let made = records.map { CanonicalNames.expanded($0.header.namesMade) }
        let fixed = made.dropFirst().reduce(Set(made.first ?? [])) { $0.intersection($1) }
        let others = made.map { $0.filter { !fixed.contains($0) } }
        let shown = zip(records, others).map { record, names in
            let occurring = CanonicalNames.occurring(names, in: record.snapshots.values)
            return names.filter { occurring.contains($0) }
        }
        var forms = try self.forms(shown)
        // A name that no state shows is only needed for keys; where its numbers differ, nothing is learned from it.
        let hidden = zip(others, shown).map { names, shown in names.filter { !shown.contains($0) } }
        if Set(hidden.map(\.count)).count == 1 { forms += try self.forms(hidden) }
        return (merged(forms), fixed)
    }

    private static func forms(_ names: [[String]]) throws -> [RandomName] {
        guard Set(names.map(\.count)).count == 1 else { throw ReferenceError.namesDiffer(names) }
        return (0..<(names.first?.count ?? 0)).flatMap { position in
            let counterparts = names.map { $0[position] }
            let prefix = commonPrefix(counterparts)
            return Set(counterparts.map(\.utf8.count)).map { RandomName(prefix: prefix, length: $0) }
        }
    }

    /// What all the names begin with, without digits that may be alike by chance: `veth` of `veth1a2b` and `veth19cd`.
    private static func commonPrefix(_ names: [String]) -> String {
        let first = Array(names.first?.utf8 ?? "".utf8)
        let common = names.map { zip(first, $0.utf8).prefix { $0 == $1 }.count }.min() ?? 0
        let isHexadecimal = names.allSatisfy { $0.utf8.dropFirst(common).allSatisfy(isHexadecimalDigit) }
        var prefix = first.prefix(common)
        while let last = prefix.last, isHexadecimal ? isHexadecimalDigit(last) : isDigit(last) { prefix.removeLast() }
        if prefix.isEmpty { prefix = first.prefix(common) }
        return String(decoding: prefix, as: UTF8.self)
    }

    /// One form for all whose prefix begins with that of a shorter one, so that chance in one name narrows none.
    private static func merged(_ forms: [RandomName]) -> [RandomName] {
        var kept: [RandomName] = []
        for form in Set(forms).sorted(by: {
            ($0.prefix.count, $0.prefix, $0.length) < ($1.prefix.count, $1.prefix, $1.length)
        })
        where !kept.contains(where: {
            $0.length == form.length && !$0.prefix.isEmpty && form.prefix.hasPrefix($0.prefix)
        }) {
            kept.append(form)
        }
        // A form without a prefix would swallow the others: it comes last.
        return kept.filter { !$0.prefix.isEmpty } + kept.filter { $0.prefix.isEmpty }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
