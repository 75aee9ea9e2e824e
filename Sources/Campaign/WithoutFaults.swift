import Model

extension Plan {
    /// The plan as far as it decides what a run without faults comes to: equal for plans that can share references.
    var referenceKey: Plan {
        var key = withoutFaults
        key.scenario = ""
        key.title = ""
        key.cwe = []
        key.see = []
        key.bindings = [:]
        key.requirements = Requirements()
        key.allow = []
        key.runs = 1
        key.explore = nil
        return key
    }
}

extension Sequence<Plan> {
    /// The plans without faults and known findings, each scenario's equal ones once.
    ///
    /// Plans that differ in their faults alone become one; it keeps the matrix values that all of them have.
    public var withoutFaults: [Plan] {
        var kept: [Plan] = []
        var places: [Plan: Int] = [:]
        for plan in self {
            let bare = plan.withoutFaults
            var key = bare.referenceKey
            key.scenario = bare.scenario
            key.allow = bare.allow
            key.runs = bare.runs
            if let place = places[key] {
                kept[place].bindings = kept[place].bindings.filter { bare.bindings[$0.key] == $0.value }
            } else {
                places[key] = kept.count
                kept.append(bare)
            }
        }
        return kept
    }
}
