"""Reads finished editions with the libraries that analysts use, and says which rules they break.

    editions.py FOLDER [--must]     FOLDER holds editions (`edition.json` with its files) and `mail/*.eml` if any

Prints one JSON object: for each goal of `docs/promises.md`, the list of faults found. An empty list is a goal kept;
with `--must` a goal that is not kept ends it with 1.
The pages, letters, workbooks and CSVs are read from their bytes; nothing of the program that made them is used.
"""

import csv
import email
import html.parser
import io
import json
import re
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas

VOID = {"br", "img", "meta", "wbr", "hr", "col", "input", "link"}
SYMBOLS = {"[c]", "[u]", "[z]", "[x]"}


class Page(html.parser.HTMLParser):
    """A page as a reader has it: its text by element, its tables, its pictures."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.stack, self.texts, self.tables, self.images, self.links = [], [], [], [], []
        self.table = None
        # The most items of an ordered list: a page numbers them, and a letter has their numbers as text.
        self.numbered, self.items = 0, 0
        self.feed(markup)

    def handle_starttag(self, tag, given):
        given = dict(given)
        if tag == "img":
            self.images.append(given)
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "wbr":
            return
        if tag in VOID:
            if tag == "br" and self.texts:
                self.texts[-1][1].append("\n")
            return
        if tag == "ol":
            self.items = 0
        if tag == "li" and [name for name, _ in self.stack if name in {"ol", "ul"}][-1:] == ["ol"]:
            self.items += 1
            self.numbered = max(self.numbered, self.items)
        self.stack.append((tag, given))
        if tag == "table" and "data" in given.get("class", ""):
            self.table = {"caption": "", "rows": []}
            self.tables.append(self.table)
        if tag in {"p", "h1", "h2", "h3", "h4", "li", "caption", "td", "th", "title"}:
            self.texts.append((tag, [], given))
        if self.table is not None and tag == "tr" and self.in_data():
            self.table["rows"].append([])

    def in_data(self):
        """Whether the innermost table is one of figures: a bar is a table within a cell."""
        tables = [given for name, given in self.stack if name == "table"]
        return bool(tables) and "data" in tables[-1].get("class", "")

    def handle_endtag(self, tag):
        data = self.in_data()
        while self.stack:
            open_tag, _ = self.stack.pop()
            if open_tag == tag:
                break
        if tag == "table" and not any(name == "table" and "data" in given.get("class", "") for name, given in self.stack):
            self.table = None
        if self.table is not None and tag in {"td", "th"} and data and self.table["rows"]:
            # A cell that holds a bar has no words.
            self.table["rows"][-1].append("".join(self.texts[-1][1]).strip())
        if self.table is not None and tag == "caption":
            self.table["caption"] = "".join(self.texts[-1][1]).strip()

    def handle_data(self, text):
        if any(tag in {"style", "head"} for tag, _ in self.stack):
            return
        if self.texts:
            self.texts[-1][1].append(text.replace("\u00ad", ""))

    def of(self, *tags):
        return [(given, " ".join("".join(words).split())) for tag, words, given in self.texts if tag in tags]


def number(text):
    """The number that a cell shows, or None for words and symbols."""
    digits = text.replace(",", "").replace("£", "").replace("\u2212", "-").removesuffix(" points").removesuffix("%")
    return Decimal(digits) if re.fullmatch(r"[+-]?\d+(\.\d+)?", digits) else None


def figures(text):
    """Every figure of a text, as written: `1,234`, `−12.6%`, `£5`, `2018/19`."""
    return set(re.findall(r"[£\u2212+]*\d[\d,./]*\d%?|[£\u2212+]*\d%?", text))


class Edition:
    def __init__(self, account):
        self.folder = account.parent
        self.account = json.loads(account.read_text())
        self.name = self.account["id"]
        self.html = (self.folder / "email.html").read_text()
        self.page = Page(self.html)
        self.letter = (self.folder / "email.txt").read_text()
        self.workbook_file = next(self.folder.glob("*.xlsx"))
        self.book = openpyxl.load_workbook(self.workbook_file)
        self.captioned = {}
        for table in self.page.tables:
            found = re.match(r"Table (\d+)\. ", table["caption"])
            if found:
                self.captioned[int(found[1])] = table

    def sheets(self):
        """The names of the sheets that hold tables of the report."""
        return [name for name in self.book.sheetnames if name[0].isdigit()]

    def rows_of(self, name):
        """The marked table of a sheet as rows, its headings first."""
        (marked,) = self.book[name].tables.values()
        return [[cell.value for cell in row] for row in self.book[name][marked.ref]]

    def sheet(self, title):
        """The table of that title as rows, its headings first; of a sheet of several, its own rows and columns."""
        listed = {row[1].value: row[0].value for row in self.book["Contents"].iter_rows(min_row=4)}
        rows = self.rows_of(listed[title])
        if rows[0][0] != "Table":
            return rows
        own = [row[1:] for row in rows[1:] if row[0] == title]
        kept = [at for at in range(len(rows[0]) - 1) if any(row[at] != "[z]" for row in own)]
        return [[row[at] for at in kept] for row in [rows[0][1:], *own]]


def q4_sizes(edition):
    size = len(edition.html.encode())
    if size > 80_000:
        yield f"the page has {size} bytes"
    if len(edition.page.images) > 5:
        yield f"{len(edition.page.images)} pictures"
    for image in edition.page.images:
        if not image["src"].startswith("cid:"):
            yield f"a picture is not in the message: {image['src'][:60]}"
    for picture in edition.folder.glob("charts/*.png"):
        if picture.stat().st_size > 300_000:
            yield f"{picture.name} has {picture.stat().st_size} bytes"
    first = edition.html.encode()[:15_000].decode(errors="ignore")
    if edition.page.of("h1")[0][1].split()[0] not in first or 'class="figure"' not in first:
        yield "the key figures are not within the first 15 kB"


def q5_pictures(edition):
    captions = set(edition.captioned)
    for image in edition.page.images:
        alt = image.get("alt", "")
        if not alt or len(alt) > 250 or not re.search(r"\d|\[c\]", alt):
            yield f"{image['src']} does not say its finding: {alt!r}"
    beside = [int(found) for _, text in edition.page.of("p") for found in re.findall(r"The figures are in table (\d+)", text)]
    if len(beside) != len(edition.page.images):
        yield f"{len(edition.page.images)} pictures, {len(beside)} with a table"
    for table in beside:
        if table not in captions and table > len(list(edition.folder.glob("tables/*.csv"))):
            yield f"table {table} is nowhere"


def q6_same_figures(edition):
    for number_of, table in sorted(edition.captioned.items()):
        rows = edition.sheet(table["caption"].split(". ", 1)[1])
        # A bar stands in a cell of its own, without words, before the figure that it draws.
        bars = {at for row in table["rows"][1:] for at, cell in enumerate(row) if cell == "" and at > 0}
        shown = [table["rows"][0], *[[cell for at, cell in enumerate(row) if at not in bars] for row in table["rows"][1:]]]
        missing = [words for words in shown[0] if words not in {str(cell) for cell in rows[0]}]
        if missing and len(shown[0]) != len(rows[0]):
            yield f"table {number_of}: headings {shown[0]} and {rows[0]}"
        by_heads = {}
        heads = sum(1 for cell in rows[1] if isinstance(cell, str) and cell not in SYMBOLS) if len(rows) > 1 else 1
        for row in rows[1:]:
            by_heads.setdefault(tuple(str(cell) for cell in row[:heads]), row)
        for row in shown[1:]:
            if row == ["No rows."]:
                continue
            other = by_heads.get(tuple(row[:heads]))
            if other is None:
                yield f"table {number_of}: {row[:heads]} is not in the workbook"
                continue
            for cell, value in zip(row[heads:], other[heads:]):
                known = number(cell)
                same = cell == value if known is None else not isinstance(value, str) and Decimal(repr(value)) == known
                if not same:
                    yield f"table {number_of}, {row[:heads]}: {cell!r} on the page, {value!r} in the workbook"
    for table in edition.folder.glob("tables/*.csv"):
        records = list(csv.reader(io.StringIO(table.read_text())))
        heads = [{str(cell) for cell in edition.rows_of(name)[0]} for name in edition.sheets()]
        # Two or three headings are of the keys, which a sheet calls group, part and further part.
        if not any(set(records[0][keys:]) <= known for known in heads for keys in (2, 3)):
            yield f"{table.name} has headings that no sheet has"
    prose = " ".join(text for _, text in edition.page.of("p", "h1", "h2", "h3", "h4", "li", "td", "th", "caption"))
    missing = figures(prose) - figures(edition.letter)
    if missing:
        yield f"figures of the page that the letter has not: {sorted(missing)[:10]}"
    numbers = {str(number) for number in range(1, edition.page.numbered + 1)}
    missing = figures(edition.letter) - figures(prose) - numbers
    if missing:
        yield f"figures of the letter that the page has not: {sorted(missing)[:10]}"


def q8_workbook(edition):
    book = edition.book
    names = book.sheetnames
    if names[:3] != ["Cover", "Contents", "Notes"]:
        yield f"1 the sheets begin with {names[:3]}"
    if any(sheet.sheet_state != "visible" for sheet in book):
        yield "2 a sheet is hidden"
    if book.defined_names or any(sheet.defined_names for sheet in book):
        yield "3 a name is defined"
    listed = {row[0].value for row in book["Contents"].iter_rows(min_row=3)}
    if not set(names[2:]) <= listed:
        yield f"4 the contents leave out {set(names[2:]) - listed}"
    explained = {str(row[0].value) for row in book["Notes"].iter_rows()}
    tables = [table for sheet in book for table in sheet.tables.values()]
    if len({table.name.lower() for table in tables}) != len(tables) or any(" " in table.name for table in tables):
        yield "5 tables are named alike, or with spaces"
    if not (book.properties.title and book.properties.creator):
        yield "6 no title or no author"
    if book.properties.lastModifiedBy not in {None, book.properties.creator}:
        yield "7 it names another who saved it last"
    with zipfile.ZipFile(edition.workbook_file) as parts:
        strange = [name for name in parts.namelist() if re.search("drawing|media|comment|pivot|external|vba|printer", name, re.I)]
    if strange:
        yield f"8 parts that no table needs: {strange}"
    for sheet in book:
        place = sheet.title
        if any(row.hidden for row in sheet.row_dimensions.values()) or any(column.hidden for column in sheet.column_dimensions.values()):
            yield f"9 {place}: a row or column is hidden"
        if sheet.merged_cells.ranges:
            yield f"10 {place}: merged cells"
        if sheet.freeze_panes:
            yield f"11 {place}: frozen panes"
        if sheet.auto_filter.ref or any(table.autoFilter for table in sheet.tables.values()):
            yield f"12 {place}: a filter"
        if not sheet["A1"].value:
            yield f"13 {place}: no title in A1"
        blank = [row[0].row for row in sheet.iter_rows() if all(cell.value in (None, "") for cell in row)]
        if blank and not (place[0].isdigit() and sheet.max_row == blank[0]):
            yield f"14 {place}: blank rows {blank}"
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        if any(cell.data_type == "f" for cell in cells):
            yield f"15 {place}: a formula"
        if any(cell.font.name != "Arial" or cell.font.size < 12 for cell in cells):
            yield f"16 {place}: letters too small or not Arial"
        if place == "Cover":
            continue
        if len(sheet.tables) != 1:
            yield f"18 {place}: {len(sheet.tables)} marked tables"
            continue
        (table,) = sheet.tables.values()
        rows = list(sheet[table.ref])
        headings = [cell.value for cell in rows[0]]
        if not table.ref.startswith("A") or table.headerRowCount != 1 or len({str(head).lower() for head in headings}) != len(headings) or None in headings:
            yield f"19 {place}: the table is not marked from column A with its own headings"
        if not all(cell.alignment.wrap_text for cell in rows[0]):
            yield f"20 {place}: headings do not wrap"
        inner = [cell.value for row in rows[1:] for cell in row]
        # A school's number in the first columns names a row: it is a name, and a name is text.
        texts = [all(isinstance(cell.value, str) and cell.value not in SYMBOLS for cell in column) for column in zip(*rows[1:])]
        heads = texts.index(False) if False in texts else len(texts)
        if place[0].isdigit() and any(isinstance(cell.value, str) and number(cell.value) is not None for row in rows[1:] for cell in row[heads:]):
            yield f"17 {place}: a number kept as text"
        if any(value is None for value in inner) and any(value is not None for value in inner):
            yield f"21 {place}: blank cells in the table"
        unknown = {value for value in inner if isinstance(value, str) and re.fullmatch(r"\[\w+\]", value)} - explained
        if unknown:
            yield f"22 {place}: {unknown} are not explained"
        frame = pandas.read_excel(edition.workbook_file, sheet_name=place, header=rows[0][0].row - 1)
        if list(frame.columns) != [str(head) for head in headings] or len(frame) < len(rows) - 1 - inner.count(None):
            yield f"23 {place}: pandas reads other columns or fewer rows"


def q11_short(edition):
    words = lambda text: len(text.split())
    headline = next(text for given, text in edition.page.of("p") if "font-size:22px" in given.get("style", ""))
    if words(headline) > 25:
        yield f"the headline has {words(headline)} words: {headline}"
    for _, text in edition.page.of("h2", "h3", "h4"):
        if words(text) > 10:
            yield f"a title of {words(text)} words: {text}"
    for given, text in edition.page.of("p", "li"):
        if "quiet" in given.get("class", ""):
            continue  # definitions and notes are terms, not prose
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            if words(sentence) > 35:
                yield f"a sentence of {words(sentence)} words: {sentence}"


GOALS = {"Q4": q4_sizes, "Q5": q5_pictures, "Q6": q6_same_figures, "Q8": q8_workbook, "Q11": q11_short}


def main(folder):
    accounts = sorted(folder.rglob("edition.json"))
    if not accounts:
        raise SystemExit(f"no edition below {folder}")
    editions = [Edition(account) for account in accounts]
    found = {goal: [f"{edition.name}: {fault}" for edition in editions for fault in rule(edition)] for goal, rule in GOALS.items()}
    for message in sorted(folder.rglob("*.eml")):
        size = message.stat().st_size
        if size > 10_000_000:
            found["Q4"].append(f"{message.name} has {size} bytes")
        if email.message_from_bytes(message.read_bytes()).defects:
            found["Q4"].append(f"{message.name} is not well formed")
    found["editions"] = [edition.name for edition in editions]
    found["tables"] = sum(len(edition.captioned) for edition in editions)
    found["pictures"] = sum(len(edition.page.images) for edition in editions)
    found["drawn"] = sum(len(list(edition.folder.glob("charts/*.png"))) for edition in editions)
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    return any(found[goal] for goal in GOALS)


if __name__ == "__main__":
    broken = main(Path(sys.argv[1]))
    raise SystemExit(1 if broken and "--must" in sys.argv else 0)
