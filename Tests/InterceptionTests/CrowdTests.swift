import Testing

@testable import Interception

/// Who is asked for a stop where there are many threads.
@Suite struct CrowdTests {
    /// A crowd that has seen so many threads, all of which run since long ago.
    private func crowd(_ count: Int32) -> Crowd {
        var crowd = Crowd()
        for thread in 0..<count { crowd.found(ThreadStop(1000 + thread, .interrupted)) }
        return crowd
    }

    /// Who is asked until nobody is, where nobody has stopped.
    private func askedInVain(_ crowd: inout Crowd, at now: UInt64) -> [Int32] {
        var all: [Int32] = []
        while let thread = crowd.nextToAsk(at: now) {
            all.append(thread)
            crowd.foundNone(thread, at: now)
            if thread == Crowd.everybody { break }
        }
        return all
    }

    @Test func aFewAreAllAsked() {
        var crowd = crowd(Int32(Crowd.few))
        crowd.resumed(1001)
        #expect(askedInVain(&crowd, at: 10) == [Crowd.everybody])
        #expect(crowd.deadline == nil)
    }

    @Test func ofManyThoseThatWereLetGoLastAreAsked() {
        var crowd = crowd(1600)
        let start = Crowd.pause
        #expect(askedInVain(&crowd, at: start) == [Crowd.everybody])
        crowd.resumed(1001)
        crowd.resumed(1002)
        #expect(askedInVain(&crowd, at: start + 1) == [1002, 1001])
        #expect(crowd.deadline == start + Crowd.pause, "the others are not forgotten")
        #expect(askedInVain(&crowd, at: start + Crowd.pause) == [1002, 1001, Crowd.everybody])
        #expect(crowd.deadline == nil)
    }

    @Test func aThreadThatHasStoppedIsAskedNoMore() {
        var crowd = crowd(1600)
        _ = askedInVain(&crowd, at: Crowd.pause)
        for thread in Int32(1)...3 { crowd.resumed(1000 + thread) }
        #expect(crowd.nextToAsk(at: Crowd.pause) == 1003)
        crowd.foundNone(1003, at: Crowd.pause)
        #expect(crowd.nextToAsk(at: Crowd.pause) == 1002)
        crowd.found(ThreadStop(1002, .call))
        #expect(crowd.nextToAsk(at: Crowd.pause) == 1001)
        crowd.found(ThreadStop(1001, .exited(0)))
        #expect(crowd.nextToAsk(at: Crowd.pause) == nil)
        #expect(crowd.deadline != nil)
    }

    /// Threads that sleep were let go some time too: asked for ever, they are asked at each stop of the one that is busy.
    @Test func whoeverSleepsIsAskedNoMore() {
        var crowd = crowd(1600)
        _ = askedInVain(&crowd, at: Crowd.pause)
        for thread in Int32(0)..<16 { crowd.resumed(1000 + thread) }
        for _ in 0..<Crowd.patience {
            crowd.resumed(1500)
            #expect(crowd.nextToAsk(at: Crowd.pause) == 1500)
            crowd.found(ThreadStop(1500, .call))
            _ = askedInVain(&crowd, at: Crowd.pause)
        }
        crowd.resumed(1500)
        #expect(askedInVain(&crowd, at: Crowd.pause) == [1500])
    }

    @Test func onlySoManyAreAsked() {
        var crowd = crowd(1600)
        _ = askedInVain(&crowd, at: Crowd.pause)
        for thread in Int32(0)..<100 { crowd.resumed(1000 + thread) }
        #expect(askedInVain(&crowd, at: Crowd.pause) == (84..<100).reversed().map { 1000 + $0 })
    }
}
