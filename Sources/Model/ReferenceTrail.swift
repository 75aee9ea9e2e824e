extension Reference {
    /// What the agents did without faults, and what they were answered: by it is told why another run came to something else.
    ///
    /// It is as long as a run, and needed where runs are judged alone: no worker is given it.
    public struct Trail: Hashable, Codable, Sendable {
        /// An operation that made, changed or took something.
        public struct Change: Hashable, Codable, Sendable {
            /// The step.
            public var step: String
            /// The key without its ordinal, in the reference's terms.
            public var stem: String
            /// What it was, in the reference's terms.
            public var phrase: Phrase

            /// Makes a change.
            public init(step: String, stem: String, phrase: Phrase) {
                self.step = step
                self.stem = stem
                self.phrase = phrase
            }
        }

        /// What each operation was answered, one time after the other, by its key stem; `unknown` where runs differ.
        public var answers: [String: [OperationResult]]
        /// The operations that made, changed or took something and were not refused, in the order of the first run.
        public var changes: [Change]

        /// Makes a trail.
        public init(answers: [String: [OperationResult]], changes: [Change]) {
            self.answers = answers
            self.changes = changes
        }
    }

    /// The reference as workers need it: without what only judges look at.
    public var forWorkers: Reference {
        var reference = self
        reference.trail = nil
        reference.valuesSeen = nil
        reference.sameSecond = nil
        return reference
    }

    /// An operation in the reference's terms: random names as roles, counted over the whole run.
    static func canonical(_ phrase: Phrase, _ names: CanonicalNames) -> Phrase {
        Phrase(
            phrase.word, names.renameOverRun(phrase.argument), phrase.qualifiers.mapValues(names.renameOverRun),
            in: phrase.namespace.map(names.renameOverRun))
    }

    /// What puts the operations of another run into the reference's terms.
    public func terms(namesMade: [String]) -> Terms {
        Terms(names: CanonicalNames(forms: randomNames, made: namesMade, fixed: fixedNames))
    }

    /// The terms of a reference for the operations of one run.
    public struct Terms {
        let names: CanonicalNames

        /// The key stem of an operation.
        public func stem(_ operation: Operation) -> String { names.renameOverRun(operation.keyStem) }
    }
}

extension Operation {
    /// Whether it is one that makes, changes or removes something.
    public var changesSomething: Bool {
        row?.effects.contains { $0.kind != .observes } ?? false
    }
}
