/// Finds the name that was probably meant.
enum Suggestion {
    /// Names that people bring from other tools, and what they are called here.
    static let misnomers: [String: String] = [
        "occurrence": "nth", "occurence": "nth", "index": "nth", "count": "nth", "times": "nth", "when": "if",
        "env": "environment", "cmd": "run", "argv": "run", "command": "run", "script": "run", "args": "run",
        "cwd": "directory", "workdir": "directory", "working-directory": "directory", "vars": "variables",
        "parameters": "variables", "inject": "do", "fault": "faults", "action": "do", "actions": "do", "then": "do",
        "netns": "in", "ns": "in", "namespace": "in", "device": "dev", "interface": "dev", "iface": "dev",
        "gateway": "via", "gw": "via", "nexthop": "via", "description": "title", "name": "title", "import": "use",
        "include": "use", "extends": "use", "expect": "known", "expected": "known", "xfail": "known",
        "ignore": "allow", "allowed": "allow", "reason": "because", "why": "because", "errno": "fail",
        "undo": "undoes", "setup": "host", "topology": "host", "programs": "requires", "input": "stdin",
        "retries": "retry", "status": "exit", "step": "during", "destination": "to", "dst": "to", "src": "from",
        "kind": "type", "address": "addresses", "program": "by", "comm": "by", "time": "timeout",
        "parallel": "together", "interfaces": "links", "devices": "links",
    ]

    /// `did you mean …?`, or nil where nothing is near; a name that ends as the text does is near.
    static func hint(for text: String, among names: [String]) -> String? {
        if names.count == 1, let only = names.first, only.hasSuffix(text.uppercased()) {
            return "did you mean `\(only)`?"
        }
        return nearest(to: text, among: names).map { "did you mean `\($0)`?" }
    }

    /// The hint for a key: first what it is called here, then what is near.
    static func key(_ text: String, among names: [String]) -> String? {
        if let right = misnomers[text], names.contains(right) { return "it is called `\(right)`" }
        return hint(for: text, among: names)
    }

    /// The nearest name, not farther than a third of the text; nil where there is none.
    static func nearest(to text: String, among names: [String]) -> String? {
        let limit = min(max(1, text.count / 3), text.count - 1)
        return names.filter { $0 != text && !$0.isEmpty }
            .map { (name: $0, distance: distance(text.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two texts.
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.prefix(64))
        let b = Array(right.prefix(64))
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before = [Int](repeating: 0, count: b.count + 1)
        var above = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(above[j] + 1, row[j - 1] + 1, replace)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            before = above
            above = row
        }
        return above[b.count]
    }
}
