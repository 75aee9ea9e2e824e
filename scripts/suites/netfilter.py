"""iptables' own tests, from Debian's source against Debian's programs; nftables' where its source can be had."""

import re

from .cpython import named
from .host import Unit
from .packages import debian_source, install


def lines_of(source, skips_other):
    """The test lines of each file of rules: name to line numbers."""
    found = {}
    for file in sorted((source / "extensions").glob("*.t")):
        if skips_other and re.match(r"libarpt_|libebt_", file.name):
            continue
        text = file.read_text().splitlines()
        found[f"extensions/{file.name}"] = [
            number for number, line in enumerate(text, 1) if line.strip() and line[0] not in "#:*@%"]
    return found


def rules(files):
    """A parser: each line of a file is a case; the script names those that fail, and each file that is done."""
    def parse(text):
        errors = {(file, int(line)) for file, line in re.findall(r"^(extensions/\S+\.t): ERROR: line (\d+)", text, re.M)}
        done = set(re.findall(r"^(extensions/\S+\.t): ", text, re.M))
        counted = re.findall(r"(\d+) test files, (\d+) unit tests, (\d+) passed", text)
        cases = {
            f"{file}:{line}": "fail" if (file, line) in errors else "pass" if file in done else "absent"
            for file, lines in files.items() for line in lines
        }
        cases["(count)"] = " of ".join(reversed(counted[-1][1:])) if counted else "no count"
        return cases
    return parse


def iptables(cache, skipped):
    """extensions/*.t by iptables-test.py, in a network namespace of its own as the script makes it."""
    install("iptables", "arptables", "ebtables", "python3")
    source = debian_source(cache, "iptables")
    return [
        Unit(f"iptables-test {way}", f"cp -r {source} /tmp/source && cd /tmp/source && "
             f"/usr/bin/python3 iptables-test.py --host --netns {flag}", rules(lines_of(source, flag == "--legacy")), ci=True)
        for way, flag in [("legacy", "--legacy"), ("nft", "--nftables")]
    ]


def iptables_shell(cache, skipped):
    """iptables/tests/shell: each script is a case."""
    install("iptables", "arptables", "ebtables")
    source = debian_source(cache, "iptables")

    def parse(text):
        cases = named(r"^(?:\x1b\[1A\x1b\[K)?[IW]: \[(?P<result>OK|FAILED)\]\s+(?P<name>[^\s:]+)", text)
        return {name: {"OK": "pass", "FAILED": "fail"}[result] for name, result in cases.items()}
    return [
        Unit(f"iptables-shell {way}", f"cp -r {source} /tmp/source && cd /tmp/source/iptables/tests/shell && "
             f"bash ./run-tests.sh --host {flag}", parse)
        for way, flag in [("legacy", "--legacy"), ("nft", "--nft")]
    ]


def nftables(cache, skipped):
    """tests/shell by its own runner, and tests/py, against Debian's nft."""
    install("nftables", "python3-nftables", "python3")
    source = debian_source(cache, "nftables")

    def shell(text):
        cases = named(r"^[IW]: \[(?P<result>OK|FAILED|SKIPPED|DUMP FAIL)\]\s+(?P<name>[^\s:]+)", text)
        words = {"OK": "pass", "SKIPPED": "skip"}
        return {name: words.get(result, "fail") for name, result in cases.items()}

    def py(text):
        cases = named(r"^(?P<name>\S+\.t): (?P<result>OK|.*ERROR.*|.*WARNING.*)$", text)
        return {name: "pass" if result == "OK" else "fail" for name, result in cases.items()}
    return [
        Unit("nft shell", f"cp -r {source} /tmp/source && cd /tmp/source/tests/shell && NFT=/usr/sbin/nft ./run-tests.sh",
             shell, limit=1200),
        Unit("nft py", f"cp -r {source} /tmp/source && cd /tmp/source/tests/py && /usr/bin/python3 nft-test.py --host", py),
    ]
