import Kernel
import NetlinkCodec
import Observation

/// Which types of device the kernel of this machine can make.
///
/// Each is tried in a namespace that nobody else sees and that is gone afterwards: the kernel has no list of them, and a
/// module may be loaded only when its type is asked for.
public enum LinkTypes {
    /// The types that the kernel cannot make, in the order in which they were asked for.
    ///
    /// - Throws: `SystemError` where no namespace can be made, or a socket cannot be opened.
    public static func missing(among types: [String]) throws -> [String] {
        guard !types.isEmpty else { return [] }
        // Leaving the namespace that one stands in brings the thread back to it at the end.
        return try withNetworkNamespace(try Descriptor.open("/proc/thread-self/ns/net")) {
            () throws(SystemError) -> [String] in
            try enterNewNetworkNamespace()
            let socket = try NetlinkSocket(.route)
            return types.filter { !isThere($0, socket) }
        }
    }

    private static func isThere(_ type: String, _ socket: NetlinkSocket) -> Bool {
        let link = NewLink(NewLink.End(name: "probe"), kind: .other(type))
        do {
            try socket.transact(NetlinkRequest.createLink(link).bytes)
            try socket.transact(NetlinkRequest.deleteLink(.name("probe")).bytes)
            return true
        } catch let error as NetlinkError {
            // A type that is there may object to what it was not told, such as the device below it.
            return error.errno != .notSupportedOnSocket
        } catch {
            return true
        }
    }
}
