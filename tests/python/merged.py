"""Writes the same sheet as XLS, XLSX and ODS, each by its own library: a header of two rows whose upper names are merged
over the columns that they head.

    merged.py FOLDER
"""

import sys
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

folder = Path(sys.argv[1])
UPPER = ["School", "Autumn", "", "Spring", ""]
LOWER = ["", "Places", "Cost", "Places", "Cost"]
ROWS = [["Oak", 5, 1000.25, 6, 1200.5], ["Elm", 7, 99.25, 8, 0.5]]
SPANS = [(1, 2), (3, 4)]
TITLE = 2  # the header's first row, below a title and a blank

book = xlwt.Workbook()
sheet = book.add_sheet("Places")
sheet.write(0, 0, "Places bought")
for first, last in SPANS:
    sheet.write_merge(TITLE, TITLE, first, last, UPPER[first])
sheet.write(TITLE, 0, UPPER[0])
for at, row in enumerate([LOWER, *ROWS], TITLE + 1):
    for column, value in enumerate(row):
        if value != "":
            sheet.write(at, column, value)
book.save(str(folder / "merged.xls"))

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Places"
sheet.cell(1, 1, "Places bought")
for at, row in enumerate([UPPER, LOWER, *ROWS], TITLE + 1):
    for column, value in enumerate(row, 1):
        if value != "":
            sheet.cell(at, column, value)
for first, last in SPANS:
    sheet.merge_cells(start_row=TITLE + 1, end_row=TITLE + 1, start_column=first + 1, end_column=last + 1)
book.save(folder / "merged.xlsx")

book = OpenDocumentSpreadsheet()
table = Table(name="Places")
book.spreadsheet.addElement(table)


def cell(value, **more):
    if value == "":
        return TableCell(**more)
    if isinstance(value, str):
        found = TableCell(valuetype="string", **more)
    else:
        found = TableCell(valuetype="float", value=value, **more)
    found.addElement(P(text=str(value)))
    return found


title = TableRow()
title.addElement(cell("Places bought"))
table.addElement(title)
blank = TableRow()
blank.addElement(TableCell(numbercolumnsrepeated=5))
table.addElement(blank)
upper = TableRow()
upper.addElement(cell(UPPER[0]))
for first, _ in SPANS:
    upper.addElement(cell(UPPER[first], numbercolumnsspanned=2, numberrowsspanned=1))
    upper.addElement(CoveredTableCell())
table.addElement(upper)
for values in [LOWER, *ROWS]:
    row = TableRow()
    for value in values:
        row.addElement(cell(value))
    table.addElement(row)
book.save(str(folder / "merged.ods"))
