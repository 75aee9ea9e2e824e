"""The archive, the order of modules, and what differs between kernels."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from vm_lib import initramfs, table

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "vm"


class Archive(unittest.TestCase):
    def test_headers_and_alignment(self):
        made = initramfs.archive([("init", 0o100755, b"abc"), ("bin/sh", 0o120777, b"busybox")])
        self.assertEqual(len(made) % 4, 0)
        at, found = 0, []
        while at < len(made):
            self.assertEqual(made[at:at + 6], b"070701")
            fields = [int(made[at + 6 + 8 * n:at + 14 + 8 * n], 16) for n in range(13)]
            name = made[at + 110:at + 110 + fields[11] - 1].decode()
            begin = at + (110 + fields[11] + 3) // 4 * 4
            found.append((name, fields[1], made[begin:begin + fields[6]]))
            at = begin + (fields[6] + 3) // 4 * 4
        self.assertEqual(found, [("init", 0o100755, b"abc"), ("bin/sh", 0o120777, b"busybox"), ("TRAILER!!!", 0, b"")])

    @unittest.skipUnless(shutil.which("cpio"), "no cpio")
    def test_cpio_reads_it(self):
        with tempfile.TemporaryDirectory() as folder:
            made = initramfs.archive([("bin", 0o040755, b""), ("bin/tool", 0o100755, b"content")])
            subprocess.run(["cpio", "-id", "--quiet"], input=made, cwd=folder, check=True)
            self.assertEqual((pathlib.Path(folder) / "bin/tool").read_bytes(), b"content")


class Modules(unittest.TestCase):
    dependencies = (
        "kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz kernel/fs/fscache/fscache.ko.xz\n"
        "kernel/net/9p/9pnet.ko.xz:\nkernel/fs/netfs/netfs.ko.xz: kernel/fs/fscache/fscache.ko.xz\n"
        "kernel/fs/fscache/fscache.ko.xz:\nkernel/net/9p/9pnet-virtio.ko.xz: kernel/net/9p/9pnet.ko.xz\n"
    )

    def test_each_comes_after_what_it_needs(self):
        found = initramfs.order(("9pnet_virtio", "9p"), self.dependencies, "")
        self.assertEqual([initramfs.stem(path) for path in found], ["9pnet", "9pnet_virtio", "fscache", "netfs", "9p"])

    def test_what_is_built_in_is_left_out(self):
        found = initramfs.order(("virtio_pci", "9pnet_virtio"), self.dependencies, "kernel/drivers/virtio/virtio_pci.ko\n")
        self.assertEqual(len(found), 2)

    def test_what_the_kernel_lacks_is_named(self):
        with self.assertRaisesRegex(LookupError, "overlay"):
            initramfs.order(("overlay",), self.dependencies, "")


def plan(verdict, *findings, name="a"):
    return {"name": name, "scenario": "a.yaml", "verdict": verdict,
            "findings": [{"oracle": oracle, "subject": subject} for oracle, subject in findings]}


class Table(unittest.TestCase):
    def test_a_verdict_that_differs_has_its_row(self):
        told = table.verdicts({"6.1": {"a": plan("pass"), "b": plan("error", name="b")}, "here": {"a": plan("pass"), "b": plan("pass", name="b")}})
        self.assertIn("| a.yaml | 1 error, 1 pass | 2 pass |", told)
        self.assertIn("| differs: b | error | pass |", told)
        self.assertNotIn("differs: a", told)

    def test_the_same_verdict_for_another_finding_differs(self):
        told = table.differences({"6.1": {"a": plan("known", ("residue", "link x"))}, "here": {"a": plan("known", ("residue", "link y"))}})
        self.assertEqual(told, ["- 6.1, a: only there residue link x; only here residue link y"])

    def test_what_is_equal_or_was_not_run_here_is_no_difference(self):
        same = {"a": plan("known", ("residue", "link x"))}
        self.assertEqual(table.differences({"6.1": same | {"c": plan("fail")}, "here": same}), [])

    def test_what_doctor_says(self):
        said = ("ok       kernel: 6.1\nmissing  PIDFD_THREAD: pidfd_open(128)\n         costs: slower\n"
                "ok       nsfs handles, NS_GET_ID: this\nmissing  devices of type dummy: none\n")
        self.assertTrue(table.has(said, "nsfs handles, NS_GET_ID"))
        self.assertFalse(table.has(said, "PIDFD_THREAD"))
        self.assertEqual(table.missing_types(said), "dummy")


class Words(unittest.TestCase):
    def call(self, *words):
        return subprocess.run([SCRIPT, *words], capture_output=True, text=True)

    def test_help_teaches(self):
        done = self.call("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("scripts/vm 6.1", done.stdout)

    def test_what_cannot_be_is_told_with_status_2(self):
        for words, told in (([], "usage"), (["5.10"], "there are 6.1"), (["6.1", "--limit", "soon"], "takes a number"),
                            (["6.1", "--quick"], "unknown option"), (["6.1", "--limit"], "needs a value"),
                            (["here", "--patience", "no"], "takes a number"), (["6.1", "no.yaml"], "no scenario no.yaml"),
                            (["6.1", "--tocsin", "/nowhere"], "scripts/release"), (["6.1", "--tests"], "needs a value"),
                            (["--table", "/nowhere"], "no results")):
            done = self.call(*words)
            self.assertEqual((done.returncode, told in done.stderr, done.stdout), (2, True, ""), (words, done.stderr))


if __name__ == "__main__":
    unittest.main()
