import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// What a call acts on, besides what its netlink request says, and when the kernel can be asked for it.
enum Subject {
    /// Nothing with an identity of its own.
    case nothing
    /// A network namespace, known already.
    case namespace(NetworkNamespaceID)
    /// The file behind a descriptor.
    case descriptor(Int32)
    /// The file at a path, before the call.
    case file(String)
    /// The file at a path, when the call has made it.
    case made(String)
    /// The file behind the descriptor that the call returns.
    case opened
}

extension Interceptor {
    /// Adds what the kernel calls the things that operations act on, as far as they are there before the call.
    ///
    /// At most one look for each, none of which waits for anybody: files are asked for what the kernel has in its caches.
    func identify(_ pending: PendingCall, _ subject: Subject, _ tracee: Tracee) {
        pending.subject = subject
        var identity = KernelIdentity(namespace: tracee.namespace.rawValue)
        switch subject {
        case .nothing, .made, .opened: break
        case .namespace(let id): identity.target = id.rawValue
        case .descriptor(let number): identity.file = source.file(behind: number, of: tracee.thread)
        case .file(let path): identity.file = source.file(at: path, of: tracee.thread)
        }
        if let request = pending.request {
            identity.socket = request.cookie
            identity.namespace = request.namespace
        }
        for place in pending.operations.indices {
            pending.operations[place].identity = identity
            guard let request = pending.request, request.requests.indices.contains(place) else { continue }
            let asked = request.requests[place]
            var links = asked.deviceIndexes
            if links.isEmpty, asked.namesALink { links = Interceptor.link(asked.argument, request.socket) }
            pending.operations[place].identity?.links = links
        }
    }

    /// Adds what is there only after the call, which succeeded with this result.
    func identifyMade(_ pending: PendingCall, _ tracee: Tracee, result: Int64) {
        switch pending.subject {
        case .made(let path): pending.operations[0].identity?.file = source.file(at: path, of: tracee.thread)
        case .opened:
            pending.operations[0].identity?.file = source.file(behind: Int32(clamping: result), of: tracee.thread)
        default: break
        }
        guard let request = pending.request else { return }
        for place in pending.operations.indices where request.requests.indices.contains(place) {
            let asked = request.requests[place]
            guard asked.operation == .linkCreate else { continue }
            // In front of those that the request names: the new one is its object.
            pending.operations[place].identity?.links.insert(
                contentsOf: Interceptor.link(asked.argument, request.socket), at: 0)
        }
    }

    private static func link(_ name: String, _ socket: Int32) -> [UInt32] {
        var index: UInt32 = 0
        return cl_interface_index(socket, name, &index) == 0 ? [index] : []
    }
}

extension DecodedRequest {
    /// Whether it names an existing link by its name alone.
    fileprivate var namesALink: Bool {
        operation == .linkSet || operation == .linkDelete || operation == .linkGet
    }
}
