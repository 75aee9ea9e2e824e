"""Tests of CPython, by Debian's libpython3.11-testsuite, and of pyroute2."""

import re
import xml.etree.ElementTree

from .host import Unit
from .packages import install, pypi_source

# The quick ones are the part for CI.
QUICK = [
    "test_posix", "test_fcntl", "test_pty", "test_select", "test_poll", "test_epoll", "test_wait3", "test_wait4",
    "test_popen", "test_openpty", "test_os", "test_posixpath", "test_resource",
]
MODULES = QUICK + [
    "test_subprocess", "test_signal", "test_socket", "test_asyncio", "test_threading", "test_threadsignals",
    "test_multiprocessing_fork", "test_multiprocessing_spawn", "test_eintr", "test_selectors", "test_fork1",
    "test_tempfile", "test_shutil", "test_pathlib", "test_socketserver", "test_faulthandler", "test_mmap",
    "test_concurrent_futures",
]
PYTHON = "/usr/bin/python3.11"


def junit(text):
    """Results of a JUnit file within a text; tests of one name are numbered."""
    begin, end = text.find("<testsuites"), text.rfind("</testsuites>")
    if begin < 0 or end < 0:
        return {}
    cases = {}
    for case in xml.etree.ElementTree.fromstring(text[begin:end + len("</testsuites>")]).iter("testcase"):
        inside = {child.tag for child in case}
        result = "fail" if inside & {"error", "failure"} else "skip" if "skipped" in inside else "pass"
        name = " ".join(filter(None, [case.get("classname"), case.get("name")]))
        number, key = 1, name
        while key in cases:
            number += 1
            key = f"{name} ({number})"
        cases[key] = result
    return cases


def prepare(cache, skipped):
    """One unit a module: `python -m test` itself, with its own result file."""
    install("python3.11", "libpython3.11-testsuite")
    # The module's own output goes first, so that a file of results that is missing shows why.
    return [
        Unit(module, f"cd /tmp && {PYTHON} -m test -v --timeout 500 --junit-xml /tmp/unit.xml {module} > /tmp/unit.said 2>&1\n"
             "status=$?\ntail -c 20000 /tmp/unit.said\ncat /tmp/unit.xml\necho\nexit $status", junit, ci=module in QUICK)
        for module in MODULES
    ]


def pyroute2(cache, skipped):
    """Its tests without a network, by pytest."""
    install("python3", "python3-pytest", "python3-setuptools")
    source = pypi_source(cache, "pyroute2", "0.7.2")
    tests = sorted((source / "tests").glob("test_unit*/")) or sorted((source / "tests").glob("test_*/"))
    return [
        Unit(f"pyroute2 {folder.name}",
             f"cp -r {source} /tmp/pyroute2 && cd /tmp/pyroute2/tests && "
             f"PYTHONPATH=/tmp/pyroute2 /usr/bin/python3 -m pytest -q -p no:cacheprovider --junit-xml /tmp/unit.xml "
             f"{folder.name} > /tmp/unit.said 2>&1\nstatus=$?\ntail -c 20000 /tmp/unit.said\ncat /tmp/unit.xml\necho\n"
             "exit $status", junit)
        for folder in tests
    ]


def named(pattern, text):
    """Cases by a pattern with the groups `name` and `result`; names may come again."""
    cases = {}
    for match in re.finditer(pattern, text, re.M):
        number, name, key = 1, match["name"].strip(), match["name"].strip()
        while key in cases:
            number += 1
            key = f"{name} ({number})"
        cases[key] = match["result"]
    return cases
