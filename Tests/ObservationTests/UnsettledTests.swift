import CKernelHeaders
import Testing

@testable import NetlinkCodec
@testable import Observation

/// What the kernel is about to do to a device.
@Suite struct UnsettledTests {
    /// A device that is up and has a carrier.
    private func link(state: UInt8 = ckh_if_oper_up, inet6: UInt32?) -> LinkRecord {
        var link = LinkRecord()
        link.name = "eth0"
        link.flags = ckh_iff_up | ckh_iff_lower_up
        link.operationalState = state
        link.inet6Flags = inet6
        return link
    }

    private func reasons(_ link: LinkRecord) -> [String] {
        Unsettled.reasons(in: NamespaceDump(id: .init(rawValue: 1), links: [link]), label: "pod")
    }

    /// Such a device may change when another namespace ends, and be gone with it.
    @Test func someReachIntoAnotherNamespace() {
        var far = link(inet6: nil)
        #expect(!far.reachesElsewhere)
        // NETNSA_NSID_NOT_ASSIGNED: that of a dead one.
        far.linkNamespaceID = -1
        #expect(far.reachesElsewhere)
        var tunnel = link(inet6: nil)
        tunnel.kind = "wireguard"
        #expect(tunnel.reachesElsewhere, "its sockets are where it was made")
    }

    @Test(arguments: [ckh_if_oper_up, ckh_if_oper_unknown])
    func theLinkLocalAddressIsWaitedFor(state: UInt8) {
        #expect(
            reasons(link(state: state, inet6: 0)) == ["link eth0 in pod has yet to get its link-local address"])
        #expect(reasons(link(state: state, inet6: ckh_if_ready)) == [])
    }

    @Test func notWhereThereWillBeNone() {
        #expect(reasons(link(inet6: nil)) == [], "no IPv6")
        var disabled = link(inet6: 0)
        disabled.isIPv6Disabled = true
        #expect(reasons(disabled) == [])
        var port = link(inet6: 0)
        port.master = 2
        #expect(reasons(port) == [])
        var down = link(inet6: 0)
        down.flags = 0
        #expect(reasons(down) == [])
    }

    @Test func aCarrierThatWasNotActedUponIsToldOnce() {
        #expect(
            reasons(link(state: ckh_if_oper_down, inet6: 0)) == ["the carrier of link eth0 in pod is being acted upon"])
    }
}
