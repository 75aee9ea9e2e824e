import Model
import Oracles

/// How records become a reference, and a reference and records a judgement.
public struct Judging: Sendable {
    /// What the references of a plan come to.
    public var learn: @Sendable ([Record]) throws -> Reference
    /// What the runs and the controls of a plan come to, held against its references: one for each order of its steps.
    public var judge: @Sendable (Plan, [Reference], _ runs: [RunRecord], _ controls: [RunRecord]) throws -> Judgement

    /// What the references of a plan come to by themselves, where a step of them fails; nil where no agent is to blame.
    public var judgeReferences: @Sendable (Plan, _ references: [RunRecord]) -> Judgement?

    /// Makes a way of judging.
    public init(
        learn: @escaping @Sendable ([Record]) throws -> Reference,
        judge:
            @escaping @Sendable (Plan, [Reference], _ runs: [RunRecord], _ controls: [RunRecord])
            throws -> Judgement,
        judgeReferences: @escaping @Sendable (Plan, _ references: [RunRecord]) -> Judgement? = { _, _ in nil }
    ) {
        self.learn = learn
        self.judge = judge
        self.judgeReferences = judgeReferences
    }

    /// What a plan comes to of whose references nothing can be learned: a defect that needs no fault, or an error.
    func result(
        number: Int, plan: Plan, folder: String, references: [RunRecord], failure: any Error
    ) -> PlanResult {
        if case ReferenceError.stepFailed = failure, let judgement = judgeReferences(plan, references) {
            return PlanResult(
                number: number, judgement: judgement, folder: folder, records: references.map(\.note))
        }
        return PlanResult(number: number, plan: plan, verdict: .error("\(failure)"), folder: folder)
    }

    /// Judges a plan whose records are all read.
    ///
    /// What cannot be judged is an error, never a pass.
    func result(
        number: Int, plan: Plan, folder: String, references: [Reference], runs: [RunRecord], controls: [RunRecord]
    ) -> PlanResult {
        do {
            guard !references.isEmpty || plan.isHostile else {
                throw HarnessFailure(description: "it has no reference")
            }
            return PlanResult(
                number: number, judgement: try judge(plan, references, runs, controls), folder: folder,
                records: (runs + controls).map(\.note))
        } catch {
            return PlanResult(
                number: number, plan: plan, verdict: .error("it could not be judged: \(error)"), folder: folder)
        }
    }
}

extension Judging {
    /// By the oracles of this version.
    public static var standard: Judging {
        Judging(
            learn: { try Reference.learn($0) },
            judge: { plan, references, runs, controls in
                // Records, and what is learned of them, hold marks in the place of what nobody may read.
                let redactor = Redactor(plan)
                let judgement = Judge(plan: try redactor.value(plan), references: references)
                    .judge(runs.map(\.run), controls: controls.map(\.run))
                return try redactor.value(judgement)
            },
            judgeReferences: { plan, runs in
                let redactor = Redactor(plan)
                // A plan that was encoded once is encoded again.
                guard let hidden = try? redactor.value(plan) else { return nil }
                return Judge.judge(references: runs.map(\.run), of: hidden)
            })
    }
}

extension RunRecord {
    /// The run as a judge takes it.
    var run: Run {
        Run(
            folder: folder,
            record: Result {
                guard let record else { throw HarnessFailure(description: failure ?? "there is no record") }
                return record
            })
    }
}
