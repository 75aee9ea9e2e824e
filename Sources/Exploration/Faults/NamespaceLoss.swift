import Model

/// A namespace loses its name, wholly or by half, or its name leads to another one.
struct NamespaceLoss: FaultSource {
    let name = "namespaces"
    let meaning = "`netns.delete`, `netns.unmount` and `netns.replace` of each namespace of the agent, on both sides"

    func actions(in situation: Situation) -> [Action] {
        situation.objects.filter { $0.isThere && $0.object.noun == "netns" }.flatMap { entry -> [Action] in
            let name = situation.naming(entry.object.name)
            return [.netnsDelete(name: name), .netnsUnmount(name: name), .netnsReplace(name: name)]
        }
    }
}
