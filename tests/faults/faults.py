#!/usr/bin/env python3
"""Faults and floods, one scenario each, with their figures. Called by scripts/faults.

    faults.py [NAME…]     all of them, or those named
    faults.py --list      their names"""

import sys

import durability
import harness
import jobs
import outages
import strangers

SCENARIOS = {s.__name__: s for module in (durability, outages, strangers, jobs) for s in module.SCENARIOS}

if __name__ == "__main__":
    names = sys.argv[1:]
    if names == ["--list"]:
        for name, scenario in SCENARIOS.items():
            print(f"{name:22}{(scenario.__doc__ or '').splitlines()[0]}")
        sys.exit(0)
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        sys.exit(f"faults: no scenario {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
    harness.run(*(SCENARIOS[name] for name in names or SCENARIOS))
