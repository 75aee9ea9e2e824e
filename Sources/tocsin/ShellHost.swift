import Model
import Reports

/// A host as lines of a shell script, which make it by ip(8).
enum ShellHost {
    /// The settings that ip(8) takes as states show them; others are flags there, or numbers with words.
    private static let settings: Set<String> = [
        "id", "remote", "local", "dstport", "ttl", "tos", "mode", "ikey", "okey", "ageing", "if_id", "miimon",
        "updelay", "downdelay", "fwmark", "protocol",
    ]

    /// A setting of a device that ip(8) calls otherwise; nil where it can make all of them.
    static func otherSetting(of host: HostSpecification) -> String? {
        host.links.lazy.flatMap { link in
            // A plan has none that are wrong.
            ((try? LinkKinds.settings(link.settings ?? "", of: link.type)) ?? []).map(\.setting.word)
        }.first { !settings.contains($0) }
    }

    /// What makes the host as the agents find it.
    static func lines(for host: HostSpecification) -> [String] {
        func words(_ all: [String]) -> String { all.map(Replay.quoted).joined(separator: " ") }
        func place(_ namespace: String) -> [String] { namespace == "host" ? ["ip"] : ["ip", "-n", namespace] }
        func ended(_ end: LinkSpecification.End) -> [String] {
            var lines = end.addresses.map { words(place(end.namespace) + ["address", "add", $0, "dev", end.name]) }
            if let mtu = end.mtu {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "mtu", "\(mtu)"]))
            }
            if let mac = end.mac {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "address", mac]))
            }
            if let master = end.master {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "master", master]))
            }
            if end.up { lines.append(words(place(end.namespace) + ["link", "set", end.name, "up"])) }
            return lines
        }
        var lines = host.namespaces.flatMap {
            [words(["ip", "netns", "add", $0]), words(["ip", "-n", $0, "link", "set", "lo", "up"])]
        }
        for (path, content) in host.files.sorted(by: { $0.key < $1.key }) {
            if content.folder == true {
                lines.append("mkdir -p \(Replay.quoted(path))")
            } else {
                lines.append(
                    "mkdir -p \(Replay.quoted(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"))"
                )
                lines.append(
                    "printf %s \(Replay.quoted(String(decoding: content.bytes, as: UTF8.self))) >\(Replay.quoted(path))"
                )
            }
            if content.owner != nil || content.group != nil {
                lines.append("chown \(content.owner ?? 0):\(content.group ?? 0) \(Replay.quoted(path))")
            }
            lines.append("chmod \(String(content.mode, radix: 8)) \(Replay.quoted(path))")
        }
        for one in host.sysctls {
            // A slash in the name is a dot in a device's name (sysctl(8)).
            let path = "/proc/sys/" + String(one.sysctl.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
            let write = "echo \(Replay.quoted(one.value)) >\(Replay.quoted(path))"
            lines.append(
                one.namespace == "host" ? write : "ip netns exec \(one.namespace) sh -c \(Replay.quoted(write))")
        }
        for link in host.links {
            var make = place(link.end.namespace) + ["link", "add", link.end.name]
            // ip(8) calls it `dev` where it is a setting of the kind.
            let isSetting = LinkKinds.lowerDevices[link.type] != nil
            if let below = link.link, !isSetting { make += ["link", below] }
            make += ["type", link.type]
            if let id = link.id { make += ["id", "\(id)"] }
            if let table = link.table { make += ["table", table] }
            make += (link.settings ?? "").split(separator: " ").map(String.init)
            if let below = link.link, isSetting { make += ["dev", below] }
            if let peer = link.peer {
                make +=
                    ["peer", "name", peer.name]
                    + (peer.namespace == "host" && link.end.namespace == "host"
                        ? [] : ["netns", peer.namespace == "host" ? "1" : peer.namespace])
            }
            lines.append(words(make))
            lines += ended(link.end) + (link.peer.map(ended) ?? [])
        }
        for route in host.routes {
            var add = place(route.namespace) + ["route", "add", route.to]
            for (key, value) in [
                ("via", route.via), ("dev", route.dev), ("table", route.table), ("src", route.src),
                ("proto", route.proto),
            ] {
                if let value { add += [key, value] }
            }
            if let metric = route.metric { add += ["metric", "\(metric)"] }
            lines.append(words(add))
        }
        for rule in host.rules {
            var add = place(rule.namespace) + ["rule", "add", "from", rule.from]
            for (key, value) in [
                ("to", rule.to), ("iif", rule.iif), ("fwmark", rule.fwmark), ("table", rule.table),
                ("priority", rule.priority.map(String.init)),
            ] {
                if let value { add += [key, value] }
            }
            lines.append(words(add))
        }
        return lines
    }
}
