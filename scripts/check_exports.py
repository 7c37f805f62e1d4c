"""Opens exports as a spreadsheet program would, and checks what is in their cells.

Every workbook of the folder is compared with the CSV and JSON beside it, and where there is a
file of expectations with the results that were on the big screen.
"""

import csv
import datetime
import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import openpyxl

COLUMNS = [
    "activity", "type", "item", "round", "participant",
    "answer", "correct", "points", "answered_at", "response_ms",
]
TEXT, WHOLE, NUMBER, TRUTH, TIME = "text", "whole", "number", "truth", "time"
TYPES = {
    "activity": {TEXT},
    "type": {TEXT},
    "item": {TEXT, None},
    "round": {WHOLE},
    "participant": {TEXT, None},
    "answer": {TEXT, WHOLE, NUMBER, None},
    "correct": {TRUTH, None},
    "points": {WHOLE, None},
    "answered_at": {TIME},
    "response_ms": {WHOLE, None},
}


def type_of(cell):
    value = cell.value
    if value is None:
        return None
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, datetime.datetime):
        return TIME
    if isinstance(value, (int, float)):
        return WHOLE if float(value).is_integer() else NUMBER
    assert isinstance(value, str), value
    return TEXT


def looks_like_a_formula(text):
    return unicodedata.normalize("NFKC", text).lstrip()[:1] in set("=+-@") or text[:1] in set("\t\r\n")


def neutral(text):
    return "'" + text if looks_like_a_formula(text) else text


def workbook_rows(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A2", f"the header is not frozen: {sheet.freeze_panes}"
    header, *lines = sheet.iter_rows()
    assert [cell.value for cell in header] == COLUMNS
    rows = []
    for line in lines:
        for name, cell in zip(COLUMNS, line):
            assert cell.data_type != "f", f"{cell.coordinate} is a formula: {cell.value}"
            assert type_of(cell) in TYPES[name], f"{cell.coordinate} ({name}): {cell.value!r}"
            if isinstance(cell.value, str) and looks_like_a_formula(cell.value):
                assert cell.quotePrefix, f"{cell.coordinate} becomes a formula when it is edited"
        rows.append({name: cell.value for name, cell in zip(COLUMNS, line)})
    assert all(sheet.column_dimensions[column].width >= 8 for column in "ABCDEFGHIJ")
    return rows


def csv_rows(path):
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    for row in rows:
        for name in COLUMNS:
            is_number = name == "answer" and is_numeric(row[name])
            assert is_number or not looks_like_a_formula(row[name]), f"{name}: {row[name]!r}"
    return rows


def is_numeric(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_csv(name, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else str(value)
    if name == "answer":
        whole = neutral(value)
        parts = "; ".join(neutral(part) for part in value.split("; "))
        return (whole, parts)
    return neutral(value)


def same(cell, plain):
    return cell in plain if isinstance(plain, tuple) else cell == plain


def check_alike(book, lines, items):
    assert len(book) == len(lines) == len(items), "not the same number of rows"
    for row, line, item in zip(book, lines, items):
        assert list(item)[: len(COLUMNS)] == COLUMNS
        for name in COLUMNS:
            assert same(line[name], as_csv(name, row[name])), (name, line[name], row[name])
            if isinstance(row[name], datetime.datetime):
                assert item[name] == as_csv(name, row[name])
            else:
                assert item[name] == row[name], (name, item[name], row[name])


def parts(answer, tally):
    if isinstance(answer, str) and answer not in tally:
        return answer.split("; ")
    return [as_csv("number", answer) if not isinstance(answer, str) else answer]


def check_results(rows, expected):
    for wanted in expected:
        mine = [
            row for row in rows
            if all(row[name] == wanted[name] for name in ("activity", "item", "round"))
        ]
        found = Counter(part for row in mine for part in parts(row["answer"], wanted["tally"]))
        assert found == wanted["tally"], f"{wanted['activity']}: {found} and not {wanted['tally']}"
    places = {(it["activity"], it["item"], it["round"]) for it in expected}
    strays = [row for row in rows if (row["activity"], row["item"], row["round"]) not in places]
    assert not strays, f"rows of nothing that was shown: {strays[:3]}"


def main(folder):
    books = sorted(folder.glob("*.xlsx"))
    if not books:
        sys.exit(f"check-exports: there is no workbook in {folder}; run the tests first")
    rows_checked = results_checked = 0
    for path in books:
        rows = workbook_rows(path)
        items = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        check_alike(rows, csv_rows(path.with_suffix(".csv")), items)
        expected = path.with_suffix(".expected.json")
        if expected.exists():
            wanted = json.loads(expected.read_text(encoding="utf-8"))
            check_results(rows, wanted)
            results_checked += len(wanted)
        rows_checked += len(rows)
    print(
        f"check-exports: {len(books)} workbooks with {rows_checked} rows: types as they should be,"
        f" no formula, as in CSV and JSON; {results_checked} results as they were shown"
    )


main(Path(sys.argv[1]))
