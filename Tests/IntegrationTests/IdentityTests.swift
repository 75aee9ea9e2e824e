import Model
import Testing

/// By the kernel's numbers two operations of a record act on one thing or on two, whatever it is called.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct IdentityTests {
    @Test func ofLinks() throws {
        let record = try record(
            of: plan(
                shell(
                    """
                    ip link add d0 type bridge; ip link set d0 up; ip link del d0
                    ip link add d0 type bridge; ip -n pod link add d0 type bridge
                    """)))
        let identities = record.operations("link.create").map(\.identity)
        #expect(identities.count == 3 && identities.allSatisfy { $0?.links.count == 1 })
        let first = identities[0]
        #expect(record.operations("link.set").first?.identity?.links == first?.links)
        #expect(record.operations("link.delete").first?.identity?.links == first?.links)
        #expect(identities[1]?.links != first?.links, "it has the name, and is another")
        #expect(identities[1]?.namespace == first?.namespace)
        #expect(identities[2]?.namespace != first?.namespace)
        #expect(Set(identities.compactMap { $0?.socket }).count == 3, "each ip has a socket of its own")
    }

    @Test func ofRoutesIsTheirDevice() throws {
        let record = try record(
            of: plan(shell("ip link add d0 type bridge; ip link set d0 up; ip route add 10.9.0.0/16 dev d0")))
        #expect(
            record.operations("route.add").first?.identity?.links
                == record.operations("link.create").first?.identity?.links)
    }

    @Test func ofNamespaces() throws {
        let record = try record(
            of: plan(shell("ip netns add demo; ip netns exec demo true; ip netns del demo; ip netns add demo")))
        let made = record.operations("netns.create").map { $0.identity?.target }
        #expect(made.count == 2 && made[0] != nil && made[0] != made[1])
        #expect(record.operations("netns.name").map { $0.identity?.target } == made)
        let entered = record.operations("netns.enter").map { $0.identity?.target }
        #expect(entered.contains(made[0]))
        #expect(record.operations("netns.unmount").map { $0.identity?.target } == [made[0]])
        #expect(record.operations("netns.name").first?.identity?.namespace == made[0])
    }

    @Test func ofANamespaceThatAChildIsBornIn() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import ctypes, os
                    pid = ctypes.CDLL(None).syscall(56, 0x40000000 | 17, 0, 0, 0, 0)
                    if pid == 0:
                        os.mkdir('/run/x')
                        os._exit(0)
                    os.waitpid(pid, 0)
                    """)))
        let born = record.operations("netns.create").first?.identity?.target
        #expect(born != nil && born == record.operations("file.create").first?.identity?.namespace)
    }

    @Test func ofFiles() throws {
        let record = try record(
            of: plan(
                python(
                    """
                    import fcntl, os
                    os.mkdir('/run/d')
                    f = open('/run/d/a', 'w')
                    fcntl.flock(f, fcntl.LOCK_EX)
                    f.write('x'); f.flush(); os.fsync(f)
                    os.rename('/run/d/a', '/run/d/b')
                    os.unlink('/run/d/b')
                    os.rmdir('/run/d')
                    """)))
        let folder = record.operations("file.create").first { $0.phrase.argument == "/run/d" }?.identity?.file
        let file = record.operations("file.create").first { $0.phrase.argument == "/run/d/a" }?.identity?.file
        #expect(folder != nil && file != nil && folder != file)
        for word in ["file.lock", "file.write", "file.sync", "file.rename"] {
            #expect(record.operations(word).map { $0.identity?.file } == [file], "\(word)")
        }
        #expect(record.operations("file.delete").map { $0.identity?.file } == [file, folder])
    }
}
