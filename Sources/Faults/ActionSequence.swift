import Model

/// What the actions of one point do to each other: one that comes later may find nothing left to act on.
///
/// Only what can be told from the texts is told: names that are patterns may mean another object each time.
public enum ActionSequence {
    /// Why the last of these phrases cannot act behind the others; nil where it can.
    ///
    /// - Parameters:
    ///   - earlier: The actions before it at the same point, in their order.
    ///   - later: The action.
    public static func prevented(_ later: Phrase, after earlier: [Phrase]) -> String? {
        var reason: String?
        for action in earlier {
            if let found = prevents(action, later) {
                reason = found
            } else if undoes(action, for: later) {
                reason = nil
            }
        }
        return reason
    }

    private static func prevents(_ earlier: Phrase, _ later: Phrase) -> String? {
        let answers = ["fail", "dump"]
        if answers.contains(earlier.word), answers.contains(later.word) {
            return "the request has one answer: `\(earlier.word): \(earlier.argument)` stands before it"
        }
        if earlier.word == "kill", isDeadly(earlier), earlier.phraseOfVictims == later.phraseOfVictims {
            return "nobody is left to be killed: `\(earlier.lineText)` stands before it"
        }
        if endsWhoIsThere(earlier) {
            switch later.word {
            case "fail": return "nobody is left to be told: `\(earlier.lineText)` stands before it"
            case "kill" where earlier.argument == "all":
                return "nobody is left to be killed: `\(earlier.lineText)` stands before it"
            case "delay": return "nobody is left to wait: `\(earlier.lineText)` stands before it"
            default: return nil
            }
        }
        // Behind an answer that skips the call, the process is gone before it can read it.
        if earlier.word == "fail", endsWhoIsThere(later) {
            return "it keeps the agent from being told: `fail: \(earlier.argument)` stands before it"
        }
        return ofWorld(earlier, later)
    }

    private static func endsWhoIsThere(_ action: Phrase) -> Bool {
        action.word == "kill" && isDeadly(action) && action.qualifiers["agent"] == nil && action.argument != "main"
    }

    private static func isDeadly(_ kill: Phrase) -> Bool {
        ["SIGKILL", nil].contains(kill.qualifiers["signal"])
    }

    /// The same of what the world does.
    private static func ofWorld(_ earlier: Phrase, _ later: Phrase) -> String? {
        let names = namespaces(of: later)
        if earlier.noun == "netns", ["delete", "unmount"].contains(earlier.verb), names.contains(earlier.argument) {
            return "no namespace bears the name `\(earlier.argument)` by then: `\(earlier.word)` stands before it"
        }
        guard ActionWords.kind(later.word)?.actor == .world, earlier.noun == later.noun,
            place(earlier) == place(later), earlier.argument == later.argument, !isCounted(later.argument)
        else { return nil }
        let isSame = settled(earlier) == settled(later)
        switch earlier.verb {
        case "delete":
            let needsOne = ["delete", "set", "replace"].contains(later.verb) && later.noun == "link"
            guard needsOne || later.verb == "delete" && (isSame || later.noun == "file") else { return nil }
            return "nothing of that name is left by then: `\(earlier.word)` stands before it"
        case "create", "add":
            guard later.verb == earlier.verb, isSame || later.noun == "link" else { return nil }
            return "it is there by then: `\(earlier.word)` stands before it"
        default: return nil
        }
    }

    /// Whether an action undoes what an earlier one did to the object of a later one.
    private static func undoes(_ action: Phrase, for later: Phrase) -> Bool {
        guard action.noun == later.noun, action.argument == later.argument, place(action) == place(later) else {
            return false
        }
        return ["create", "add"].contains(later.verb)
            ? action.verb == "delete" : ["create", "add", "write", "restore"].contains(action.verb)
    }

    /// The namespaces that must be there for an action.
    private static func namespaces(of action: Phrase) -> [String] {
        (action.noun == "netns" ? [action.argument] : [])
            + [action.namespace, action.qualifiers["peer-netns"]].compactMap { $0 }
    }

    /// Whether an object is named by its place among others, as the rules of a chain are: the next one takes it.
    private static func isCounted(_ argument: String) -> Bool { argument.contains(" #") }

    private static func place(_ action: Phrase) -> String { action.namespace ?? "host" }

    /// Without what says when the agent goes on.
    private static func settled(_ action: Phrase) -> [String: String] {
        action.qualifiers.filter { $0.key != "settle" }
    }
}

extension Phrase {
    /// Whom a `kill` means, whatever the signal.
    fileprivate var phraseOfVictims: [String?] { [word, argument, qualifiers["agent"]] }
}
