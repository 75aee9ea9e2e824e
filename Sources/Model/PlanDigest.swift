import FoundationEssentials

extension Plan {
    /// What names the plan on every machine, in every run and in every store: 64 hexadecimal digits.
    ///
    /// It is the SHA-256 of the plan as JSON with sorted keys, so equal plans have one digest whatever the order of their
    /// dictionaries was. The lines at which things are written are no part of it: a comment above a fault changes nothing.
    ///
    /// - Parameter folder: The folder from which scenarios are named, absolute; paths below it count as seen from there, so
    ///   that a checkout at another place has the same plans. Empty where no path is to be changed.
    /// - Throws: what encoding throws.
    public func digest(from folder: String = "") throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = String(decoding: try encoder.encode(unplaced), as: UTF8.self)
        if folder.hasPrefix("/"), folder != "/" {
            // As it stands inside a text of the JSON.
            let quoted = String(decoding: try encoder.encode(folder), as: UTF8.self).dropFirst().dropLast()
            text = text.replacing("\(quoted)/", with: "./")
        }
        var digest = Digest()
        digest.add(text.utf8)
        return digest.text
    }

    /// The plan without the places at which its parts are written, and without what no run depends on.
    private var unplaced: Plan {
        var plan = self
        plan.explore = nil
        for index in plan.faults.indices { plan.faults[index].location = nil }
        for index in plan.allow.indices { plan.allow[index].location = "" }
        for index in plan.known.indices { plan.known[index].location = "" }
        return plan
    }
}
