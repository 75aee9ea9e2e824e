import Model

extension Record {
    /// What steps need of the privileges that faults took from them, and what they do without: a sentence for each.
    func privilegeNotes(against reference: Reference?) -> [String] {
        // Where something else happened too, that may be why it ends so.
        guard header.deliveries.count == 1 else { return [] }
        return header.deliveries.compactMap { delivery in
            guard delivery.failure == nil, delivery.action.takesPrivilege,
                let end = header.outcomes.first(where: { $0.step == delivery.step })?.attempts.last?.end,
                let usual = reference?.ends[delivery.step]
            else { return nil }
            switch delivery.action {
            case .capabilityDrop(let name):
                return end == usual
                    ? "\(delivery.step) ends as ever without \(name)"
                    : "\(delivery.step) needs \(name): without it, \(end); with it, \(usual)"
            case .user(let name):
                return end == usual
                    ? "\(delivery.step) ends as ever as user \(name)"
                    : "\(delivery.step) is not for user \(name): \(end); as root, \(usual)"
            default: return nil
            }
        }
    }
}
