"""Holds the matching of invoice lines against what the demo's generator knows of each line.

    python3 tests/python/matching.py path/to/council

Reads `truth/invoice_lines.csv` and the newest commit of the store. Prints, by rule, how many lines are tied to the
placement that they are for (precision), and of all lines that are for a placement how many are (recall). Exits with 1
when fewer than 98 of 100 tied lines are tied to the right placement, or fewer than 90 of 100 are found.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd


def table(council, name):
    """The rows of a table of the newest commit, internal or not."""
    pipeline, model = name.split(".")
    newest = max(Path(council, "store", "commits").glob("*.json"))
    files = json.loads(newest.read_text())["pipelines"][pipeline]["tables"][model]["files"]
    frames = [pd.read_parquet(Path(council, "store", part["name"])) for part in files]
    return pd.concat(frames).to_dict("records")


def main():
    council = sys.argv[1]
    with open(Path(council, "truth", "invoice_lines.csv"), newline="") as file:
        truth = {(Path(row["File"]).stem, int(row["Line"])): row["Placement"] for row in csv.DictReader(file)}
    tied = defaultdict(dict)
    for row in table(council, "cost_review.invoice_match_shares"):
        tied[Path(row["invoice_file"]).stem, row["invoice_row"]][row["placement_id"]] = row["amount"]
    counts, known, found = defaultdict(lambda: [0, 0, 0.0, 0.0]), 0, 0
    for row in table(council, "cost_review.invoice_matches"):
        place = Path(row["invoice_file"]).stem, row["invoice_row"]
        right = truth.get(place)
        if not right or row["rule"] in ("P", "T"):
            continue
        known += 1
        placements = tied.get(place, {})
        found += right in placements
        count = counts[row["rule"]]
        count[0] += 1
        count[1] += right in placements
        count[2] += abs(float(row["net_amount"]))
        count[3] += abs(float(placements.get(right, 0)))
    if not known:
        sys.exit("no line of the truth is a line of the store")
    print("rule  lines  right  precision  pounds to the right placement")
    matched = right = 0
    for rule, (lines, hits, pounds, right_pounds) in sorted(counts.items()):
        print(f"{rule:4}{lines:7}{hits:7}{100 * hits / lines:10.1f}%{100 * right_pounds / pounds if pounds else 0:10.1f}%")
        if rule in "12345":
            matched, right = matched + lines, right + hits
    precision, recall = 100 * right / matched, 100 * found / known
    print(f"precision {precision:.1f}% of {matched} tied lines, recall {recall:.1f}% of {known} lines for a placement")
    sys.exit(1 if precision < 98 or recall < 90 else 0)


if __name__ == "__main__":
    main()
