import Model

/// A device goes, is made anew under its name, or is taken down.
struct LinkLoss: FaultSource {
    let name = "devices"
    let meaning = "`link.delete`, `link.replace` and `link.set up false` of each device of the agent, on both sides"

    func actions(in situation: Situation) -> [Action] {
        situation.objects.filter { $0.isThere && $0.object.noun == "link" && $0.object.name != "lo" }
            .flatMap { entry -> [Action] in
                let object = entry.object.phrase(situation.naming)
                return [
                    .change(.deleteLink(object: object)), .change(.replaceLink(object: object)),
                    .change(.setLink(object: object, LinkSettings(up: false))),
                ]
            }
    }
}
