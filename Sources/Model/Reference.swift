import FoundationEssentials

/// What a plan comes to without its faults, learned from several runs of it.
public struct Reference: Hashable, Codable, Sendable {
    /// The state after each step, by the step's id, with random names as roles and without what differs between runs after
    /// that step.
    public var states: [String: Snapshot]
    /// The state before the first step.
    public var start: Snapshot
    /// Attributes that differ between the runs after any step: `mac` of a link, by identity and name.
    public var mask: Set<Masked>
    /// Those that differ after a step, by the step's id; where nothing is said of a step, all count.
    public var masksOfSteps: [String: Set<Masked>] = [:]
    /// The forms of names that differ between the runs.
    public var randomNames: [RandomName]
    /// The names that agents made in every run: never random, whatever form they have.
    public var fixedNames: Set<String>
    /// The steps in which a program writes a traceback without a fault too.
    public var tracebacks: Set<String> = []
    /// The agents of which a program writes a traceback without a fault too; nil where that was not learned.
    public var lateTracebacks: Set<String>?
    /// The forms of names that hold a value which differs between the runs.
    public var randomValues: [RandomValue] = []
    /// The attributes of which single words differ between the runs.
    public var randomWords: [RandomWords] = []
    /// The sizes that a file has whose content differs between the runs.
    public var randomSizes: [Fact.Identity: ClosedRange<Int>] = [:]
    /// How often each operation occurs in a step, by key stem: for `nth: last` and for candidates.
    public var operations: [String: Int]
    /// Operations whose number differs between the runs, by key stem: the number of each run, in order.
    public var unstableOperations: [String: [Int]]
    /// Processes that die by a signal without a fault too, each as `ReferenceDeath` writes it.
    public var deaths: Set<ReferenceDeath>
    /// How the command of each step ends, by the step's id: of the statuses that `exit` lists, the one that is success here.
    public var ends: [String: ProcessEnd]
    /// The programs that never rest after a step without a fault too, by the step's id.
    public var spinning: [String: Set<String>]
    /// What each step of a `together` does by itself, by the step's id.
    public var shares: [String: Share] = [:]
    /// The files that are logs, of which no content is looked at; nil where that was not learned.
    public var logs: Set<Fact.Identity>?
    /// The paths of the agents' `logs`; nil where that was not learned.
    public var namedLogs: Set<String>?
    /// What the agents did and were answered; nil where that was not learned.
    public var trail: Trail?
    /// What was seen of each masked thing after each step, by the step's id; nil where that was not learned.
    public var valuesSeen: [String: [Masked: Seen]]?
    /// The last second, since 1970, in which all runs wrote what they agree on: a time in it would be the same; nil where there
    /// is none, or that was not learned.
    public var sameSecond: Int?

    /// Makes a reference of what is known already, as tests do.
    public init(
        states: [String: Snapshot], start: Snapshot, mask: Set<Masked> = [], randomNames: [RandomName] = [],
        fixedNames: Set<String> = [], operations: [String: Int] = [:], unstableOperations: [String: [Int]] = [:],
        deaths: Set<ReferenceDeath> = [], ends: [String: ProcessEnd] = [:],
        spinning: [String: Set<String>] = [:]
    ) {
        self.states = states
        self.start = start
        self.mask = mask
        self.randomNames = randomNames
        self.fixedNames = fixedNames
        self.operations = operations
        self.unstableOperations = unstableOperations
        self.deaths = deaths
        self.ends = ends
        self.spinning = spinning
    }

    /// One attribute, or the whole object where `attribute` is nil, that differs between the runs.
    public struct Masked: Hashable, Codable, Sendable, CustomStringConvertible {
        /// The object.
        public var identity: Fact.Identity
        /// The attribute.
        public var attribute: String?

        /// Makes the mask of an attribute, or of the whole object.
        public init(identity: Fact.Identity, attribute: String? = nil) {
            self.identity = identity
            self.attribute = attribute
        }

        /// `digest of file /var/lib/x`, or the object alone.
        public var description: String { attribute.map { "\($0) of \(identity)" } ?? "\(identity)" }
    }

    /// Names that are made anew in every run, such as `veth1a2b3c4d`.
    public struct RandomName: Hashable, Codable, Sendable {
        /// What all of them begin with.
        public var prefix: String
        /// How long they are, in bytes.
        public var length: Int

        /// Makes the form of names.
        public init(prefix: String, length: Int) {
            self.prefix = prefix
            self.length = length
        }

        /// Whether `name` has this form.
        public func matches(_ name: String) -> Bool { name.utf8.count == length && name.hasPrefix(prefix) }
    }

    /// What no finding can be about, one line for each object or attribute, in order: the blind spots of a report.
    ///
    /// With the steps after which it is so, unless that is so after each.
    public var masked: [String] {
        func place(_ masked: Masked) -> String {
            let steps = masksOfSteps.filter { $0.value.contains(masked) }.map(\.key).sorted()
            return steps.isEmpty || steps.count == masksOfSteps.count ? "" : " after \(steps.joined(separator: ", "))"
        }
        let words = randomWords.map { "words of \(Masked(identity: $0.identity, attribute: $0.attribute))" }
        return mask.sorted { ($0.identity, $0.attribute ?? "") < ($1.identity, $1.attribute ?? "") }.map {
            $0.description + place($0)
        }
            + Set(words).sorted()
    }
}

extension Reference {
    /// Reads what ``write(to:)`` wrote.
    ///
    /// - Throws: `RecordError.unreadable` when there is no such file, or it holds no reference.
    public init(file: String) throws {
        do {
            self = try JSONDecoder().decode(Reference.self, from: try Files.read(file))
        } catch {
            throw RecordError.unreadable(file, explained(error))
        }
    }

    /// Writes it into a file, whole or not at all.
    ///
    /// - Throws: what encoding and writing throw.
    public func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Files.write(try encoder.encode(self), to: file, atomically: true)
    }
}

/// A process that dies by a signal in a step of the reference.
public struct ReferenceDeath: Hashable, Codable, Sendable {
    /// The step's id.
    public var step: String
    /// The program's lineage.
    public var lineage: String
    /// The signal's number.
    public var signal: Int32

    /// Makes the death of a process.
    public init(step: String, lineage: String, signal: Int32) {
        self.step = step
        self.lineage = lineage
        self.signal = signal
    }
}

extension Reference {
    /// The state of another run of the plan in the reference's terms: random names as roles, the mask applied.
    ///
    /// - Parameters:
    ///   - namesMade: The names that the agents of that run made so far, in the order of creation.
    ///   - automatic: The requests for policy rules whose priority the kernel chose.
    ///   - mask: What is left out; by default what differs after any step.
    public func canonical(
        _ snapshot: Snapshot, namesMade: [String], automatic: [Phrase] = [], mask: Set<Masked>? = nil
    ) -> Snapshot {
        Snapshot(facts: translated(snapshot, namesMade: namesMade, automatic: automatic, mask: mask).map(\.canonical))
    }

    /// What is left out of states after a step.
    public func mask(after step: String) -> Set<Masked> { masksOfSteps[step] ?? mask }

    /// A state of the reference without what differs after any step, to be compared with one after another step.
    public func withoutMasked(_ snapshot: Snapshot) -> Snapshot { without(mask, snapshot) }

    /// A state of the reference without these.
    func without(_ mask: Set<Masked>, _ snapshot: Snapshot) -> Snapshot {
        guard !mask.isEmpty else { return snapshot }
        return Snapshot(facts: masked(snapshot.facts, by: mask).compactMap(\.self))
    }

    /// Each fact of the snapshot that is not masked, beside its canonical form.
    public func translated(
        _ snapshot: Snapshot, namesMade: [String], automatic: [Phrase] = [], mask: Set<Masked>? = nil
    ) -> [(original: Fact, canonical: Fact)] {
        let names = CanonicalNames(forms: randomNames, made: namesMade, fixed: fixedNames)
        let ruled = CanonicalRules.apply(to: names.rename(snapshot), originals: snapshot)
        let renamed = RandomValues.apply(randomValues, to: AutomaticPriorities.apply(automatic, to: ruled))
        return zip(snapshot.facts, masked(renamed, by: mask ?? self.mask)).compactMap { original, fact in
            fact.map { (original, $0) }
        }
    }

    /// The facts in their order without what is masked; nil where the whole object is.
    private func masked(_ facts: [Fact], by mask: Set<Masked>) -> [Fact?] {
        let words = Dictionary(grouping: randomWords, by: \.identity)
        let objects = Set(mask.filter { $0.attribute == nil }.map(\.identity))
        let attributes = Dictionary(grouping: mask.filter { $0.attribute != nil }, by: \.identity)
        return facts.map { fact in
            guard !objects.contains(fact.identity), !isLogOfFault(fact.identity) else { return nil }
            var fact = fact
            for masked in attributes[fact.identity] ?? [] {
                guard let attribute = masked.attribute else { continue }
                // The content may be anything, but a file that is much shorter or longer was not written as it should be.
                if attribute == "size", logs?.contains(fact.identity) != true, isUnusual(fact) { continue }
                fact.attributes[attribute] = nil
            }
            for form in words[fact.identity] ?? [] {
                fact.attributes[form.attribute] = fact.attributes[form.attribute].map(form.canonical)
            }
            return fact
        }
    }

    private func isUnusual(_ file: Fact) -> Bool {
        guard let usual = randomSizes[file.identity], let size = file.attributes["size"].flatMap({ Int($0) }) else {
            return false
        }
        let margin = 8 + usual.upperBound / 8
        return size < usual.lowerBound - margin || size > usual.upperBound + margin || size == 0 && usual.lowerBound > 0
    }

    /// How a state of another run differs from the reference's after that step.
    ///
    /// - Returns: `extra` and `missing` as seen from the reference. Everything where the reference has no such step.
    public func differences(
        of snapshot: Snapshot, namesMade: [String], automatic: [Phrase] = [], after step: String
    ) -> [Difference] {
        let expected = states[step] ?? Snapshot(facts: [])
        return expected.differences(
            to: canonical(snapshot, namesMade: namesMade, automatic: automatic, mask: mask(after: step)))
    }

    /// The key stem of an operation of another run in the reference's terms: random names as roles.
    ///
    /// Roles in keys count over the whole run, since an operation has no state to be counted in.
    public func canonicalKeyStem(_ operation: Operation, namesMade: [String]) -> String {
        canonicalKey(operation.keyStem, namesMade: namesMade)
    }

    /// The same of a key that was written.
    public func canonicalKey(_ key: String, namesMade: [String]) -> String {
        CanonicalNames(forms: randomNames, made: namesMade, fixed: fixedNames).renameOverRun(key)
    }
}
