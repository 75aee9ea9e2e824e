/// Whom to ask for a stop where there are many threads.
///
/// waitpid(2) for anybody walks the list of all tracees (`do_wait` of kernel/exit.c), which for 1,600 threads takes longer
/// than all else that is done at a stop. So the threads that were let go last are asked by their ids, which the kernel
/// finds at once, and everybody is asked once a millisecond. A few threads are all asked each time.
struct Crowd {
    /// The id that means anybody.
    static let everybody: Int32 = -1
    /// Up to so many threads, everybody is asked each time.
    static let few = 64
    /// How long a stop of a thread that nobody expects to stop may go unheard among many, in nanoseconds.
    static let pause: UInt64 = 1_000_000
    /// So many are asked by their ids.
    private static let limit = 16

    /// So often one of them is asked in vain; then it is one of everybody.
    static let patience = 64

    private struct Expected {
        let thread: Int32
        var misses = 0
    }

    private var known: Set<Int32> = []
    /// The one of them that stopped last; nil after an end.
    private var last: Int32?
    /// Threads that were let go last, and have not stopped since, the last one at the end.
    private var expected: [Expected] = []
    /// How many of them were asked since the last time that nobody had stopped.
    private var asked = 0
    private var lastOfAll: UInt64 = 0
    private var owesAll = false

    /// Whether one thread alone was seen that has not ended.
    var isAlone: Bool { known.count == 1 }

    /// When everybody is to be asked; nil where that has been done.
    var deadline: UInt64? { owesAll ? lastOfAll + Crowd.pause : nil }

    /// Whom to ask next; nil for nobody now.
    mutating func nextToAsk(at time: @autoclosure () -> UInt64) -> Int32? {
        guard known.count > Crowd.few else { return Crowd.everybody }
        let now = time()
        if asked < expected.count { return expected[expected.count - 1 - asked].thread }
        asked = 0
        guard now >= lastOfAll + Crowd.pause else {
            owesAll = true
            return nil
        }
        return Crowd.everybody
    }

    /// Whoever was asked has not stopped.
    mutating func foundNone(_ thread: Int32, at now: UInt64) {
        if thread == Crowd.everybody {
            lastOfAll = now
            owesAll = false
            asked = 0
            return
        }
        let place = expected.count - 1 - asked
        guard expected.indices.contains(place), expected[place].thread == thread else { return }
        expected[place].misses += 1
        if expected[place].misses < Crowd.patience { asked += 1 } else { expected.remove(at: place) }
    }

    /// A thread has stopped, or ended.
    mutating func found(_ stop: ThreadStop) {
        if stop.isEnd {
            known.remove(stop.thread)
            last = nil
        } else if stop.thread != last {
            known.insert(stop.thread)
            last = stop.thread
        }
        guard !expected.isEmpty else { return }
        guard let place = expected.lastIndex(where: { $0.thread == stop.thread }) else { return }
        if place > expected.count - 1 - asked { asked -= 1 }
        expected.remove(at: place)
    }

    /// A thread was let go, or is new: it may stop soon.
    mutating func resumed(_ thread: Int32) {
        // Of a few, everybody is asked.
        guard known.count >= Crowd.few else { return }
        expected.removeAll { $0.thread == thread }
        expected.append(Expected(thread: thread))
        if expected.count > Crowd.limit { expected.removeFirst() }
        asked = 0
    }
}
