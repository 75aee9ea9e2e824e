import CLinux
import Glibc
import Kernel
import Testing

@testable import Interception

/// Whose child each process is, in every order in which the kernel may tell of it.
@Suite struct ProcessTreeTests {
    let audience: Audience
    var play: Play { audience.play }
    let main = Audience.first
    let child = Audience.first + 1
    let grandchild = Audience.first + 2

    init() throws { audience = try Audience() }

    private func drain() { while audience.interceptor.drain() {} }

    /// The operation by which a process shows who it is.
    private func show(_ thread: Int32, _ path: String) {
        play.enterMakeFolder(thread, path)
        drain()
        play.leave(thread)
        drain()
    }

    @Test func theChildIsToldOfFirst() {
        play.tell(child, .interrupted)
        drain()
        #expect(play.takeDeeds() == [], "it waits until somebody says that it is his")
        play.bear(main, child)
        drain()
        #expect(play.takeDeeds() == [.goesOn(main), .goesOn(child)])
        show(child, "/run/x")
        #expect(audience.said == ["agent /run/x: ok"])
        #expect(audience.notes == [])
    }

    /// On one CPU a child begins when its maker waits, or is gone.
    @Test(arguments: [false, nil]) func aChildWaitsForItsMakersTurn(later: Bool?) {
        play.isOnOneCPU = true
        play.runnable[main] = true
        play.bear(main, child)
        play.tell(child, .interrupted)
        drain()
        #expect(play.takeDeeds() == [.goesOn(main), .givesWay])
        #expect(audience.interceptor.deadline == Monotonic(nanoseconds: Newborns.pause))
        drain()
        #expect(play.takeDeeds() == [], "it is not looked at before its time")
        play.time += Newborns.pause
        drain()
        #expect(play.takeDeeds() == [])
        #expect(audience.interceptor.deadline == Monotonic(nanoseconds: 3 * Newborns.pause), "twice as long")
        play.time += 2 * Newborns.pause
        play.runnable[main] = later
        drain()
        #expect(play.takeDeeds() == [.goesOn(child)])
        #expect(audience.interceptor.deadline == nil)
    }

    /// After vfork(2) the maker waits in the kernel: its child need not wait for its turn.
    @Test func aChildOfVforkBeginsAtOnce() {
        play.isOnOneCPU = true
        play.runnable[main] = true
        play.bear(main, child, makerWaits: true)
        play.tell(child, .interrupted)
        drain()
        #expect(play.takeDeeds() == [.goesOn(main), .goesOn(child)])
        #expect(audience.interceptor.deadline == nil)
    }

    /// A maker that a fault holds does not keep its child for ever.
    @Test func aChildDoesNotWaitForEver() {
        play.isOnOneCPU = true
        play.runnable[main] = true
        play.bear(main, child)
        play.tell(child, .interrupted)
        drain()
        _ = play.takeDeeds()
        play.time = Newborns.patience
        drain()
        #expect(play.takeDeeds() == [.goesOn(child)])
    }

    @Test func aChildThatIsKilledMeanwhileIsForgotten() {
        play.isOnOneCPU = true
        play.runnable[main] = true
        play.bear(main, child)
        play.tell(child, .interrupted)
        drain()
        play.tell(child, .signalled(SIGKILL))
        drain()
        #expect(audience.ends == ["agent signal \(SIGKILL)"])
        #expect(audience.interceptor.deadline == nil)
    }

    @Test func aDaemonForksTwiceAndItsMakersAreGone() {
        play.bear(main, child)
        drain()
        play.tell(main, .exited(0))
        play.tell(child, .interrupted)
        drain()
        play.tell(grandchild, .interrupted)
        play.bear(child, grandchild)
        play.tell(child, .exited(0))
        play.parents[grandchild] = 1
        drain()
        show(grandchild, "/run/daemon")
        #expect(audience.said == ["agent /run/daemon: ok"])
        #expect(audience.ends == ["agent status 0", "agent status 0"])
        #expect(audience.notes == [])
    }

    /// With CLONE_PARENT, and under a subreaper, /proc names another parent than the maker.
    @Test func procNamesAnotherParent() {
        play.bear(main, child)
        play.tell(child, .interrupted)
        play.execute(child, former: child, "setsid")
        play.bear(child, grandchild)
        play.tell(grandchild, .interrupted)
        play.parents[grandchild] = main
        drain()
        show(grandchild, "/run/x")
        #expect(audience.said == ["agent/setsid /run/x: ok"])
    }

    @Test func aThreadIsOneOfItsProcess() {
        play.groups[child] = main
        play.bear(main, child)
        play.tell(child, .interrupted)
        drain()
        play.tell(child, .exited(0))
        drain()
        #expect(audience.ends == [], "the process lives on")
        #expect(audience.interceptor.processes.map(\.id) == [main])
    }

    @Test func aChildThatWasKilledBeforeItsFirstStopHasEnded() {
        play.bear(main, child)
        play.tell(child, .signalled(SIGKILL))
        drain()
        #expect(audience.ends == ["agent signal 9"])
        #expect(audience.interceptor.processes.map(\.id) == [main])
    }

    /// Killed between making its child and saying so: the kernel never tells of it, and the child must not stand for ever.
    @Test func aMakerThatWasKilledIsFoundAndSaid() {
        play.tell(child, .interrupted)
        play.parents[child] = 1
        play.tell(main, .signalled(SIGKILL))
        drain()
        #expect(play.takeDeeds() == [])
        #expect(audience.interceptor.deadline?.nanoseconds == ProcessTree.patience)
        play.time = ProcessTree.patience
        drain()
        #expect(play.takeDeeds() == [.goesOn(child)])
        show(child, "/run/x")
        #expect(audience.said == ["agent /run/x: ok"])
        #expect(audience.notes.count == 1)
        #expect(audience.interceptor.deadline == nil)
    }

    @Test func aChildIsBornInANamespaceOfItsOwn() {
        play.namespaces[child] = 77
        play.enter(main, __NR_clone, [UInt64(CLONE_NEWNET) | UInt64(SIGCHLD)])
        play.bear(main, child)
        play.tell(child, .interrupted)
        drain()
        play.leave(main, Int64(child))
        drain()
        show(child, "/run/x")
        #expect(audience.made == [77: " / agent / netns.create(ns#1) @ host # 1"])
        #expect(audience.recorded.map(\.phrase.namespace) == ["host", "ns77"])
    }

    /// Nobody traces natively, so CLONE_UNTRACED does nothing there; here the child would be without a tracer.
    @Test func cloneUntracedIsTraced() {
        let flags = UInt64(CLONE_UNTRACED) | UInt64(SIGCHLD)
        play.enter(main, __NR_clone, [flags])
        drain()
        #expect(play.registers[main]?[.argument0] == UInt64(SIGCHLD))
        #expect(play.takeDeeds() == [.toExit(main)])
        play.leave(main, Int64(child))
        drain()
        #expect(play.registers[main]?[.argument0] == flags, "the agent finds its register as it left it")
        #expect(play.takeDeeds() == [.goesOn(main)])
        play.place(word: flags, at: 0x9000)
        play.enter(main, __NR_clone3, [0x9000, 88])
        drain()
        #expect(audience.interceptor.tree.tracees[main]?.memory.word(at: 0x9000) == UInt64(SIGCHLD))
        play.leave(main, Int64(child))
        drain()
        #expect(audience.interceptor.tree.tracees[main]?.memory.word(at: 0x9000) == flags)
        #expect(audience.offered == [])
    }
}
