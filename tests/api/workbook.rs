//! Reads the workbooks that the server writes: their cells, and all that is written anywhere.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// A workbook's parts, unpacked.
pub(crate) struct Workbook {
    parts: Vec<(String, String)>,
}

impl Workbook {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip archive");
        let parts = (0..archive.len()).map(|n| {
            let mut part = archive.by_index(n).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("XML in UTF-8");
            let name = part.name().expect("a name in UTF-8").into_owned();
            (name, text)
        });
        Self { parts: parts.collect() }
    }

    /// All parts, one after the other.
    pub(crate) fn text(&self) -> String {
        self.parts.iter().map(|(_, text)| &**text).collect::<Vec<_>>().join("\n")
    }

    fn part(&self, name: &str) -> &str {
        let part = self.parts.iter().find(|(it, _)| it == name);
        part.map_or_else(|| panic!("no {name}"), |(_, text)| text)
    }

    /// The rows of the first sheet: each cell as text, by its column; nothing may be a formula.
    pub(crate) fn rows(&self) -> Vec<Vec<(String, String)>> {
        let sheet = self.part("xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "a formula: {sheet}");
        let shared: Vec<String> = elements(self.part("xl/sharedStrings.xml"), "si")
            .map(|it| elements(it, "t").map(content).map(plain).collect())
            .collect();
        let cells = |row| {
            let cells = elements(row, "c").map(|cell| {
                let value = elements(cell, "v").map(content).next().unwrap_or_default();
                let is_shared = head(cell).contains("t=\"s\"");
                let value =
                    if is_shared { &shared[value.parse::<usize>().unwrap()] } else { value };
                (column(cell), value.to_owned())
            });
            cells.collect()
        };
        elements(sheet, "row").map(cells).collect()
    }
}

/// The elements of this name, which do not hold each other.
fn elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (empty, close) = ("/>", format!("</{name}>"));
    let opens = [format!("<{name}>"), format!("<{name} ")];
    let mut rest = xml;
    std::iter::from_fn(move || {
        let start = opens.iter().filter_map(|open| rest.find(open)).min()?;
        let element = &rest[start..];
        let end = if head(element).ends_with(empty) {
            head(element).len()
        } else {
            element.find(&close)? + close.len()
        };
        rest = &element[end..];
        Some(&element[..end])
    })
}

fn head(element: &str) -> &str {
    element.split_inclusive('>').next().unwrap_or_default()
}

fn content(element: &str) -> &str {
    element[head(element).len()..].rsplit_once("</").map_or("", |(content, _)| content)
}

/// The letters of a cell's place.
fn column(cell: &str) -> String {
    let place = head(cell).split("r=\"").nth(1).unwrap_or_default();
    place.chars().take_while(char::is_ascii_uppercase).collect()
}

fn plain(xml: &str) -> String {
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    let text = entities.iter().fold(xml.to_owned(), |text, (entity, c)| text.replace(entity, c));
    // What would be an escape, escaped.
    text.replace("_x005F_", "_")
}
