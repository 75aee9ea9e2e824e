import Model

/// A file goes, or is cut to nothing.
struct FileLoss: FaultSource {
    let name = "files"
    let meaning = "`file.delete` of each file of the agent, and `file.write` of nothing into it, on both sides"

    func actions(in situation: Situation) -> [Action] {
        let names = Set(situation.objects.filter { $0.isThere && $0.object.noun == "netns" }.map(\.object.name))
        return situation.objects.filter { $0.isThere && $0.object.noun == "file" }.flatMap { entry -> [Action] in
            let path = entry.object.name
            // What a namespace is mounted on cannot be unlinked.
            if let name = ExploredObject.namespaceName(path), names.contains(name) { return [] }
            let pattern = situation.naming(Pattern.literal(path))
            let loss = Action.change(.deleteFile(path: pattern))
            return situation.folders.contains(path) ? [] : [loss, .change(.writeFile(path: pattern, text: ""))]
        }
    }
}
