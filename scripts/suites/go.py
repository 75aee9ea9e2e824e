"""Tests of Go's standard library, of vishvananda's netlink, and the CNI plugins' Ginkgo suites."""

import os
import re
import shutil

from .cpython import named
from .host import Unit
from .packages import Missing, build, debian_source, install

STANDARD = ["os", "os/exec", "os/signal", "syscall", "net", "internal/poll"]
WORDS = {"PASS": "pass", "FAIL": "fail", "SKIP": "skip"}


def results(text):
    """Cases of `go test -v`, subtests too."""
    cases = named(r"^\s*--- (?P<result>PASS|FAIL|SKIP): (?P<name>\S+)", text)
    return {name: WORDS[result] for name, result in cases.items()}


def ginkgo(text):
    """Cases of Ginkgo 1 with -ginkgo.v: blocks between rules; the name ends with the place of the spec."""
    cases = {}
    for block in re.split(r"^-{30}$", text, flags=re.M):
        place = re.search(r"^\s*\S+_test\.go:\d+\s*$", block, re.M)
        if not place:
            continue
        heading = re.sub(r"\[\d+\.\d+ seconds\]", "", block[:place.start()])
        name = " ".join(heading.split()) + " " + place[0].strip().rsplit("/", 1)[-1]
        # A failure is told by its heading; specs of a table share a place, so they are numbered.
        if re.search(r"^(•! Panic|• Failure|•\.\.\. Timeout|Failure \[)", block, re.M):
            result = "fail"
        elif re.search(r"^[SP] \[(SKIPPING|PENDING)\]", block, re.M):
            result = "skip"
        elif re.search(r"^•", block, re.M) or "•" in block:
            result = "pass"
        else:
            result = "no end"
        if re.match(r"(• Failure|S \[|P \[|•)", name):
            # The same block begins with what the spec before it came to.
            name = re.sub(r"^(•!? ?\S*|[SP]) \[[^]]*\](?: in [^[]*\[[^]]*\])? ", "", name)
        number, key = 1, name
        while key in cases:
            number += 1
            key = f"{name} ({number})"
        cases[key] = result
    return cases


def compile_test(cache, package, skipped, folder=None, gopath="/usr/share/gocode"):
    """Compiles the tests of a package outside the host; None, and why in `skipped`, where that fails."""
    binary = cache / "go" / (package.replace("/", "-") + ".test")
    if binary.exists():
        return binary
    binary.parent.mkdir(exist_ok=True)
    try:
        build(["go", "test", "-c", "-o", binary, package if folder is None else "."], f"tests of {package}", folder or cache,
              GOCACHE=str(cache / "gocache"), GO111MODULE="off", GOPATH=gopath, GOFLAGS="")
    except Missing as missing:
        skipped.append(str(missing))
        return None
    return binary if binary.exists() else None


def standard(cache, skipped):
    """Each package's tests run where its sources lie, as `go test` does it."""
    install("golang-go", "golang-src", "gcc")
    root = os.path.realpath("/usr/lib/go")
    units = []
    for package in STANDARD:
        if binary := compile_test(cache, package, skipped):
            units.append(Unit(f"go {package}", f"cd {root}/src/{package} && {binary} -test.v -test.short -test.timeout 500s",
                              results))
    return units


def netlink(cache, skipped):
    """From Debian's golang-github-vishvananda-netlink-dev and -netns-dev."""
    install("golang-go", "golang-src", "gcc", "golang-github-vishvananda-netlink-dev",
            "golang-github-vishvananda-netns-dev")
    # Natively too it waits for ever in a pid namespace of its own: the process connector speaks to the first one alone.
    endless = "TestSubscribeProcEvent"
    skipped.append(f"netlink: {endless} does not end in a pid namespace, natively either")
    units = []
    for package in ["netlink", "netlink/nl", "netns"]:
        path = f"github.com/vishvananda/{package}"
        if binary := compile_test(cache, path, skipped):
            units.append(Unit(f"go {package}", f"cd /usr/share/gocode/src/{path} && {binary} -test.v -test.timeout 500s -test.run "
                              f"\"^($({binary} -test.list . | grep -v {endless} | paste -sd '|'))\\$\"", results))
    return units


def cni(cache, skipped):
    """From the source of containernetworking-plugins; every package with a Ginkgo suite is a unit."""
    install("golang-go", "golang-src", "gcc", "iptables", "golang-dbus-dev", "golang-github-alexflint-go-filemutex-dev",
            "golang-github-appc-cni-dev", "golang-github-coreos-go-iptables-dev", "golang-github-coreos-go-systemd-dev",
            "golang-github-d2g-dhcp4-dev", "golang-github-d2g-dhcp4client-dev", "golang-github-mattn-go-shellwords-dev",
            "golang-github-networkplumbing-go-nft-dev", "golang-github-onsi-ginkgo-dev", "golang-gomega-dev",
            "golang-github-safchain-ethtool-dev", "golang-golang-x-sys-dev", "golang-github-vishvananda-netlink-dev")
    source = debian_source(cache, "containernetworking-plugins")
    # Where Go looks for it: a GOPATH of its own before Debian's.
    path = "github.com/containernetworking/plugins"
    home = cache / "gopath"
    if not (home / "src" / path).exists():
        (home / "src" / path).parent.mkdir(parents=True)
        shutil.copytree(source, home / "src" / path)
    units = []
    for suite in sorted((home / "src" / path).glob("**/*_suite_test.go")):
        package = suite.parent.relative_to(home / "src")
        binary = compile_test(cache, str(package), skipped, suite.parent, f"{home}:/usr/share/gocode")
        if binary:
            name = str(package).removeprefix(path + "/")
            units.append(Unit(f"cni {name}", f"cd {suite.parent} && {binary} -ginkgo.v -ginkgo.noColor -ginkgo.seed 1 "
                              "-test.timeout 500s", ginkgo))
    return units
