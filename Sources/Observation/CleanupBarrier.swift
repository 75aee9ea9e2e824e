import CKernelHeaders
import CLinux
public import Kernel
import NetlinkCodec

/// Moves the calling thread into a new network namespace: the home from which a host is observed.
///
/// For a thread that stays what it is; everything that the observation makes of its own stands there.
/// - Throws: `EPERM` without `CAP_SYS_ADMIN`.
public func enterNewNetworkNamespace() throws(SystemError) {
    try systemCall("unshare", stage: "CLONE_NEWNET") { cl_unshare(CLONE_NEWNET) }
}

/// A barrier in the kernel's cleanup: proves that every namespace that died before has lost its devices.
///
/// A dead namespace is taken apart later, by a work queue that takes them in the order of death (`cleanup_net` in the
/// kernel's net/core/net_namespace.c). So a namespace is made and dropped; that its own device is gone, which is told by
/// the end of the pair that stands at home, means that those before it are done. Nothing is held and nobody sleeps: the
/// caller polls ``descriptor`` and asks ``isDone()``. For one thread.
public final class CleanupBarrier {
    private let socket: NetlinkSocket
    private let index: UInt32
    private var isOver = false

    /// Makes the namespace and drops it.
    ///
    /// The caller stands at home, which must not be a namespace of the host.
    /// - Throws: `SystemError` or `NetlinkError`.
    public init() throws {
        // Joined before the namespace is dropped, or the message could be missed.
        socket = try NetlinkSocket(.route)
        try socket.join(group: RTNLGRP_LINK.rawValue)
        // Never used twice, so another barrier on its way out is not taken for this one.
        let name = "s" + String(try socket.cookie(), radix: 36)
        try CleanupBarrier.makeAndDrop(name)
        // A socket of its own, so that no event is among the answers. The link may be gone by now; then so is the wait.
        let asker = Asker(socket: try NetlinkSocket(.route), role: "home")
        let links: [LinkRecord] = try asker.ask(.dumpLinks())
        let link = links.first { $0.name == name }
        index = link?.index ?? 0
        isOver = link == nil
    }

    /// What to poll on; valid while the barrier lives.
    public var descriptor: PollItem { PollItem(socket.raw, .readable) }

    /// Whether the namespaces that died before the barrier was made are gone with their devices; never waits.
    /// - Throws: `SystemError` or `NetlinkDecodingError`.
    public func isDone() throws -> Bool {
        while !isOver {
            guard let datagram = try nextEvent() else { return isOver }
            isOver = try tellsTheEnd(datagram)
        }
        return true
    }

    private func nextEvent() throws -> [UInt8]? {
        do {
            return try socket.receive(timeout: .zero)
        } catch {
            guard error.errno == .noBufferSpace else { throw error }
        }
        // Messages were lost, perhaps the one: ask instead.
        let links: [LinkRecord] = try Asker(socket: try NetlinkSocket(.route), role: "home").ask(.dumpLinks())
        isOver = !links.contains { $0.index == index }
        return isOver ? nil : try socket.receive(timeout: .zero)
    }

    private func tellsTheEnd(_ datagram: [UInt8]) throws -> Bool {
        let span = datagram.span.bytes
        var messages = NetlinkMessages()
        while let message = try messages.next(in: span) {
            guard message.type == UInt16(RTM_DELLINK), let link = try LinkRecord.decode(message, in: span) else {
                continue
            }
            // A port that leaves its bridge is told by the same message, of another family, but the end has no bridge.
            if link.index == index { return true }
        }
        return false
    }

    /// Makes a namespace with a pair that ends at home, and lets go of it.
    private static func makeAndDrop(_ name: String) throws {
        let home = try Descriptor.open("/proc/thread-self/ns/net")
        try enterNewNetworkNamespace()
        defer {
            // As in Kernel: a thread that cannot come home would look at the wrong namespace from now on.
            let result = cl_setns(home.raw, CLONE_NEWNET)
            if result != 0 {
                fatalError("setns(home): error \(-result); the thread is lost in the barrier's namespace")
            }
        }
        let inside = try NetlinkSocket(.route)
        let peer = NewLink.End(name: name, namespaceDescriptor: home.raw)
        try inside.transact(NetlinkRequest.createLink(NewLink(NewLink.End(name: "s"), kind: .veth(peer: peer))).bytes)
    }
}
