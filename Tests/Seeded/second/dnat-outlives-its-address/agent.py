"""Publishes ports of a pod by native nft. Defect: unpublish finds the rule for connections from outside, not that for the host's own."""
import json
import subprocess
import sys

POD, TABLE = "10.9.0.2", ("ip", "ports")


def nft(*commands):
    subprocess.run(["nft", "-f", "-"], input="\n".join(commands), text=True, check=True)


def publish():
    subprocess.run("ip netns add pod && ip link add h0 type veth peer name eth0 netns pod && ip link set h0 up && "
                   f"ip -n pod address add {POD}/24 dev eth0 && ip -n pod link set eth0 up", shell=True, check=True)
    nft("add table ip ports",
        "add chain ip ports pre { type nat hook prerouting priority dstnat; }",
        "add chain ip ports out { type nat hook output priority -100; }",
        f"add rule ip ports pre tcp dport 8080 dnat to {POD}:80",
        f"add rule ip ports out ip daddr 127.0.0.0/8 tcp dport 8080 dnat to {POD}:80")


def unpublish():
    chains = ["pre"] if sys.argv[1] == "bad" else ["pre", "out"]
    listed = json.loads(subprocess.check_output(["nft", "-j", "list", "table", *TABLE]))["nftables"]
    rules = [item["rule"] for item in listed if "rule" in item]
    nft(*(f"delete rule ip ports {rule['chain']} handle {rule['handle']}" for rule in rules if rule["chain"] in chains))
    subprocess.run(["ip", "netns", "del", "pod"], check=True)
    if len(rules) == len(chains):
        nft("delete table ip ports")


{"add": publish, "del": unpublish}[sys.argv[2]]()
