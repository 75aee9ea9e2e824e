extension ActionWords {
    /// Why explorations place an action nowhere, by its word.
    public static let notExplored = [
        "delay": "nothing changes meanwhile: at another time is what all the others are",
        "limit": "what the kernel then refuses is refused by `fail: EMFILE`, or `fail: ENOSPC`",
        "capability.drop": "it is lost for a whole step: `capability.drop: each` is a plan for each",
        "user": "as which user nobody knows",
        "netns.hold": "nothing changes before the name goes", "overflow": "that notices are read is no operation",
        "link.create": "what the agent makes is there already: `fail: EEXIST`", "address.add": "as for `link.create`",
        "route.add": "as for `link.create`", "rule.add": "as for `link.create`",
        "neighbour.add": "as for `link.create`",
        "route.replace": "by which way nobody knows", "neighbour.replace": "by which address nobody knows",
        "sysctl.write": "which value nobody knows", "file.restore": "it needs a fault before it",
    ]
}
