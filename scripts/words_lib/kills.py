"""Every victim and every signal, by what the victim does with it."""
from .actions import not_an_error
from .denominator import NOT_CAUGHT, SIGNALS, Cell
from .story import Story, every, fires, found, refused
from .system_calls import call

NUMBERS = {"SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGABRT": 6, "SIGKILL": 9, "SIGUSR1": 10, "SIGSEGV": 11, "SIGUSR2": 12,
           "SIGPIPE": 13, "SIGALRM": 14, "SIGTERM": 15, "SIGCHLD": 17, "SIGSTOP": 19, "SIGWINCH": 28, "SIGRTMIN+1": 35,
           "SIGRTMAX-1": 63}
HARMLESS = ("SIGCHLD", "SIGWINCH")
VICTIMS = {"process": ["child"], "main": ["main"], "all": ["child", "main"]}
MADE = call("mkdir", "/srv/x", 0o755)


def made(outcome):
    """What the call at the point came to; whoever lives on without main may write too late."""
    return [one.get("result") for one in outcome.operations if one.get("phrase", {}).get("which") == "/srv/x"]


def happened(victims, signal, kept):
    """What the victims, and they alone, did with it."""
    number = NUMBERS[signal]

    def test(outcome):
        wrote = outcome.output("go")
        end = str([one["end"] for one in outcome.attempts("go")])
        lives = kept != "default" or signal in HARMLESS
        child_dies, main_dies = "child" in victims and not lives, "main" in victims and not lives
        wanted = []
        if kept == "caught":
            wanted = [f"caught {number:02d} by {'main ' if one == 'main' else one}\n" for one in victims]
        if not main_dies:
            # Nobody can wait for a child while SIGCHLD is ignored.
            end_of_child = f"signal {number}" if child_dies else "gone" if kept == "ignored" else "exit 0"
            wanted += [f"child {end_of_child}\n"]
        results = made(outcome)
        missing = [one for one in wanted if one not in wrote]
        strange = [] if kept == "caught" or signal == "SIGCHLD" else [line for line in wrote.splitlines() if "caught" in line]
        if ("ok" in results) == child_dies:
            strange.append(f"the call came to {results}")
        if ("signal" in end) != main_dies or main_dies and str(number) not in end:
            strange.append("main ended " + end)
        others = [one for one in ("child", "main") if one not in victims]
        if kept == "caught" and signal != "SIGCHLD":
            strange += [one for one in others if f"caught {number:02d} by {one}" in wrote]
        return f"missing {missing}, strange {strange}: {wrote!r}" if missing or strange else None
    return test


def matrix():
    every_signal = sorted(NUMBERS[one] for one in SIGNALS)
    commands = {
        "default": {"run": ["CALLS", "child", MADE]},
        "caught": {"run": ["CALLS", *[f"catch={one}" for one in every_signal], "child", MADE]},
        "ignored": {"run": ["CALLS", *[f"ignore={one}" for one in every_signal], "child", MADE]},
    }
    for kept, command in commands.items():
        signals = [*SIGNALS, "SIGKILL"] if kept == "default" else SIGNALS
        story = Story(f"kill-{kept}", {
            "agents": {"calls": {"timeout": "20s", "commands": {"go": command}}},
            "matrix": {"victim": list(VICTIMS), "signal": signals}, "steps": [{"run": "go"}],
            "faults": [{"name": "it", "before": {"file.create": "/srv/x"}, "do": {"kill": "$(victim)", "signal": "$(signal)"}}]})
        for victim, who in VICTIMS.items():
            for signal in signals:
                cells = [Cell("kill", victim, signal, kept)]
                if signal == "SIGTERM" and kept == "default":
                    cells += [Cell("action", "kill", "which", victim), Cell("action", "kill", "signal", "given"),
                              Cell("action", "kill", "agent", "left out"), Cell("action", "kill", "where", "before"),
                              Cell("kill", "agent", "the one at the point", "given")]
                story.look(cells, f"kill {victim} with {signal}, {kept}", every(fires("it", "go"), happened(who, signal, kept)),
                           f"signal={signal}, victim={victim}")
        yield story


def stopped():
    for victim in VICTIMS:
        story = Story(f"kill-stopped-{victim}", {
            "agents": {"calls": {"timeout": "1s", "commands": {"go": {"run": ["CALLS", "child", MADE]}}}}, "steps": [{"run": "go"}],
            "faults": [{"name": "it", "before": {"file.create": "/srv/x"}, "do": {"kill": victim, "signal": "SIGSTOP"}}]})

        def test(outcome):
            effect = str(outcome.of_fault("it")[0].get("effect"))
            return None if "top" in effect else effect
        story.look([Cell("kill", victim, signal, "default") for signal in NOT_CAUGHT if signal == "SIGSTOP"],
                   "whoever is stopped hangs, and the report says that it is stopped",
                   every(fires("it", "go"), found("hang", "go"), test))
        yield story


def left_out():
    calls = {"timeout": "20s", "commands": {"go": {"run": ["CALLS", "child", MADE]}}}
    story = Story("kill-signal-left-out", {
        "agents": {"calls": calls}, "steps": [{"run": "go"}],
        "faults": [{"name": "it", "before": {"file.create": "/srv/x"}, "do": {"kill": "process"}}]})
    story.look(Cell("action", "kill", "signal", "left out"), "it is SIGKILL",
               every(fires("it"), happened(["child"], "SIGKILL", "default")))
    yield story
    after = Story("kill-after", {
        "agents": {"calls": calls}, "steps": [{"run": "go"}],
        "faults": [{"name": "it", "after": {"file.create": "/srv/x"}, "do": {"kill": "process", "signal": "SIGTERM"}}]})

    def was_made(outcome):
        wrote = outcome.output("go")
        right = made(outcome) == ["ok"] and "child signal 15" in wrote and "mkdir ok" not in wrote
        return None if right else f"results {made(outcome)}: {wrote!r}"
    after.look(Cell("action", "kill", "where", "after"), "the call was made, and its caller is dead",
               every(fires("it"), was_made))
    yield after
    yield refused("kill-until", {**{key: one for key, one in story.document.items() if key not in ("tocsin", "title")},
                                 "faults": [{"before": {"file.create": "/srv/x"}, "do": {"kill": "process"}, "until": "1s"}]},
                  Cell("action", "kill", "until", "refused"), "cannot be taken back")

    service = {"service": ["CALLS", "say=up", "sleep=60000"], "ready": {"log": "up"}}
    steps = [{"start": "d"}, {"run": "go"}, {"stop": "d"}]
    for name, point, cells in (
            ("another-agent", {"file.create": "/srv/x"}, [Cell("action", "kill", "agent", "given"),
                                                          Cell("kill", "agent", "another agent", "given")]),
            ("step-edge", {"step": "go"}, [Cell("action", "kill", "where", "edge of a step")])):
        story = Story(f"kill-{name}", {
            "agents": {"calls": {"commands": {"go": {"run": ["CALLS", "child", MADE]}}}, "d": service}, "steps": steps,
            "faults": [{"name": "it", "before": point, "do": {"kill": "main", "signal": "SIGTERM", "agent": "d"}}]})

        def test(outcome):
            wrote = outcome.output("go")
            effect = str(outcome.of_fault("it")[0].get("effect"))
            return None if "child exit 0" in wrote and "calls" in effect else f"{wrote!r}; {effect}"
        story.look(cells, "the service is killed, and not the command", every(fires("it"), not_an_error, test))
        yield story


def stories():
    yield from matrix()
    yield from stopped()
    yield from left_out()
