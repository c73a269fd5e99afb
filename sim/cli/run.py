"""The verb `run`: simulate one scenario; with -m, a sweep; with Hydra's own flags, what Hydra says."""

from __future__ import annotations

from pathlib import Path

RUN = "run.json"
"""Written last into a run folder, so that only whole ones have it: what was run, with what, and how much of it."""

HELP = """
usage: python -m sim [run] +scenario=NAME [KEY=VALUE ...]
       python -m sim [run] -m +scenario=NAME KEY=VALUE,VALUE,...       a run for each value

NAME is a scenario in ./scenarios or one that comes with the program, or a path to a YAML file.
Just NAME works as well: python -m sim peak

worth changing
  staffing.scale=0.9                all heads, as a factor
  demand.scale=1.2                  all arrivals, as a factor
  teams.front.agents=38             one team's heads; any other key of the scenario file likewise
  goals.service_level=0.9  goals.within_s=30
  routing.pick_agent=fewest_skills  longest_idle | most_idle | fewest_skills | fastest | random
  behavior=none                     people do nothing beyond the distributions given (exact queueing)
  replications=100  seed=7          more replications, narrower intervals
  precision.half_width=0.01         replicate until the service level is known to 1 point, at most 1,000 times
  precision.kpi=csat                ... or another KPI of the summary, half_width in its unit
  days=5  first_day=monday
  engine=compiled                   simpy | compiled | auto; the answer is the same
  execution=serial                  serial | processes | dask | ray; workers=4 cluster=tcp://HOST:8786; the same answer
  resume=false                      a run that was stopped (Ctrl-C) goes on with the same command; false: from the start
  output=results/monday             the results' folder; default outputs/NAME/DATE-TIME
  tables=none                       all | first | none: contact, agent and queue tables
  allow_python=true                 let the Python code that the scenario names run

A list is written [8,9,10], a text with blanks or commas "description='one, two'", a new team
+teams.night={agents: 4, ...}. All keys with their units: python -m sim schema

Hydra's flags: --cfg job shows the composed values, --info explains where they come from, --hydra-help the rest.
A sweep writes one complete run folder for each point to outputs/NAME/sweep-DATE-TIME/; a point that fails leaves
failed.txt there and the others go on. With output=FOLDER an interrupted sweep goes on where it stopped.
"""


def main(words: list[str]) -> int:
    """Run what the words say. Exit status 0 when all of it is done."""
    from sim.cli import flags

    asked = flags.split(words)
    if asked.multirun:
        from sim.cli import multirun

        return multirun.main(asked)
    if any(word.lstrip("+").startswith("study=") for word in asked.overrides):
        from sim.cli import sweep

        return sweep.main(words)
    if asked.flags:
        from sim.cli import hydra_app

        return hydra_app.show(asked)
    return run_one(asked.overrides)


def run_one(words: list[str]) -> int:
    """Simulate one scenario. Raises Refused for input that cannot be used."""
    from sim.cli.errors import say
    from sim.cli.interrupts import asked
    from sim.loading import load
    from sim.loading.places import shown

    loaded = load(words)
    for warning in loaded.warnings:
        say(f"warning: {warning}")
    from sim.cli.job import run_scenario

    folder = run_scenario(loaded)
    done, asked_for = replications(folder)
    if done < asked_for or asked():
        about = "about " if loaded.scenario.precision is not None and done < asked_for else ""
        kept = f"{done:,} of {about}{asked_for:,} replications are kept in {shown(folder)}"
        raise KeyboardInterrupt(f"{kept}; the same command goes on" if done < asked_for else kept)
    return 0


def whole(folder: Path) -> bool:
    """Whether a folder holds a finished run."""
    done, asked_for = replications(folder)
    return done >= asked_for


def replications(folder: Path) -> tuple[int, int]:
    """How many replications a finished run folder holds, and how many were asked for; (0, 1) for no such folder.

    A run that is stopped by hand keeps what it has, so that the first is less than the second.
    """
    from sim.loading.plain_files import saved_json

    try:
        facts = saved_json(folder / RUN)
        return int(facts["replications"]), int(facts["replications_asked"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 1
