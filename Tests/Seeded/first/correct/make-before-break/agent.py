"""Moves a pod's traffic to another gateway: what is new stands before what is old goes, and a step that fails goes back the same way."""
import subprocess
import sys

OLD, NEW = ("192.0.2.1", "100"), ("192.0.2.254", "50")


def route(verb, gateway, metric):
    subprocess.run(["ip", "-n", "pod", "route", verb, "default", "via", gateway, "metric", metric], check=True)


def rules(port):
    text = ("add table inet edge\nadd chain inet edge in { type filter hook input priority 0; }\nflush chain inet edge in\n"
            f"add rule inet edge in tcp dport {port} accept\nadd rule inet edge in ct state invalid drop\n")
    subprocess.run(["ip", "netns", "exec", "pod", "nft", "-f", "-"], input=text, text=True, check=True)


def move(old, new, port, before):
    route("add", *new)
    try:
        rules(port)
    except subprocess.CalledProcessError:
        route("del", *new)
        raise
    try:
        route("del", *old)
    except subprocess.CalledProcessError:
        rules(before)
        route("del", *new)
        raise


try:
    if sys.argv[1] == "set-up":
        route("add", *OLD), rules(80)
    elif sys.argv[1] == "move":
        move(OLD, NEW, 443, 80)
    else:
        move(NEW, OLD, 80, 443)
except subprocess.CalledProcessError as error:
    sys.exit(f"{sys.argv[1]}: {error}")
