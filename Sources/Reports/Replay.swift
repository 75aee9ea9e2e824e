/// The one command that runs a plan again.
public enum Replay {
    /// `tocsin run FILE --only name=value`, quoted for a shell.
    public static func command(
        file: String, bindings: [String: String], faults: [String] = [], at number: Int? = nil,
        withoutFaults: Bool = false
    ) -> String {
        var words = ["tocsin", "run", file]
        if let number { words += ["--at", "\(number)"] }
        for fault in faults { words += ["--fault", fault] }
        for (name, value) in bindings.sorted(by: { $0.key < $1.key }) { words += ["--only", "\(name)=\(value)"] }
        if withoutFaults { words.append("--without-faults") }
        return words.map(quoted).joined(separator: " ")
    }

    /// A word as sh(1) reads it back.
    public static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./=:,+@%".utf8.contains(byte)
        }
        if plain && !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Replay {
    /// `tocsin run --fault 'POINT: ACTION' -- COMMAND`, quoted for a shell.
    public static func command(
        words command: [String], faults: [String], at number: Int? = nil, namespaces: [String],
        withoutFaults: Bool = false
    ) -> String {
        var words = ["tocsin", "run"]
        for name in namespaces { words += ["--netns", name] }
        if let number { words += ["--at", "\(number)"] }
        for fault in faults { words += ["--fault", fault] }
        if withoutFaults { words.append("--without-faults") }
        return (words + ["--"] + command).map(quoted).joined(separator: " ")
    }
}
