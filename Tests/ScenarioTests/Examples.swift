/// The first two examples of the format's description, as they stand there.
enum Examples {
    static let files = Files(texts: [
        "ip-netns-add-killed.yaml": """
        tocsin: 1
        title: a name that can neither be entered nor added again
        cwe: [CWE-459]

        agents:
          ip:
            commands:
              add: { run: [ip, netns, add, demo] }
              del: { run: [ip, netns, del, demo], undoes: add }

        steps:
          - { run: add, retry: 1 }           # run again, once, if the result is not that of the run without faults
          - run: del
          - run: add                         # can it be done again?
          - run: del

        faults:
          - before: { netns.name: demo }     # the bind mount that gives the name; not "the first mount"
            do: { kill: process }

        known:
          - { dead-name: { netns: demo }, because: not reported yet }
          - { no-convergence: add, because: not reported yet }

        """,
        "cni.yaml": """
        # CNI bridge with host-local, as its owner runs it; the scenarios of this folder `use` it
        tocsin: 1
        requires: { programs: [/usr/lib/cni/bridge, iptables] }

        variables:
          network:
            cniVersion: 1.0.0
            name: lab
            type: bridge
            bridge: cni0
            isGateway: true
            ipMasq: true
            ipam: { type: host-local, subnet: 10.22.0.0/16, routes: [{ dst: 0.0.0.0/0 }] }

        host:
          namespaces: [pod]

        agents:
          cni:
            version: 1.1.1
            state: [/var/lib/cni]
            environment: { CNI_CONTAINERID: c1, CNI_NETNS: /run/netns/pod, CNI_IFNAME: eth0, CNI_PATH: /usr/lib/cni }
            commands:
              add: { run: [/usr/lib/cni/bridge], environment: { CNI_COMMAND: ADD }, stdin: { json: $(network) } }
              del: { run: [/usr/lib/cni/bridge], environment: { CNI_COMMAND: DEL }, stdin: { json: $(network) }, undoes: add }

        steps:
          - run: add
          - run: del
          - run: del                         # the specification demands that this succeeds
          - run: add
          - run: del

        allow:
          - { residue: { link: cni0 }, because: the plugin keeps its bridge by design }
          - { residue: { file: /var/lib/cni/networks/lab/last_reserved_ip.* }, because: host-local goes round its range by design }
          - { residue: { file: /var/lib/cni/networks/lab/lock }, because: the file stays by design }

        """,
        "cni-namespace-replaced.yaml": """
        tocsin: 1
        use: cni.yaml
        title: ADD must not report success for a namespace that is no longer the one it was given
        cwe: [CWE-367, CWE-459]

        steps:
          - run: add
          - run: del
          - run: del
          - { run: add, environment: { CNI_CONTAINERID: c2 } }
          - { run: del, environment: { CNI_CONTAINERID: c2 } }

        faults:
          - name: swap
            during: add.1
            before: { netns.enter: pod }
            do: { netns.replace: pod }

        known:
          - { false-success: add.1, because: not reported yet }

        """,
        "cni-lease-torn.yaml": """
        tocsin: 1
        use: cni.yaml
        title: an address must not be lost when host-local dies between making its lease and writing it
        cwe: [CWE-459, CWE-772]

        faults:
          - during: add.1
            after: { file.create: /var/lib/cni/networks/lab/10.22.*, by: host-local }
            do: { kill: process }            # the child only; bridge sees it die

        known:
          - { residue: { file: /var/lib/cni/networks/lab/10.22.* }, because: not reported yet }

        """,
    ])
}
