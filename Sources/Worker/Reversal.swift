import Model

/// A change of the world that is to be taken back: at a point, or after a time.
final class Reversal {
    /// The name of the fault that made it, and where it is written.
    let fault: String
    let until: Fault.Until
    let undo: () throws -> Void
    /// Follows the point, from when the fault fired.
    private var cursor: PointCursor?

    init(fault: String, until: Fault.Until, undo: @escaping () throws -> Void) {
        self.fault = fault
        self.until = until
        self.undo = undo
        if case .point(let point) = until { cursor = PointCursor(point) }
    }

    /// Whether its point has come.
    func comes(_ comes: (inout PointCursor) -> Bool) -> Bool {
        guard var cursor else { return false }
        defer { self.cursor = cursor }
        return comes(&cursor)
    }

    /// Why it was never taken back, once the plan has ended.
    var failure: String {
        guard let cursor else {
            return "fault \(fault) was to be taken back after a time, and the plan ended before"
        }
        let waiting = cursor.isCounting ? "" : ", and `\(Point.countingFromKey)` held at none of those that came"
        return
            "fault \(fault) was never taken back: since it fired, \(cursor.matches) operations were "
            + "{ \(cursor.point.description) }\(waiting)"
    }
}
