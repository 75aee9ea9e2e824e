"""Every suite: what it needs, how it is built outside the host, and its units."""

import dataclasses

from . import cpython, go, netfilter, shells


@dataclasses.dataclass
class Suite:
    """`prepare(cache, skipped)` gives the units, and adds to `skipped` what cannot be had."""

    name: str
    about: str
    prepare: object
    ci: bool = False


SUITES = {suite.name: suite for suite in [
    Suite("cpython", f"CPython's `test`, {len(cpython.MODULES)} modules", cpython.prepare, ci=True),
    Suite("go", "Go: " + ", ".join(go.STANDARD), go.standard),
    Suite("iptables", "iptables-test.py, legacy and nft", netfilter.iptables, ci=True),
    Suite("iptables-shell", "iptables shell tests, legacy and nft", netfilter.iptables_shell),
    Suite("cni", "CNI plugins' Ginkgo suites", go.cni),
    Suite("netlink", "vishvananda netlink, nl, netns", go.netlink),
    Suite("iproute2", "iproute2's testsuite", shells.iproute2),
    Suite("bash", "bash's own tests", shells.bash),
    Suite("pyroute2", "pyroute2's unit tests", cpython.pyroute2),
    Suite("nftables", "nftables' tests/shell and tests/py", netfilter.nftables),
]}
