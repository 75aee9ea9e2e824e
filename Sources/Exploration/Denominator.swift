import Model

/// Every applicable fault on both sides of every operation, and what the passes leave of them.
public struct Denominator: Hashable, Codable, Sendable {
    /// The operations, in order.
    public var places: [Place]
    /// All candidates, by number.
    public var candidates: [Candidate]
    /// The numbers of those that are run, in order.
    public var kept: [Int]
    /// Those that are not, by number, each with why and what is run in its place.
    public var pruned: [Pruned]
    /// What each pass left, in their order.
    public var passes: [PassResult]

    /// A candidate that is not run.
    public struct Pruned: Hashable, Codable, Sendable {
        /// The candidate.
        public var candidate: Int
        /// The pass that took it out.
        public var pass: String
        /// The candidate that shows the same; nil where there is nothing to show.
        public var representative: Int?
    }

    /// What one pass came to: `1912 -> 1400: reason`.
    public struct PassResult: Hashable, Codable, Sendable, CustomStringConvertible {
        /// How many candidates came in.
        public var before: Int
        /// How many are left.
        public var after: Int
        /// Why the others need not be run.
        public var reason: String

        /// `1912 -> 1400: reason`.
        public var description: String { "\(before) -> \(after): \(reason)" }
    }
}

extension Denominator {
    /// Counts and prunes the candidates of a story.
    ///
    /// - Parameters:
    ///   - records: The fault-free runs of the story.
    ///   - story: The story.
    ///   - steps: The ids of the steps that are explored.
    ///   - continuations: What can be run after each of them, by the step's id.
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    public init(
        _ records: [Record], of story: Plan, steps: [String], continuations: [String: [String]]
    ) throws {
        let naming = try PointNaming(records)
        let places = Place.all(in: records, naming, steps: Set(steps))
        let candidates =
            records.first.map { Denominator.candidates(places, $0, of: story, naming, continuations) } ?? []
        self.init(places: places, candidates: candidates, kept: [], pruned: [], passes: [])
        prune(by: PruningPasses.all)
    }

    /// Counts and prunes what can be put where a run goes on.
    ///
    /// - Parameters:
    ///   - delivery: The fault that it had, at an operation.
    ///   - record: The run.
    ///   - story: The story that is explored.
    ///   - naming: How its operations are named.
    ///   - continuations: What is run after each step that counts, by the step's id.
    init(
        after delivery: Delivery, in record: Record, of story: Plan, _ naming: PointNaming,
        continuations: [String: [String]]
    ) {
        var places = Place.all(in: [record], naming, steps: Set(continuations.keys))
        let first = delivery.operation ?? -1
        let point = record.header.plan.faults.first { $0.name == delivery.fault }?.point
        if case .kill = delivery.action, point?.side == .before,
            let killed = places.first(where: { $0.operation.index == first })?.operation
        {
            for index in places.indices where places[index].operation.index > first {
                let place = places[index]
                let isCounted = place.operation.step == killed.step && place.point.operation.matches(killed)
                if isCounted { places[index].unended = 1 }
            }
        }
        self.init(
            places: places,
            candidates: Denominator.candidates(places, record, of: story, naming, continuations) {
                $0.operation.index > first
            },
            kept: [], pruned: [], passes: [])
        prune(by: PruningPasses.all)
    }

    /// Whether another one counts and leaves out the same: the runs from which they were made may have taken another time, and
    /// have drawn other random names.
    public func isSame(as other: Denominator) -> Bool {
        func key(_ denominator: Denominator) -> [CandidateKey] { denominator.candidates.map { CandidateKey($0) } }
        return places.map(\.point) == other.places.map(\.point) && kept == other.kept && key(self) == key(other)
    }

    private struct CandidateKey: Hashable {
        var place: Int
        var side: Point.Side
        var action: Action
        var continuation: String

        init(_ candidate: Candidate) {
            place = candidate.place
            side = candidate.side
            action = candidate.action
            continuation = candidate.continuation
        }
    }

    /// The candidate of that number.
    public func candidate(_ number: Int) -> Candidate { candidates[number - 1] }

    private static func candidates(
        _ places: [Place], _ record: Record, of story: Plan, _ naming: PointNaming,
        _ continuations: [String: [String]],
        where counts: (Place) -> Bool = { _ in true }
    ) -> [Candidate] {
        let presence = Presence(places) { record.state(before: $0) }
        let folders = folders(places)
        let commands = OtherCommands.commands(of: story)
        var all: [Candidate] = []
        let explore = story.explore ?? ExploreSpecification()
        for place in places where counts(place) && explore.counts(operation: place.operation.phrase.word) {
            let touched = Set(ExploredObject.touched(by: place.operation).map(\.object))
            for side in [Point.Side.before, .after] {
                let situation = Situation(
                    place: place, side: side,
                    objects: presence.objects.map {
                        ($0, presence.isThere($0, side, of: place.number), touched.contains($0))
                    },
                    folders: folders, commands: commands, naming: naming.general)
                for source in FaultSources.all {
                    for action in source.actions(in: situation)
                    where explore.faults.isEmpty || explore.counts(fault: action.phrase.word) {
                        for continuation in continuations[place.operation.step] ?? [] {
                            all.append(
                                Candidate(
                                    number: all.count + 1, place: place.number, side: side, action: action,
                                    source: source.name,
                                    object: situation.objects.map(\.object).first {
                                        $0.isMeant(by: action, naming.general)
                                    },
                                    continuation: continuation))
                        }
                    }
                }
            }
        }
        return all
    }

    /// What is known to be a folder: it is made or removed as one, or something lies in it.
    private static func folders(_ places: [Place]) -> Set<String> {
        var folders: Set<String> = ["/run/netns", "/var/run/netns"]
        for phrase in places.map(\.operation.phrase) where phrase.noun == "file" {
            if phrase.qualifiers["type"] == "directory" { folders.insert(phrase.argument) }
            let parts = phrase.argument.split(separator: "/")
            for count in parts.indices.dropFirst() { folders.insert("/" + parts[..<count].joined(separator: "/")) }
        }
        return folders
    }

    private mutating func prune(by passes: [any PruningPass]) {
        kept = candidates.map(\.number)
        for pass in passes {
            let view = PruningView(self)
            var left: [Int] = []
            for number in kept {
                switch pass.fate(of: candidate(number), in: view) {
                case .kept: left.append(number)
                case .nothingToShow: pruned.append(Pruned(candidate: number, pass: pass.name, representative: nil))
                case .shown(let other):
                    pruned.append(Pruned(candidate: number, pass: pass.name, representative: other))
                }
            }
            self.passes.append(PassResult(before: kept.count, after: left.count, reason: pass.reason))
            kept = left
        }
    }

    /// The candidate that is run for another, which may itself be shown by a third; nil where there is nothing to show.
    public func representative(of number: Int) -> Int? { representatives(of: [number])[number] }

    /// The candidates that are run for some others; those are left out for which there is nothing to show.
    func representatives(of numbers: some Sequence<Int>) -> [Int: Int] {
        let places = Dictionary(pruned.map { ($0.candidate, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [Int: Int] = [:]
        for number in numbers {
            var current: Int? = number
            while let candidate = current, let step = places[candidate] {
                current = step.representative == candidate ? nil : step.representative
            }
            found[number] = current
        }
        return found
    }
}

extension ExploredObject {
    /// Whether an action is one that takes this object away or changes it.
    func isMeant(by action: Action, _ naming: (String) -> String) -> Bool {
        switch action {
        case .netnsDelete(let text, _), .netnsUnmount(let text, _), .netnsReplace(let text, _):
            return noun == "netns" && naming(name) == text
        case .change(.deleteFile(let path)), .change(.writeFile(let path, _)):
            return noun == "file" && naming(Pattern.literal(name)) == path
        case .change(.deleteLink(let object)), .change(.replaceLink(let object)), .change(.setLink(let object, _)),
            .change(.deleteAddress(let object)), .change(.deleteRoute(let object)), .change(.deleteRule(let object)),
            .change(.deleteNeighbour(let object)), .change(.deleteNft(let object)):
            return phrase(naming) == object
        default: return false
        }
    }
}
