import Faults
import Model

/// A story, its denominator, and how a candidate becomes a plan.
public struct Exploration: Hashable, Codable, Sendable {
    /// The story without faults.
    public var story: Plan
    /// The names of what can be run after a fault, in order.
    public var continuations: [String]
    /// The ids of the steps that are explored.
    public var steps: [String]
    /// What can be tried, and what is.
    public var denominator: Denominator
    /// The second faults; absent where runs have one fault, and while nobody knows where those go on.
    public var second: SecondFaults?

    /// The name that the fault of an explored plan has.
    public static let faultName = "explored"
    /// The name that the second fault has.
    public static let secondFaultName = "explored-second"

    /// Explores steps of a story.
    ///
    /// - Parameters:
    ///   - records: The fault-free runs of the story.
    ///   - steps: The steps that are meant, each by a name or an id; those of ``usualSteps(of:)`` where none is.
    ///   - continuations: The names of what is run after a fault; all that apply where none is given.
    /// - Throws: `ExplorationProblem`, and `ReferenceError` where nothing can be learned from the runs.
    public init(
        of story: Plan, _ records: [Record], during steps: [String] = [], continuations: [String] = []
    ) throws {
        var story = story.withoutFaults
        // What is known may be seen or not, for each plan has one fault of its own.
        story.known = []
        // The steps stand there as often as they are gone through, and one fault hits one of them.
        story.cycles = nil
        self.story = story
        self.steps = try Exploration.meant(steps, of: story)
        let names = continuations.isEmpty ? Continuations.all.map(\.name) : continuations
        let applicable = Dictionary(
            uniqueKeysWithValues: self.steps.map { ($0, Exploration.applicable(names, after: $0, of: story)) })
        // What is never run is no way of going on.
        self.continuations = names.filter { name in applicable.values.contains { $0.contains(name) } }
        denominator = Denominator(places: [], candidates: [], kept: [], pruned: [], passes: [])
        denominator = try Denominator(records, of: story, steps: self.steps, continuations: applicable)
    }

    /// Why no fault that is placed is called so; nil where one is.
    public static func problem(withFault text: String) -> String? {
        if let reason = ActionWords.notExplored[text] { return "it is placed nowhere: \(reason)" }
        var meant = ExploreSpecification()
        meant.faults = [text]
        let words = ActionWords.all.filter { ActionWords.notExplored[$0] == nil }
        return words.contains(where: meant.counts(fault:)) ? nil : "it can be \(words.joined(separator: ", "))"
    }

    /// The steps that are explored where none is asked for: the first of each command, and what starts or stops a service.
    public static func usualSteps(of story: Plan) -> [String] {
        var seen: Set<Step.Body> = []
        return story.steps.filter { step in
            guard step.parts.isEmpty, step.agent != nil else { return false }
            return seen.insert(step.retrying(0).body).inserted
        }.map(\.id)
    }

    /// The ids of the steps that some texts mean; the usual ones where there is none.
    ///
    /// - Throws: `ExplorationProblem` where a text means no step of an agent.
    public static func meant(_ texts: [String], of story: Plan) throws -> [String] {
        guard !texts.isEmpty else { return usualSteps(of: story) }
        return try texts.flatMap { text in
            let meant = story.steps.filter { $0.isMeant(by: text) && $0.agent != nil }.map(\.id)
            if meant.isEmpty {
                let names = story.steps.filter { $0.agent != nil }.map(\.id).joined(separator: ", ")
                throw ExplorationProblem(description: "no step `\(text)` of an agent; there are \(names)")
            }
            return meant
        }
    }

    /// The names of the continuations that a step has, each story once.
    private static func applicable(_ names: [String], after step: String, of story: Plan) -> [String] {
        guard let place = story.steps.firstIndex(where: { $0.id == step }) else { return [] }
        var stories: Set<[Step]> = []
        return names.filter { name in
            guard let steps = Continuations.named(name)?.steps(of: story, after: place) else { return false }
            return stories.insert(steps).inserted
        }
    }

    /// The candidate of that number; of a pair the second one.
    public func candidate(_ number: Int) -> Candidate {
        guard let aftermath = second?.aftermath(of: number) else { return denominator.candidate(number) }
        var candidate = aftermath.denominator.candidate(number - aftermath.offset)
        candidate.number = number
        return candidate
    }

    /// The candidate of the first fault of a pair; nil where there is one fault alone.
    public func base(of number: Int) -> Candidate? {
        second?.aftermath(of: number).map { denominator.candidate($0.base) }
    }

    /// The operations among which the candidate of that number is.
    public func places(of number: Int) -> [Place] {
        second?.aftermath(of: number)?.denominator.places ?? denominator.places
    }

    /// The operation at which the candidate of that number is.
    public func place(of number: Int) -> Place { places(of: number)[candidate(number).place] }

    /// The plan of that number: of a candidate, or of a pair of them.
    public func plan(_ number: Int) -> Plan {
        let candidate = candidate(number)
        guard let base = base(of: number) else { return plan(for: candidate) }
        let place = place(of: number)
        var plan = plan(for: base)
        // What the second fault hits is run once more than it would be after the first.
        plan.steps = plan.steps.map { step in
            step.id == place.operation.step ? step.retrying((step.command?.retry ?? 0) + 1) : step
        }
        plan.faults.append(fault(candidate, at: place, named: Exploration.secondFaultName))
        plan.bindings["fault"] = (plan.bindings["fault"] ?? "") + "; then \(said(candidate, at: place))"
        return plan
    }

    /// The plan of a candidate by itself.
    private func plan(for candidate: Candidate) -> Plan {
        let place = denominator.places[candidate.place]
        var plan = story
        plan.explore = nil
        if let step = story.steps.firstIndex(where: { $0.id == place.operation.step }),
            let steps = Continuations.named(candidate.continuation)?.steps(of: story, after: step)
        {
            plan.steps = steps
        }
        plan.faults = [fault(candidate, at: place, named: Exploration.faultName)]
        plan.bindings["fault"] = said(candidate, at: place)
        plan.bindings["then"] = candidate.continuation
        return plan
    }

    private func fault(_ candidate: Candidate, at place: Place, named name: String) -> Fault {
        Fault(
            name: name, point: place.point(candidate.side), actions: [candidate.action], until: candidate.action.end)
    }

    private func said(_ candidate: Candidate, at place: Place) -> String {
        "\(place.point(candidate.side).lineText): \(candidate.action.lineText)"
    }
}

extension Action {
    /// When it is taken back: who waits for a lock waits for one that somebody lets go.
    fileprivate var end: Fault.Until? {
        if case .change(.holdLock) = self { .duration(300_000_000) } else { nil }
    }
}

/// Why something cannot be explored as it was asked.
public struct ExplorationProblem: Error, Hashable, CustomStringConvertible {
    /// One sentence.
    public var description: String
}
