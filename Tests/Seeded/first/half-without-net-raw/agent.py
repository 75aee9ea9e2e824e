"""add makes a namespace with an address, announces that by a raw packet, and brings lo up; bad has no way back where it may not announce."""
import socket, subprocess, sys

twin, command = sys.argv[1:3]


def ip(*words):
    return subprocess.run(["ip", *words], check=True)


def announce():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0):
        pass


if command == "del":
    subprocess.run(["ip", "netns", "del", "pod"], check=True)
    sys.exit()
ip("netns", "add", "pod")
try:
    ip("-n", "pod", "address", "add", "10.9.0.2/24", "dev", "lo")
    announce()
    ip("-n", "pod", "link", "set", "lo", "up")
except (OSError, subprocess.CalledProcessError) as error:
    print(f"add: {error}", file=sys.stderr)
    if twin == "good":
        ip("netns", "del", "pod")
    sys.exit(1)
