"""Makes a port answer for a tenant's addresses. Defect: where the route is refused, the setting is not put back."""
import subprocess
import sys

SETTING = "/proc/sys/net/ipv4/conf/eth0/proxy_arp"


def write(value):
    with open(SETTING, "w") as setting:
        setting.write(value)


def route(verb):
    return subprocess.run(["ip", "route", verb, "198.51.100.0/24", "via", "192.0.2.1"]).returncode


twin, verb = sys.argv[1:]
if verb == "add":
    write("1")
    if route("add") != 0:
        if twin == "good":
            write("0")
        sys.exit("the route was refused")
else:
    write("0")
    sys.exit(route("del"))
