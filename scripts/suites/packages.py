"""Gets what a suite needs: Debian's packages and sources, and PyPI's source packages; nothing else."""

import os
import pathlib
import re
import subprocess
import sys
import tarfile


class Missing(Exception):
    """What cannot be had here, and why."""


def _run(words, why, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        last = [line for line in done.stdout.splitlines() if line.strip()][-3:]
        raise Missing(f"{why}: {' '.join(last)[-300:]}")
    return done.stdout


def install(*packages):
    """Installs the Debian packages that are not installed."""
    def there(package):
        state = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True)
        return "ok installed" in state.stdout
    lacking = [package for package in packages if not there(package)]
    if not lacking:
        return
    print(f"==> installing {' '.join(lacking)}", file=sys.stderr, flush=True)
    apt = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=600"]
    _run([*apt, "update"], "apt-get update")
    _run([*apt, "install", "--no-install-recommends", *lacking], f"packages {' '.join(lacking)}")


def _source_lists(cache):
    """apt's options for lists of sources of our own: those of the machine stay as they are."""
    folder = cache / "apt"
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    ours = folder / "sources.sources"
    stanzas = []
    for file in sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", file.read_text()):
            if "deb.debian.org" in stanza or "debian-archive-keyring" in stanza:
                stanzas.append(re.sub(r"^Types:.*$", "Types: deb-src", stanza.strip(), flags=re.M))
    for line in _lines("/etc/apt/sources.list"):
        if match := re.match(r"deb\s+(?:\[.*?\]\s+)?(\S*debian\S*)\s+(\S+)\s+(.*)", line):
            stanzas.append(f"Types: deb-src\nURIs: {match[1]}\nSuites: {match[2]}\nComponents: {match[3]}")
    ours.write_text("\n\n".join(stanzas) + "\n")
    options = ["-o", f"Dir::Etc::sourcelist={ours}", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={lists}",
               "-o", f"Dir::Cache={folder}/cache", "-o", "APT::Sandbox::User=root"]
    if not list(lists.glob("*Sources*")):
        _run(["apt-get", "-qq", *options, "update"], "lists of Debian's sources")
    return options


def _lines(path):
    return pathlib.Path(path).read_text().splitlines() if os.path.exists(path) else []


def debian_source(cache, package):
    """The unpacked source of a Debian package, with Debian's patches."""
    home = cache / "src" / package
    found = [folder for folder in home.glob("*/") if (folder / "debian").is_dir()]
    if found:
        return found[0]
    install("dpkg-dev")
    home.mkdir(parents=True, exist_ok=True)
    _run(["apt-get", "-q", *_source_lists(cache), "source", package], f"source package {package}", cwd=home)
    return next(folder for folder in home.glob("*/") if (folder / "debian").is_dir())


def pypi_source(cache, name, version):
    """The unpacked source package of a PyPI project."""
    home = cache / "src" / f"pypi-{name}"
    found = list(home.glob(f"{name}-{version}/"))
    if found:
        return found[0]
    home.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(home),
          f"{name}=={version}"], f"source of {name} {version}")
    archive = next(home.glob(f"{name}-*.tar.gz"))
    with tarfile.open(archive) as file:
        file.extractall(home, filter="data")
    return next(home.glob(f"{name}-{version}/"))


def build(words, why, folder, **environment):
    """Runs a compiler outside the host."""
    _run([str(word) for word in words], why, cwd=folder, env={**os.environ, **environment})
