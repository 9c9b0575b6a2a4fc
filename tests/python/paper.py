"""Reads committee papers with the libraries of others, and says what a reader or a screen reader would miss.

    paper.py FOLDER     FOLDER holds editions (`edition.json` with its files)

Prints one line for each paper; ends with 1 when something is missing, with a line for each thing.
The structure is read by pikepdf and the words by pdftotext; nothing of the program that made the papers is used. Whether
veraPDF agrees was not tried: it cannot be had from the package managers that this runs with.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pikepdf

FIGURE = re.compile(r"\d[\d,.]*\d|\d")


def nodes(of):
    """Every tag below `of`, in reading order, as the dictionary that it is."""
    inner = of.get("/K")
    if inner is None:
        return
    for child in list(inner) if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from nodes(child)


def scope(node):
    of = node.get("/A", [])
    attributes = list(of) if isinstance(of, pikepdf.Array) else [of]
    return next((str(one["/Scope"]) for one in attributes if "/Scope" in one), None)


def structure(pdf):
    """What the tags and the catalogue lack."""
    root = pdf.Root
    if str(root.get("/Lang", "")) != "en-GB":
        yield f"expected the language en-GB, found {root.get('/Lang')}"
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "it is not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "its title is not what a window shows"
    with pdf.open_metadata() as metadata:
        for key, expected in [("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A")]:
            if metadata.get(key) != expected:
                yield f"expected {key} {expected}, found {metadata.get(key)}"
    if "/StructTreeRoot" not in root:
        yield "it has no tags"
        return
    tags = list(nodes(root.StructTreeRoot))
    last = 0
    for node in tags:
        kind = str(node["/S"])[1:]
        if re.fullmatch("H[1-6]", kind):
            level = int(kind[1])
            if level > last + 1:
                yield f"a heading of level {level} follows one of level {last}"
            last = level
        if kind == "Figure" and not str(node.get("/Alt", "")).strip():
            yield "a picture has no words"
        if kind == "TH" and scope(node) not in {"/Column", "/Row", "/Both"}:
            yield "the head of a row or column does not say of which"
        if kind == "Table":
            heads = [scope(inner) for inner in nodes(node) if str(inner["/S"]) == "/TH"]
            if "/Column" not in heads or "/Row" not in heads:
                yield "a table lacks heads of rows or columns"
    if not any(str(node["/S"]) == "/Table" for node in tags):
        yield "it has no table"
    for at, page in enumerate(pdf.pages, 1):
        if str(page.obj.get("/Tabs", "")) != "/S" and "/Annots" in page.obj:
            yield f"page {at} is not walked in the order of its tags"
        for name, font in page.get("/Resources", {}).get("/Font", {}).items():
            for inner in font.get("/DescendantFonts", [font]):
                described = inner.get("/FontDescriptor", {})
                if not any(key in described for key in ["/FontFile", "/FontFile2", "/FontFile3"]):
                    yield f"page {at}: the font {name} is not within the file"


def words(path, *options):
    run = subprocess.run(["pdftotext", *options, path, "-"], check=True, capture_output=True, text=True)
    return run.stdout


def letter(text):
    """The words of a letter from its headline up to the section on trust, and its headings."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if line == "How far to trust this"), len(lines))
    heads = [lines[at - 1] for at in range(1, end) if lines[at] and not lines[at].strip("-")]
    return "\n".join(lines[3:end]), [head for head in heads if head and head.upper() != head]


def content(edition, path):
    """What the letter says and the paper does not, and what a page lacks."""
    record = json.loads((edition / "edition.json").read_text())
    pages = words(path).split("\f")[:-1]
    said = " ".join(" ".join(pages).split())
    body, heads = letter((edition / "email.txt").read_text())
    figures = set(FIGURE.findall(said))
    for figure in sorted(set(FIGURE.findall(body)) - figures):
        yield f"the letter has the figure {figure}, and the paper has not"
    seamless = said.replace(" ", "")
    for head in heads:
        if head.replace(" ", "") not in seamless:
            yield f"the letter has the heading `{head}`, and the paper has not"
    for at, page in enumerate(pages, 1):
        if record["id"] not in page or f"Page {at} of {len(pages)}" not in page:
            yield f"page {at} does not say which edition and page it is"
    for phrase in ["Recommendations for", "Contents", "Annex A", "Annex C", "How to read this paper"]:
        if phrase not in said:
            yield f"there is no `{phrase}`"


def main(folder):
    papers = sorted(Path(folder).rglob("editions/**/*.pdf"))
    wrong = 0
    for path in papers:
        with pikepdf.open(path) as pdf:
            faults = list(structure(pdf)) + list(content(path.parent, path))
            print(f"{path.name}: {len(pdf.pages)} pages, {path.stat().st_size} bytes, {len(faults)} faults")
        for fault in faults:
            print(f"  {fault}")
        wrong += len(faults)
    if not papers:
        print("no paper found")
    return 1 if wrong or not papers else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
