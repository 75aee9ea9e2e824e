import Kernel
import NetlinkCodec

/// The families of generic netlink by their numbers, which the kernel gives anew at each start; each asked for once.
///
/// They are asked of the tracer's own network namespace: a family is the same in all of them.
final class GenericFamilies {
    private var names: [UInt16: String] = [:]
    private var isAsked = false

    /// The name of a family; nil where the kernel does not tell.
    func name(_ number: UInt16) -> String? {
        if let known = names[number] { return known }
        // A module that brings a family may have come since, but then the first look said nothing of it.
        if !isAsked || names.count < GenericFamilies.limit { ask() }
        return names[number]
    }

    /// The number of families is small; beyond it nobody asks again.
    private static let limit = 1024

    private func ask() {
        isAsked = true
        // Without a socket or an answer, requests are told by the numbers of their families.
        let socket = try? NetlinkSocket(.generic)
        // The same.
        guard let answer = try? socket?.dump(NetlinkRequest.dumpFamilies().bytes) else { return }
        for datagram in answer {
            // What is broken in it is left out.
            guard let part = try? DumpPart<GenericFamilyRecord>(datagram) else { continue }
            for family in part.records { names[family.number] = family.name }
        }
    }
}
