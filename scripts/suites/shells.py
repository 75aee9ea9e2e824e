"""Tests of bash, its job control and traps among them, and of iproute2."""

import re

from .cpython import named
from .host import Unit
from .packages import build, debian_source, install


def bash(cache, skipped):
    """Each run-* script is a case; by its own rule any output but warnings is a failure."""
    install("gcc", "libc6-dev")
    source = debian_source(cache, "bash")
    helpers = cache / "bash-helpers"
    helpers.mkdir(exist_ok=True)
    for name in ["recho", "zecho", "printenv", "xcase"]:
        build(["gcc", "-w", "-DHAVE_UNISTD_H", "-DHAVE_STRING_H", f"-I{source}", f"-I{source}/include", "-o", helpers / name,
               source / "support" / f"{name}.c"], f"bash's {name}",
              cache)

    def parse(text):
        cases = {}
        for name, said in re.findall(r"^begin-case (\S+)\n(.*?)^end-case \d+$", text, re.M | re.S):
            wrong = [line for line in said.splitlines() if line.strip() and not line.startswith("warning:")]
            cases[name] = "fail" if wrong else "pass"
        return cases
    # As tests/run-all does it, with marks around each; in parts, so that what differs is soon run again.
    cases = sorted(path.name for path in (source / "tests").glob("run-*")
                   if path.name not in ("run-all", "run-minimal", "run-gprof") and not path.name.endswith((".orig", "~")))
    return [
        Unit(f"bash tests {part[0]} to {part[-1]}", f"""cp -r {source}/tests /tmp/tests && cp {helpers}/* /tmp/tests && cd /tmp/tests
export BASH_TSTOUT=/tmp/bashtst PATH=.:$PATH THIS_SH=/bin/bash BUILD_DIR=/tmp
for x in {" ".join(part)}; do
  echo "begin-case $x"; sh $x 2>&1; echo "end-case $?"; rm -f $BASH_TSTOUT
done""", parse)
        for part in (cases[place:place + 10] for place in range(0, len(cases), 10))
    ]



def iproute2(cache, skipped):
    """testsuite/tests/**.t as the Makefile runs them, in a namespace each, against Debian's programs."""
    install("iproute2", "make", "gcc", "libmnl-dev", "libc6-dev")
    source = debian_source(cache, "iproute2")
    tools = source / "testsuite/tools/generate_nlmsg"
    if not tools.exists():
        build(["gcc", "-w", "-D_GNU_SOURCE", "-DHAVE_SETNS", "-DHAVE_HANDLE_AT", "-DNEED_STRLCPY", f"-I{source}/include", f"-I{source}/include/uapi", "-o", tools,
               source / "testsuite/tools/generate_nlmsg.c", *sorted(file for file in (source / "lib").glob("*.c") if not file.name.startswith("bpf")),
               "-DHAVE_LIBMNL", "-lmnl", "-lm"],
              "iproute2's generate_nlmsg", cache)

    def parse(text):
        cases = named(r"^case (?P<name>\S+\.t): (?P<result>pass|fail|skip)$", text)
        return dict(cases)
    script = f"""cp -r {source}/testsuite /tmp/testsuite && cd /tmp/testsuite && ./tools/generate_nlmsg
mkdir -p iproute2/this/tc iproute2/this/ip iproute2/this/misc iproute2/this/bridge
ln -s /sbin/tc iproute2/this/tc/tc; ln -s /sbin/ip iproute2/this/ip/ip
ln -s /bin/ss iproute2/this/misc/ss; ln -s /sbin/bridge iproute2/this/bridge/bridge
export TC=iproute2/this/tc/tc IP=iproute2/this/ip/ip SS=iproute2/this/misc/ss BRIDGE=iproute2/this/bridge/bridge
export DEV=lo SNAME=iproute2/this STD_ERR=/tmp/std.err STD_OUT=/tmp/std.out ERRF=/tmp/case.err
for t in $(cd tests && find . -name '*.t' | sort); do
  rm -f $ERRF; : > $STD_ERR; : > $STD_OUT
  IPVER=$t unshare -n tests/$t > /tmp/case.out 2>&1; status=$?
  cat /tmp/case.out
  if [ $status = 127 ]; then echo "case $t: skip"; elif [ -e $ERRF ]; then echo "case $t: fail"; else echo "case $t: pass"; fi
done"""
    return [Unit("iproute2 testsuite", script, parse)]
