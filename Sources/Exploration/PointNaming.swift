import Model

/// Names operations by points that hold in every run: names that a run makes anew are wildcards in them.
///
/// `nth` counts what the point means among the operations of its step and program, as a run with the fault will.
struct PointNaming {
    private let forms: [Reference.RandomName]
    private let fixed: Set<String>
    /// The hardware addresses that each fault-free run has.
    private let sharedAddresses: Set<String>
    /// The operations so far, by step and word.
    private var former: [String: [Operation]] = [:]

    /// Names operations of records that are like some fault-free runs.
    ///
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    init(_ records: [Record]) throws { self.init(records, try Reference.learn(records)) }

    /// The same where what can be learned from the runs is known.
    init(_ records: [Record], _ reference: Reference) {
        forms = reference.randomNames
        fixed = reference.fixedNames
        let addresses = records.map { Set($0.operations.flatMap { PointNaming.addresses(of: $0.phrase).values }) }
        sharedAddresses = addresses.dropFirst().reduce(addresses.first ?? []) { $0.intersection($1) }
    }

    /// What an operation says of hardware addresses, by key: the kernel chooses most of them anew in each run.
    private static func addresses(of phrase: Phrase) -> [String: String] {
        phrase.qualifiers.filter { ["mac", "lladdr"].contains($0.key) }
    }

    /// The point before an operation of a step; operations must come in their order.
    mutating func point(_ operation: Operation, during step: String) -> Point {
        let key = "\(operation.step) \(operation.phrase.word)"
        former[key, default: []].append(operation)
        var phrase = pattern(operation)
        phrase.qualifiers["by"] = Pattern.literal(operation.program)
        let nth = former[key, default: []].count { phrase.matches($0) }
        return Point(.before, phrase, nth: .these([nth]), during: step)
    }

    /// The pattern of what an operation says, without what is random in it.
    func pattern(_ operation: Operation) -> Phrase {
        var pattern = operation.pattern
        for (key, value) in PointNaming.addresses(of: operation.phrase) where !sharedAddresses.contains(value) {
            pattern.qualifiers[key] = nil
        }
        guard !forms.isEmpty else { return pattern }
        pattern.argument = general(pattern.argument)
        pattern.qualifiers = pattern.qualifiers.mapValues(general)
        pattern.namespace = pattern.namespace.map(general)
        return pattern
    }

    /// A text with a wildcard in place of each random name.
    func general(_ text: String) -> String {
        guard !forms.isEmpty else { return text }
        var result = ""
        var word = ""
        func end() {
            result += form(of: word) ?? word
            word = ""
        }
        for letter in text {
            if letter.isLetter || letter.isNumber || letter == "_" || letter == "-" {
                word.append(letter)
            } else {
                end()
                result.append(letter)
            }
        }
        end()
        return result
    }

    private func form(of word: String) -> String? {
        guard !word.isEmpty, !fixed.contains(word), let form = forms.first(where: { $0.matches(word) }) else {
            return nil
        }
        return form.prefix.isEmpty ? nil : "\(Pattern.literal(form.prefix))*"
    }
}
