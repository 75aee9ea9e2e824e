"""All stories, what cannot be tried here and why, and what is known not to hold."""
from . import actions, errnos, keys, kills, lines, objects, operations, places

NO_DUMMY = "this kernel has no devices of type dummy"

# By the text of a cell.
CANNOT = {
    "action link.create type dummy": NO_DUMMY,
}

# What does not hold, and what is seen instead. This list must shrink: a cell of it that holds fails the run.
DEFECTS = {
    **{f"key steps.together {name} given": "refused, as it should be, but the schema has the key" for name in (
        "do", "check", "within", "start", "stop", "signal", "send")},
    **{f"key {word}.stdin mode given": "refused, as it should be, but the schema has the key" for word in ("agents.commands", "steps", "steps.together")},
    **{f"object {word} in matches": "`in` is taken, and matches nothing" for word in ("netns", "file", "mount", "process")},
}


def stories(page):
    yield from operations.stories()
    yield from errnos.stories(page)
    yield from actions.stories()
    yield from kills.stories()
    yield from objects.stories(page)
    yield from keys.stories()
    yield from lines.stories()
    yield from places.stories()
