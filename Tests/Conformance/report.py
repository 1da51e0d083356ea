#!/usr/bin/env python3
"""Counts what a run of the Autobahn TestSuite found.

    report.py DIR [--expect N] [--strict]       a table, what is not clean, `N passed, N failed`; status 1 on failure
    report.py --markdown LABEL=DIR...           the same as a page, for docs/conformance.md

The suite gives each case two verdicts: what the peer did (`behavior`: OK, NON-STRICT, INFORMATIONAL, UNIMPLEMENTED,
FAILED) and how the connection ended (`behaviorClose`: OK, INFORMATIONAL, FAILED BY CLIENT, WRONG CODE, UNCLEAN,
FAILED). A case passes where both are good. A wrong close code alone counts as non-strict, as in the suite's own
report; where the code matters, the first verdict fails. --strict fails all that is non-strict. A case without a
result has failed: --expect says how many there must be.
"""
import argparse
import collections
import html
import json
import os
import re
import sys

TITLES = {1: "framing", 2: "pings and pongs", 3: "reserved bits", 4: "opcodes", 5: "fragmentation", 6: "UTF-8",
          7: "close handshake", 9: "limits and performance", 10: "automatic fragmentation",
          12: "compression: payloads", 13: "compression: parameters"}
COLUMNS = ["ok", "non-strict", "informational", "failed"]


def case_order(case):
    return [int(part) for part in case.split(".")]


def verdict(entry):
    """One of COLUMNS."""
    behavior, close = entry["behavior"], entry["behaviorClose"]
    if behavior not in ("OK", "NON-STRICT", "INFORMATIONAL"):
        return "failed"
    if close not in ("OK", "INFORMATIONAL", "FAILED BY CLIENT", "WRONG CODE"):
        return "failed"
    if behavior == "INFORMATIONAL":
        return "informational"
    return "ok" if behavior == "OK" and close in ("OK", "INFORMATIONAL") else "non-strict"


def read(folder):
    """{case: entry} of the one agent of a run."""
    try:
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            agents = json.load(file)
    except (OSError, ValueError):
        return {}
    return next(iter(agents.values()), {})


def count(cases):
    """{section: {verdict: number}}"""
    sections = collections.defaultdict(collections.Counter)
    for case, entry in cases.items():
        sections[case_order(case)[0]][verdict(entry)] += 1
    return sections


def describe(folder, entry):
    try:
        with open(os.path.join(folder, entry["reportfile"]), encoding="utf-8") as file:
            text = json.load(file).get("description") or ""
    except (OSError, ValueError):
        return ""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).strip()[:160]


def print_run(folder, expected, strict):
    cases = read(folder)
    sections = count(cases)
    print("%-30s" % "section" + "".join("%15s" % column for column in COLUMNS))
    for section in sorted(sections):
        title = "%d.* %s" % (section, TITLES.get(section, ""))
        print("%-30s" % title + "".join("%15d" % sections[section][column] for column in COLUMNS))
    total = sum(sections.values(), collections.Counter())
    print("%-30s" % "all" + "".join("%15d" % total[column] for column in COLUMNS))
    for case in sorted(cases, key=case_order):
        entry = cases[case]
        if verdict(entry) in ("failed", "non-strict"):
            print("%s %s [%s, close %s, code %s] %s" % (
                verdict(entry), case, entry["behavior"], entry["behaviorClose"], entry.get("remoteCloseCode"),
                describe(folder, entry)))
    missing = max(0, max(expected, 1) - len(cases))
    if missing:
        print("%d cases have no result" % missing)
    failed = total["failed"] + missing + (total["non-strict"] if strict else 0)
    print("%d passed, %d failed" % (len(cases) + missing - failed, failed))
    return 1 if failed else 0


def print_markdown(runs):
    for run in runs:
        label, folder = run.split("=", 1)
        cases = read(folder)
        sections = count(cases)
        print("\n## %s\n" % label)
        print("| section | cases | %s |" % " | ".join(COLUMNS))
        print("|---|---|%s" % ("---|" * len(COLUMNS)))
        for section in sorted(sections):
            row = sections[section]
            print("| %d %s | %d | %s |" % (section, TITLES.get(section, ""), sum(row.values()),
                                           " | ".join(str(row[column]) for column in COLUMNS)))
        total = sum(sections.values(), collections.Counter())
        print("| all | %d | %s |" % (sum(total.values()), " | ".join(str(total[column]) for column in COLUMNS)))
        odd = [case for case in sorted(cases, key=case_order) if verdict(cases[case]) != "ok"]
        print("\nNot simply ok: %s." % (", ".join(odd) if odd else "none"))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--expect", type=int, default=0)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    if arguments.markdown:
        print_markdown(arguments.folders)
        return 0
    return print_run(arguments.folders[0], arguments.expect, arguments.strict)


if __name__ == "__main__":
    sys.exit(main())
