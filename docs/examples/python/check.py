"""Tries rules of PROTOCOL.md against a server: `[L1] ok       seq is dense`, a line a rule, and exit code 1 when one does not hold.

It signs in as two guests, or as the owners of HOLDFAST_TOKEN and HOLDFAST_OTHER_TOKEN, and deletes the conversations that it makes. What
the model says does not matter, nor that it fails. Rules that need a second user are skipped where there is none.
"""

import check_calls  # noqa: F401  each module adds its rules
import check_log  # noqa: F401
from check_world import RULES, Failed, Skipped, World
from client import Refused


def check(url):
    """Prints a line for each rule. Gives the exit code."""
    world = World(url)
    failures = 0
    try:
        for rule_id, title, apply in RULES:
            try:
                apply(world)
                print(f"[{rule_id}] ok       {title}", flush=True)
            except Skipped as why:
                print(f"[{rule_id}] skipped  {title}: {why}", flush=True)
            except (Failed, Refused) as why:
                failures += 1
                print(f"[{rule_id}] FAILED   {title}: {why}", flush=True)
            except Exception as why:  # An answer of another shape, or none.
                failures += 1
                print(f"[{rule_id}] FAILED   {title}: {why!r}", flush=True)
    finally:
        world.clean_up()
    print(f"{len(RULES)} rules, {failures} failed")
    return 1 if failures else 0
