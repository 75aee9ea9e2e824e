/// The third and the fifth example of the format's description, as they stand there: a driver, and two agents at once.
extension Examples {
    static let neutron = Files(texts: [
        "neutron.yaml": """
        # The DVR floating IP cycle of one router; driver.py answers one request a command (docs/driver.md)
        tocsin: 1
        requires: { programs: [iptables, conntrack] }

        variables: { version: 25.0.0, floating: 203.0.113.50, fixed: 10.0.0.7 }

        host:
          namespaces: [vm, external]
          links:
            - { name: br-ex, type: bridge }
            - { name: br-int, type: bridge }
            - { name: eth0, in: external, addresses: [203.0.113.1/24], peer: { name: ext0, master: br-ex } }
            - { name: eth0, in: vm, addresses: [$(fixed)/24], peer: { name: vm0, master: br-int } }
          routes:
            - { to: default, via: 10.0.0.1, in: vm }

        agents:
          l3:
            version: $(version)
            provision: [$(here)/../../scripts/agents/neutron, $(version), $(agents)/neutron-$(version)]
            driver: [$(agents)/neutron-$(version)/bin/python, $(here)/driver.py]
            warm: true
            environment: { PYTHONHASHSEED: 0 }
            state: [/var/lib/neutron]
            logs: [/var/lib/neutron/l3.log]
            timeout: 60s
            commands:
              create-gateway: {}
              add-router: {}
              add-floating-ip: {}
              resync: {}
              remove-floating-ip: { undoes: add-floating-ip }
              remove-router: { undoes: add-router }
              delete-gateway: { undoes: create-gateway }

        steps:
          - run: create-gateway
          - run: add-router
          - { run: add-floating-ip, with: { floating: $(floating), fixed: $(fixed) } }
          - { run: resync, retry: 2 }
          - name: reachable
            check: { tcp: $(floating):80, from: external, server: { in: vm, at: $(fixed):80 } }
            within: 5s
          - { run: remove-floating-ip, with: { floating: $(floating) } }
          - run: remove-router
          - run: delete-gateway

        allow:
          - { residue: { file: /var/lib/neutron/* }, because: "lock files and emptied fip-* files stay by design" }

        """,
        "neutron-fip-namespace-lost.yaml": """
        tocsin: 1
        use: neutron.yaml
        title: a floating IP must not be called ACTIVE when its namespace was lost while the gateway was made
        cwe: [CWE-367, CWE-664]

        matrix:
          version: [16.4.2, 20.5.0, 25.0.0, 29.0.0]

        faults:
          - during: create-gateway
            after: { link.get: fg-*, in: fip-* }       # the look; add_veth makes a bare namespace in its place
            do: { netns.delete: fip-* }

        known:
          - { check: reachable, because: not reported yet }
          - { no-convergence: resync, because: not reported yet }

        """,
        "neutron-fpr-deleted-behind.yaml": """
        tocsin: 1
        use: neutron.yaml
        title: a resync must bring back a veth that somebody else deleted
        cwe: [CWE-664]
        see: [LP#1776984]

        matrix:
          version: [12.0.3, 12.0.4, 20.5.0, 25.0.0]

        faults:
          - before: { step: resync }
            do: { link.delete: fpr-*, in: fip-* }

        known:
          - { no-convergence: resync, if: { version: "< 12.0.4" }, see: [LP#1776984] }
          - { check: reachable, if: { version: "< 12.0.4" }, see: [LP#1776984] }

        """,
        "neutron-and-cleaner.yaml": """
        tocsin: 1
        use: neutron.yaml
        title: a cleaner takes the name away between the L3 agent's look and its use
        cwe: [CWE-367, CWE-362]

        agents:
          cleaner:
            commands:
              sweep: { run: [$(here)/sweep, fip-*] }   # what a cron job of the operator does

        steps:
          - run: create-gateway
          - run: add-router
          - together:
              - { run: add-floating-ip, with: { floating: $(floating), fixed: $(fixed) } }
              - run: sweep
          - { run: resync, retry: 2 }
          - run: remove-router
          - run: delete-gateway

        order:                                         # whoever is early waits
          - { agent: l3, after: { netns.stat: fip-* } }
          - { agent: cleaner, after: { netns.unmount: fip-* } }
          - { agent: l3, before: { netns.open: fip-* } }

        """,
    ])
}
