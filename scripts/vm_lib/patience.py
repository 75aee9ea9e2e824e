"""Multiplies the time limits of scenario files where they lie; an agent that has none gets one.

usage: python3 -m vm_lib.patience FACTOR FILE_OR_FOLDER...

Only for a copy that is thrown away, as the root of a virtual machine is.
"""

import pathlib
import re
import sys

# docs/format.md: what `timeout` of an agent is where it is not written.
USUAL_SECONDS = 10
LIMIT = re.compile(r"\b(timeout|within):\s*(\d+)(ms|s|m)\b")
AGENT = re.compile(r"^  [\w.-]+:\s*(\{ ?|(#.*)?$)")


def longer(text, factor):
    """The text of a scenario file with its limits multiplied."""
    text = LIMIT.sub(lambda found: f"{found[1]}: {int(found[2]) * factor}{found[3]}", text)
    lines = text.splitlines()
    made = []
    among_agents = False
    for number, line in enumerate(lines):
        if line and not line[0].isspace() and not line.startswith("#"):
            among_agents = line.startswith("agents:")
        found = AGENT.match(line) if among_agents else None
        limit = f"timeout: {USUAL_SECONDS * factor}s"
        if not found:
            made.append(line)
        elif "{" in found[1]:
            made.append(line if "timeout:" in line else f"{line[:found.end()]}{limit}, {line[found.end():]}")
        else:
            made.append(line)
            if not any(each.startswith("    timeout:") for each in block(lines[number + 1:])):
                made.append(f"    {limit}")
    return "\n".join(made) + "\n"


def block(lines):
    """The lines that are indented below an agent's name."""
    for line in lines:
        if line.strip() and not line.startswith("   "):
            return
        yield line


def main():
    factor = int(sys.argv[1])
    files = set()
    for name in sys.argv[2:]:
        path = pathlib.Path(name)
        # What a file uses lies beside it.
        files |= set(path.rglob("*.yaml") if path.is_dir() else path.parent.glob("*.yaml"))
    for path in files:
        text = path.read_text()
        if text.startswith("tocsin:") or "\ntocsin:" in text:
            path.write_text(longer(text, factor))


if __name__ == "__main__":
    main()
