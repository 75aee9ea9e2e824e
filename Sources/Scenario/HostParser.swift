import Model

/// Reads `host`, whose shapes were checked, and says what the kernel would refuse.
struct HostParser {
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    func parse(_ tree: Tree?) -> HostSpecification {
        var host = HostSpecification()
        guard let tree else { return host }
        host.sysfsWritable = tree["sysfs"]?.text != "read-only"
        host.duplicateAddressDetection = tree["duplicate-address-detection"]?.text == "on"
        host.capabilities = tree["capabilities"]?.texts ?? []
        for item in tree["namespaces"]?.list ?? [] { addNamespace(item, to: &host) }
        for item in tree["links"]?.list ?? [] { addLink(item, to: &host) }
        for end in ends(of: host, in: tree) { checkMaster(end.tree, end.end, in: host) }
        for item in tree["routes"]?.list ?? [] { addRoute(item, to: &host) }
        for item in tree["rules"]?.list ?? [] { addRule(item, to: &host) }
        for item in tree["sysctls"]?.list ?? [] {
            guard let name = item["sysctl"]?.text, let value = item["value"]?.text else { continue }
            host.sysctls.append(
                SysctlSpecification(sysctl: name, value: value, namespace: namespace(item, in: host)))
        }
        for entry in tree["files"]?.entries ?? [] {
            if !entry.key.hasPrefix("/") {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is no path: it begins with /")
            }
            host.files[entry.key] = ContentParser(environment: environment, diagnostics: diagnostics).file(entry.value)
        }
        return host
    }

    private func addNamespace(_ item: Tree, to host: inout HostSpecification) {
        guard let name = item.text else { return }
        if !Text.isNamespace(name) {
            diagnostics.add(item.position, "`\(name)` is no name of a namespace")
        } else if name == "host" || host.namespaces.contains(name) {
            diagnostics.add(item.position, "namespace `\(name)` is there already")
        } else {
            host.namespaces.append(name)
        }
    }

    private func addLink(_ item: Tree, to host: inout HostSpecification) {
        let type = item["type"]?.text ?? "veth"
        guard Schema.linkTypes.contains(type) else {
            diagnostics.add(
                item["type"]?.position ?? item.position, "no links of type `\(type)` are made", misspelt: type,
                among: Schema.linkTypes)
            return
        }
        guard let end = end(item, in: host) else { return }
        checkName(end, item, in: host)
        var link = LinkSpecification(type: type, end: end)
        if let peer = item["peer"] {
            guard let other = self.end(peer, in: host) else { return }
            if type == "veth" { checkName(other, peer, in: host) }
            if other.name == end.name, other.namespace == end.namespace {
                diagnostics.add(peer["name"]?.position ?? peer.position, taken(other))
            }
            link.peer = other
        }
        link.link = item["link"]?.text
        link.id = item["id"]?.integer
        link.table = item["table"]?.text
        link.settings = item["settings"]?.text
        if let (key, message) = link.problem {
            diagnostics.add((item[key] ?? item).position, message)
            if type == "veth" { return }
            link.peer = nil
        } else {
            checkLower(link, item, in: host)
        }
        host.links.append(link)
    }

    /// The device below must be made before.
    private func checkLower(_ link: LinkSpecification, _ item: Tree, in host: HostSpecification) {
        guard let lower = link.link else { return }
        let before = devices(of: host, in: link.end.namespace).map(\.name)
        guard !before.contains(lower) else { return }
        diagnostics.add(
            item["link"]?.position ?? item.position,
            "no link `\(lower)` in \(link.end.namespace) stands before it", misspelt: lower, among: before)
    }

    private func end(_ item: Tree, in host: HostSpecification) -> LinkSpecification.End? {
        guard let name = item["name"]?.text else { return nil }
        return LinkSpecification.End(
            name: name, namespace: namespace(item, in: host), up: item["up"]?.truth ?? true,
            addresses: item["addresses"]?.texts ?? [], mtu: item["mtu"]?.integer, mac: item["mac"]?.text,
            master: item["master"]?.text)
    }

    private func checkName(_ end: LinkSpecification.End, _ item: Tree, in host: HostSpecification) {
        let isTaken = devices(of: host, in: end.namespace).contains { $0.name == end.name }
        if isTaken || end.name == "lo" { diagnostics.add(item["name"]?.position ?? item.position, taken(end)) }
    }

    private func taken(_ end: LinkSpecification.End) -> String { "`\(end.name)` is there twice in \(end.namespace)" }

    /// The ends of all links with their places, for what can only be checked when all are known.
    private func ends(of host: HostSpecification, in tree: Tree) -> [(tree: Tree, end: LinkSpecification.End)] {
        (tree["links"]?.list ?? []).flatMap { item in
            [item, item["peer"]].compactMap { $0 }.compactMap { tree in
                let place = tree["in"]?.text ?? "host"
                return devices(of: host, in: place).first { $0.name == tree["name"]?.text }.map { (tree, $0) }
            }
        }
    }

    private func checkMaster(_ tree: Tree, _ end: LinkSpecification.End, in host: HostSpecification) {
        guard let master = end.master else { return }
        let masters = host.links.filter {
            LinkSpecification.typesOfMasters.contains($0.type) && $0.end.namespace == end.namespace
        }.map(\.end.name)
        if !masters.contains(master) {
            diagnostics.add(
                tree["master"]?.position ?? tree.position,
                "no bridge, vrf, bond or team `\(master)` in \(end.namespace)",
                misspelt: master, among: masters)
        }
    }

    private func addRoute(_ item: Tree, to host: inout HostSpecification) {
        guard let to = item["to"]?.text else { return }
        let route = RouteSpecification(
            to: to, via: item["via"]?.text, dev: item["dev"]?.text, table: item["table"]?.text ?? "main",
            metric: item["metric"]?.integer, src: item["src"]?.text, proto: item["proto"]?.text,
            namespace: namespace(item, in: host))
        let devices = devices(of: host, in: route.namespace)
        checkSource(route, item, devices)
        if let dev = route.dev, dev != "lo", !devices.contains(where: { $0.name == dev }) {
            diagnostics.add(
                item["dev"]?.position ?? item.position, "no link `\(dev)` in \(route.namespace)", misspelt: dev,
                among: devices.map(\.name))
        } else if let via = route.via, let gateway = Prefix(via) {
            let near = devices.filter { route.dev == nil || $0.name == route.dev }.flatMap(\.addresses)
            let before = host.routes.filter { $0.namespace == route.namespace && $0.via == nil }.map(\.to)
            if !(near + before).compactMap({ Prefix($0) }).contains(where: { $0.contains(gateway) }) {
                diagnostics.add(
                    item.position,
                    "\(via) is in no connected network of \(route.namespace): the kernel would refuse it")
            }
        } else if route.via == nil, route.dev == nil {
            diagnostics.add(item.position, "a route needs `via` or `dev`")
        }
        host.routes.append(route)
    }

    private func checkSource(_ route: RouteSpecification, _ item: Tree, _ devices: [LinkSpecification.End]) {
        guard let src = route.src, let source = Prefix(src), source.isAddress else { return }
        let loopback = ["127.0.0.0/8", "::1"].compactMap { Prefix($0) }
        let own = devices.flatMap(\.addresses).compactMap { Prefix(String($0.prefix { $0 != "/" })) }
        guard !own.contains(source), !loopback.contains(where: { $0.contains(source) }) else { return }
        diagnostics.add(
            item["src"]?.position ?? item.position,
            "\(src) is no address of \(route.namespace): the kernel would refuse it")
    }

    private func addRule(_ item: Tree, to host: inout HostSpecification) {
        guard let table = item["table"]?.text else { return }
        host.rules.append(
            RuleSpecification(
                from: item["from"]?.text ?? "all", to: item["to"]?.text, iif: item["iif"]?.text,
                fwmark: item["fwmark"]?.text, table: table, priority: item["priority"]?.integer,
                namespace: namespace(item, in: host)))
    }

    private func devices(of host: HostSpecification, in namespace: String) -> [LinkSpecification.End] {
        host.links.flatMap { [$0.end] + ($0.peer.map { [$0] } ?? []) }.filter { $0.namespace == namespace }
    }

    private func namespace(_ item: Tree, in host: HostSpecification) -> String {
        guard let tree = item["in"], let name = tree.text else { return "host" }
        if name != "host", !host.namespaces.contains(name) {
            diagnostics.add(tree.position, "no namespace `\(name)`", misspelt: name, among: host.namespaces + ["host"])
        }
        return name
    }
}
