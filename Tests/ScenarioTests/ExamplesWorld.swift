/// The fourth and the sixth example of the format's description, as they stand there: a daemon, and a changed world.
extension Examples {
    static let world = Files(texts: [
        "keepalived.yaml": """
        tocsin: 1
        requires: { programs: [keepalived] }

        host:
          links:
            - { name: eth0, addresses: [192.0.2.2/24], peer: { name: peer0, addresses: [192.0.2.1/24] } }
          files:
            /etc/keepalived/keepalived.conf: { file: keepalived.conf }

        agents:
          keepalived:
            service: [keepalived, -n, -l, -D]
            ready: { log: Entering MASTER STATE }      # "Startup complete" comes three seconds too early

        steps:
          - start: keepalived
          - { name: serving, check: { present: { address: 192.0.2.10/24, dev: eth0 } } }
          - start: keepalived                          # only if it does not run
          - { name: serving-again, check: { present: { address: 192.0.2.10/24, dev: eth0 } }, within: 10s }
          - stop: keepalived

        """,
        "keepalived-restarted.yaml": """
        tocsin: 1
        use: keepalived.yaml
        title: address and route are there once, whatever happened to the daemon
        cwe: [CWE-459, CWE-664]

        matrix:
          event:
            - { address.delete: 192.0.2.10/24, dev: eth0 }
            - { kill: main }                           # its child sees it, a second later, and cleans up
            - { kill: all }                            # nobody does: the next start finds the address there

        faults:
          - after: { step: serving }
            do: $(event)

        known:                                         # started again at once, it says "daemon is already running" and exits with 0
          - { not-ready: start-keepalived.2, if: { event: "kill: main" }, because: not reported yet }
          - { check: serving-again, if: { event: "kill: main" }, because: not reported yet }

        """,
        "keepalived-link-down.yaml": """
        tocsin: 1
        use: keepalived.yaml
        title: address and route come back with the link

        faults:
          - after: { step: serving }
            do: { link.set: eth0, up: false }
            until: { before: { step: serving-again } }

        """,
        "address-add-errnos.yaml": """
        tocsin: 1
        title: an address that could not be added must be reported, and nothing may stay behind
        cwe: [CWE-703, CWE-252]

        host:
          links: [{ name: eth0, peer: { name: peer0 } }]

        agents:
          ip:
            commands:
              add: { run: [ip, address, add, $(address), dev, eth0] }
              del: { run: [ip, address, del, $(address), dev, eth0], undoes: add }

        steps:
          - run: add
          - run: del

        matrix:
          address: [10.0.0.1/24, "fd00::1/64"]

        faults:
          - before: { address.add: $(address) }
            do: { fail: each }                         # one plan for each errno of the kernel's table for this request

        """,
        "address-add-causes.yaml": """
        tocsin: 1
        use: address-add-errnos.yaml
        title: the same, with the world made so that the kernel itself says no

        matrix:
          address: [10.0.0.1/24, "fd00::1/64"]
          cause:
            - { link.delete: eth0 }                                                  # ENODEV
            - { link.replace: eth0 }                                                 # ENODEV: same name, other index
            - { address.add: $(address), dev: eth0 }                                 # EEXIST
            - { sysctl.write: net.ipv6.conf.eth0.disable_ipv6, value: 1 }            # EACCES
            - { link.set: eth0, mtu: 1000 }                                          # EINVAL, IPv6 only
          exclude:
            - { address: 10.0.0.1/24, cause: { sysctl.write: net.ipv6.conf.eth0.disable_ipv6, value: 1 } }
            - { address: 10.0.0.1/24, cause: { link.set: eth0, mtu: 1000 } }

        faults:
          - before: { address.add: $(address) }
            do: $(cause)

        """,
        "keepalived.conf": "vrrp_instance v { state MASTER }",
    ])
}
