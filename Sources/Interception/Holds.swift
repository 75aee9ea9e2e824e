/// How long anybody stood still because a stop was held.
struct Holds {
    private var count = 0
    private var began: UInt64 = 0
    private var past: UInt64 = 0

    /// A stop is held from now on.
    mutating func begin(_ stop: Stop, at now: UInt64) {
        guard stop.heldSince == nil else { return }
        stop.heldSince = now
        stop.tracee.held = stop
        if count == 0 { began = now }
        count += 1
    }

    /// A stop is held no longer.
    ///
    /// - Returns: Whether it was.
    mutating func end(_ stop: Stop, at now: UInt64) -> Bool {
        guard stop.heldSince != nil else { return false }
        stop.heldSince = nil
        if stop.tracee.held === stop { stop.tracee.held = nil }
        count -= 1
        if count == 0 { past += now - began }
        return true
    }

    /// Whether anybody is held.
    var isHolding: Bool { count > 0 }

    /// For how long at least one thread was held, in nanoseconds.
    func total(at now: UInt64) -> UInt64 { past + (count > 0 ? now - began : 0) }
}
