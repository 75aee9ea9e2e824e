import Kernel
import Model
import NetlinkCodec

extension WorldEditor {
    /// So many changes are made at the most; a socket of the usual size loses notices after some hundreds.
    private static let mostChanges = 20_000

    /// Gives the loopback device an address and another MTU and takes both back, again and again, until the sockets of the
    /// namespace have lost so many notices: the kernel itself drops what finds no room in their queues.
    func overflow(_ notices: Int, in name: String) throws -> WorldEdit {
        let namespace = try host.worldNamespace(name)
        let socket = try namespace.open()
        let loopback = try socket.link("lo")
        let address = try ObjectRequests.readPrefix("127.77.77.77/32")
        let before = try lostNotices(in: namespace)
        var lost = 0
        var changes = 0
        while lost < notices, changes < WorldEditor.mostChanges {
            for _ in 0..<25 {
                try socket.send(.addAddress(address, to: loopback.index), "address.add \(address) dev lo")
                try socket.send(.deleteAddress(address, from: loopback.index), "address.delete \(address) dev lo")
                for mtu in [loopback.mtu - 1, loopback.mtu] {
                    try socket.send(.setLink(.index(loopback.index), LinkChanges(mtu: mtu)), "link.set lo mtu \(mtu)")
                }
                changes += 4
            }
            lost = try lostNotices(in: namespace) - before
        }
        guard lost >= notices else {
            throw WorldError.nothing(
                "after \(changes) changes \(lost) notices were lost in \(namespace.name): nobody there waits for those of "
                    + "addresses or devices without reading them")
        }
        return WorldEdit(detail: "\(lost) notices were lost in \(namespace.name), by \(changes) changes")
    }

    /// How many notices all netlink sockets of a namespace have lost, by proc_net_netlink.
    private func lostNotices(in namespace: WorldNamespace) throws -> Int {
        let text = try withNetworkNamespace(try namespace.handle.open()) { () throws(SystemError) in
            try readFile("/proc/thread-self/net/netlink")
        }
        return text.split(separator: "\n").dropFirst().reduce(0) { sum, line in
            // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
            let fields = line.split(separator: " ")
            return sum + (fields.count > 8 ? Int(fields[8]) ?? 0 : 0)
        }
    }
}
