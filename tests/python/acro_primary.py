"""Compares the gate's primary decisions with those of ACRO, which shares no code with it.

python tests/python/acro_primary.py TABLES.jsonl: each line is a table of contributions by cell with what the gate hid of itself
(`threshold`: counts of 1 to 4; `firm`: fewer than three firms, one of more than 85 per cent, or all but two within 10 per cent of
the largest). ACRO counts a cell without contributors as small; the gate shows it: zeros are left out. At exactly 85 per cent ACRO
hides and the gate does not, by the specification; such a cell is left out too.
"""

import json
import logging
import sys

import acro
import pandas

logging.disable(logging.CRITICAL)
APPETITE = {"safe_threshold": 5, "safe_nk_n": 1, "safe_nk_k": 0.85, "safe_pratio_p": 0.10, "zeros_are_disclosive": False}


def checks(table):
    """Returns the names of the checks that each cell fails, by its code."""
    session = acro.ACRO(suppress=False)
    session.config.update(APPETITE)
    session.sdc_checks.risk_appetite.update(APPETITE)
    rows = [(cell["code"], amount) for cell in table["cells"] for amount in cell["contributions"]]
    frame = pandas.DataFrame(rows, columns=["code", "amount"]).assign(all="all")
    session.crosstab(frame["code"], frame["all"], values=frame["amount"], aggfunc="sum")
    outcome = session.results.get_index(-1).outcome
    return {code: set(str(words).replace(" ", "").strip(";").split(";")) for code, words in outcome["all"].items()}


def main():
    tables, cells, unlike, hidden = 0, 0, [], {"threshold": 0, "firm": 0}
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            table = json.loads(line)
            tables += 1
            failed = checks(table)
            for cell in table["cells"]:
                amounts = cell["contributions"]
                if not amounts or 100 * max(amounts) == 85 * sum(amounts):
                    continue
                cells += 1
                names = failed[cell["code"]]
                theirs = {
                    "threshold": "MinimumThresholdCheck" in names,
                    "firm": bool(names & {"NKCheck", "PPercentCheck"}),
                }
                for rule, hides in theirs.items():
                    hidden[rule] += hides
                    if hides != cell[rule]:
                        unlike.append(f"{rule} {amounts}: ACRO {hides}, the gate {cell[rule]}")
    print(f"{tables} tables, {cells} cells; ACRO hides {hidden}; {len(unlike)} unlike")
    for line in unlike[:20]:
        print(line)
    if unlike or not all(hidden.values()) or cells < 1000:
        sys.exit(1)


main()
