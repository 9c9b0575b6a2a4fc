"""Rows and sum of one column of a sheet, as pandas reads it by odfpy, xlrd or openpyxl: another program's eyes on a
workbook that ours has read. `figures.py FILE SHEET COLUMN` prints `<rows> rows, <sum> pence`."""

import sys
from decimal import Decimal

import pandas

file, sheet, column = sys.argv[1:]
cells = pandas.read_excel(file, sheet_name=sheet or 0, header=None, dtype=object)
heading = next(at for at, row in cells.iterrows() if column in [str(cell).strip() for cell in row])
place = [str(cell).strip() for cell in cells.loc[heading]].index(column)
below = cells.loc[heading + 1 :].dropna(how="all")
pence = Decimal(0)
for cell in below[place].dropna():
    # Fifteen digits are what a spreadsheet keeps of a number.
    pence += Decimal(f"{cell:.15g}" if isinstance(cell, float) else str(cell)) * 100
print(f"{len(below)} rows, {pence.normalize():f} pence")
