"""Writes the initramfs that mounts this machine's root in a virtual machine: busybox, a few modules, and vm_lib/init.

usage: python3 -m vm_lib.initramfs FOLDER_OF_MODULES BUSYBOX INIT OUTPUT
"""

import lzma
import pathlib
import subprocess
import sys

# What the root and the results come by; each with what it depends on. One that is built in is in modules.builtin.
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
TOOLS = ("sh", "mount", "umount", "mkdir", "insmod", "switch_root", "sleep", "cat", "ip", "stty", "reboot")


def archive(entries):
    """A cpio archive of the form `newc` of (path, mode, content)."""
    made = bytearray()
    for number, (path, mode, content) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        name = path.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        made += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        made += bytes(-len(made) % 4) + content
        made += bytes(-len(made) % 4)
    return bytes(made)


def stem(path):
    """The name of a module: `kernel/fs/9p/9p.ko.xz` is `9p`."""
    return path.rsplit("/", 1)[-1].split(".ko")[0].replace("-", "_")


def order(wanted, dependencies, builtin):
    """The files of the modules, each after those that it needs. `dependencies` is the text of modules.dep, `builtin` of modules.builtin."""
    lines = dict(line.split(":", 1) for line in dependencies.splitlines() if ":" in line)
    files = {stem(path): path for path in lines}
    inside = {stem(line) for line in builtin.splitlines()}
    found = []
    for name in wanted:
        if name in inside:
            continue
        if name not in files:
            raise LookupError(f"the kernel has no module {name}")
        # modules.dep names what a module needs from the last to the first.
        for path in [*reversed(lines[files[name]].split()), files[name]]:
            if path not in found:
                found.append(path)
    return found


def unpacked(path):
    """The content of a module's file, whatever it is compressed with."""
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    return path.read_bytes()


def main():
    modules, busybox, init, output = map(pathlib.Path, sys.argv[1:])
    files = order(MODULES, (modules / "modules.dep").read_text(), (modules / "modules.builtin").read_text())
    entries = [(name, 0o040755, b"") for name in ("bin", "dev", "proc", "sys", "lower", "memory", "new", "modules")]
    entries.append(("bin/busybox", 0o100755, busybox.read_bytes()))
    entries += [(f"bin/{tool}", 0o120777, b"busybox") for tool in TOOLS]
    entries += [(f"modules/{stem(file)}.ko", 0o100644, unpacked(modules / file)) for file in files]
    entries.append(("modules/order", 0o100644, "".join(f"{stem(file)}.ko\n" for file in files).encode()))
    entries.append(("init", 0o100755, init.read_bytes()))
    output.write_bytes(archive(entries))


if __name__ == "__main__":
    main()
