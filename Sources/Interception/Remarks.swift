/// What is said of a run besides its operations, each once, and at its end how often.
struct Remarks {
    /// So many different ones are said; of the rest there is a count.
    static let limit = 50
    private var counts: [String: Int] = [:]
    private var order: [String] = []
    private var others = 0

    /// Whether a remark is to be said now.
    mutating func isFirst(_ text: String) -> Bool {
        if let count = counts[text] {
            counts[text] = count + 1
            return false
        }
        guard counts.count < Remarks.limit else {
            others += 1
            return false
        }
        counts[text] = 1
        order.append(text)
        return true
    }

    /// What is to be said at the end, once: how often each was, and how many were not said at all.
    mutating func takeCounts() -> [String] {
        let repeated = order.compactMap { text in counts[text].flatMap { $0 > 1 ? "\(text): \($0) times in all" : nil }
        }
        let rest = others > 0 ? ["\(others) more remarks are left out"] : []
        counts = [:]
        order = []
        others = 0
        return repeated + rest
    }
}
