import CLinux
import Glibc
import Kernel
import Testing

@testable import Interception

/// What a socket is, is asked once; a number that an agent uses again is another socket.
@Suite struct SocketsTests {
    private func open(_ domain: Int32, _ type: Int32, _ protocolNumber: Int32) throws -> Descriptor {
        Descriptor(owning: try systemCall("socket") { socket(domain, type, protocolNumber) })
    }

    @Test func oneNumberAfterTheOther() throws {
        let sockets = Sockets()
        let datagram = Int32(SOCK_DGRAM.rawValue)
        let number: Int32
        let first: UInt64
        do {
            let route = try open(AF_NETLINK, datagram, CL_NETLINK_ROUTE)
            number = route.raw
            let known = try #require(sockets.netlink(number))
            first = known.cookie
            #expect(known.kind.netlink == CL_NETLINK_ROUTE)
            #expect(sockets.netlink(number)?.cookie == first)
        }
        // In the place of the first, whoever may have got its number meanwhile.
        let other = try open(AF_NETLINK, datagram, CL_NETLINK_GENERIC)
        #expect(sockets.netlink(other.raw)?.kind.netlink == CL_NETLINK_GENERIC)
        #expect(sockets.netlink(other.raw)?.cookie != first)
        let local = try open(AF_UNIX, datagram, 0)
        #expect(sockets.netlink(local.raw) == nil)
        let file = try Descriptor.open("/dev/null")
        #expect(sockets.netlink(file.raw) == nil)
    }

    @Test func aMillionSocketsAreNotRemembered() throws {
        let sockets = Sockets()
        for _ in 0..<3 * Sockets.limit {
            let socket = try open(AF_NETLINK, Int32(SOCK_DGRAM.rawValue), CL_NETLINK_ROUTE)
            #expect(sockets.netlink(socket.raw) != nil)
        }
        #expect(sockets.count <= Sockets.limit)
    }
}
