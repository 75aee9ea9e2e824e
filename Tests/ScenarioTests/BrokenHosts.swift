extension BrokenFileTests {
    static let hosts: [Broken] = [
        Broken(
            host(
                #"""
                  links: [{ name: eth0 }]

                """#),
            "5:11: error: a veth needs a peer"),
        Broken(
            host(
                #"""
                  links: [{ name: eth0, peer: { name: abcdefghijklmnop } }]

                """#),
            "5:33: error: `abcdefghijklmnop` is no interface name (15 characters, no / and no %)"),
        Broken(
            host(
                #"""
                  links: [{ name: eth0, peer: { name: p, in: pode } }]
                  namespaces: [pod, pod, host, a/b]

                """#),
            "5:42: error: no namespace `pode`; did you mean `pod`?",
            "6:21: error: namespace `pod` is there already",
            "6:26: error: namespace `host` is there already",
            "6:32: error: `a/b` is no name of a namespace"),
        Broken(
            host(
                #"""
                  links: [{ name: eth0, addresses: [10.0.0.1/24], peer: { name: p } }]
                  routes: [{ to: default, via: 10.9.0.1 }]

                """#),
            "6:12: error: 10.9.0.1 is in no connected network of host: the kernel would refuse it"),
        Broken(
            host(
                #"""
                  links: [{ name: eth0, addresses: [10.0.0.1/33], mtu: 12, mac: aa, up: yes, peer: { name: eth0 } }]

                """#),
            "5:37: error: `10.0.0.1/33` is no address",
            "5:51: error: 12 is no `mtu`: it is 68...65535",
            "5:60: error: `aa` is no hardware address: six pairs of hexadecimal digits",
            "5:69: error: `yes` is neither true nor false",
            "5:86: error: `eth0` is there twice in host"),
        Broken(
            host(
                #"""
                  links: [{ type: bridge, name: br0, peer: { name: x } }, { name: lo, type: bridge, master: br9 }, { name: v, type: vlan, id: 5, link: br0 }]

                """#),
            "5:38: error: a bridge has no peer",
            "5:61: error: `lo` is there twice in host",
            "5:85: error: no bridge, vrf, bond or team `br9` in host; did you mean `br0`?"),
        Broken(
            host(
                #"""
                  links: [{ name: v, type: vlan, id: 5, link: e0 }, { name: e0, type: ifb }, { name: w, type: vlan, link: e0 }, { name: r, type: vrf }, { name: m, type: macvlan, id: 1, link: e0 }, { name: x, type: vxlam }]

                """#),
            "5:41: error: no link `e0` in host stands before it",
            "5:78: error: a vlan needs `id`",
            "5:113: error: a vrf needs `table`",
            "5:163: error: a macvlan has no id",
            "5:193: error: no links of type `vxlam` are made; did you mean `vxlan`?"),
        Broken(
            host("  links: [{ name: wg0, type: wireguard }, { name: vx0, type: vxlan, settings: id 5 }]\n")
                + #"""
                faults:
                  - { after: { netns.name: pod }, do: { link.replace: vx0 } }
                  - { after: { netns.name: pod }, do: [{ delay: 5ms }, { link.replace: wg0 }] }

                """#,
            "9:58: error: a wireguard cannot be made again: what it holds would be lost; `link.delete` and `link.create` are two actions of one fault"
        ),
        Broken(
            host(
                #"""
                  links: [{ name: x, type: vxlan, settings: vni 42 }, { name: g, type: gre, settings: ikey }, { name: b, type: bridge, settings: stp_state 1 }]
                  namespaces: [pod]

                """#),
            "5:35: error: a vxlan has no setting `vni`; it has id, remote, local, dstport, ttl, tos, learning, ageing, maxaddress, proxy, rsc, l2miss, l3miss, udpcsum, udp6zerocsumtx, udp6zerocsumrx, remcsumtx, remcsumrx, gbp, gpe, external, flowlabel, df, vnifilter, localbypass",
            "5:77: error: `ikey` has no value", "5:120: error: a bridge has no settings"),
        Broken(
            host(
                #"""
                  links: [{ type: bridge, name: br0 }, { name: a, master: br1, peer: { name: b, master: a } }]

                """#),
            "5:51: error: no bridge, vrf, bond or team `br1` in host; did you mean `br0`?",
            "5:81: error: no bridge, vrf, bond or team `a` in host"),
        Broken(
            host(
                #"""
                  routes: [{ to: x, dev: eth0 }, { to: default }, { via: 10.0.0.1 }, { to: default, dev: eth9 }]

                """#),
            "5:14: error: `x` is neither a prefix nor `default`",
            "5:21: error: no link `eth0` in host",
            "5:34: error: a route needs `via` or `dev`",
            "5:51: error: a route needs `to`",
            "5:85: error: no link `eth9` in host"),
        Broken(
            host(
                #"""
                  links: [{ name: eth0, addresses: [10.0.0.1/24], peer: { name: p } }]
                  routes: [{ to: default, dev: eth0, src: 10.0.0.2 }, { to: default, dev: eth0, proto: statik }]

                """#),
            "6:38: error: 10.0.0.2 is no address of host: the kernel would refuse it",
            "6:81: error: `statik` is no protocol of routes: static, boot, kernel, ra, dhcp, bird, zebra, bgp, ospf or a number"
        ),
        Broken(
            host(
                #"""
                  rules: [{ from: x }]
                  sysctls: [{ sysctl: a }]
                  sysfs: ro

                """#),
            "5:11: error: a rule needs `table`",
            "5:13: error: `x` is neither a prefix nor `all`",
            "6:13: error: a sysctl needs `value`",
            "7:3: error: `ro` is none of `writable` `read-only`"),
        Broken(
            host(
                #"""
                  files: { etc/x: { text: a }, /b: { text: a, mode: "0999" }, /c: { txt: a }, /d: { folder: true, text: a }, /e: { text: a, owner: root } }

                """#),
            "5:12: error: `etc/x` is no path: it begins with /",
            "5:47: error: `0999` is no mode: three or four octal digits",
            "5:63: error: a content is one of { text: … }, { json: … } and { file: … }",
            "5:69: error: unknown key `txt`; did you mean `text`?",
            "5:85: error: `folder` or `text`, not both: a folder has no content",
            "5:125: error: `root` is no whole number"),
    ]
}
