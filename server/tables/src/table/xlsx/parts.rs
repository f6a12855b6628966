//! What the parts of an XLSX file say beside the values of the cells: hidden rows, merged cells, and dimensions that
//! are none.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Cursor, Read, Write as _};

use quick_xml::events::BytesStart;
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use crate::table::archive::part_name;
use crate::table::book::{Area, MAX_MERGED, area};
use crate::table::xml::{self, Piece, attribute};
use crate::table::{MAX_LINES, MAX_TABLE_BYTES, NotATable};

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// One worksheet without its cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) merged: Vec<Area>,
    pub(super) hidden_lines: BTreeSet<u32>,
    has_bad_dimension: bool,
}

/// The worksheets of a workbook, by their names in the zip file.
pub(super) struct Parts {
    sheets: BTreeMap<String, Part>,
    paths: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Parts {
    /// Reads the workbook, whose parts together must have a bearable size.
    pub(super) fn read(content: &[u8]) -> Result<Self, NotATable> {
        let mut zip = ZipArchive::new(Cursor::new(content)).map_err(|_| NotATable::Workbook)?;
        let mut sheets = BTreeMap::new();
        for index in 0..zip.len() {
            let part = zip.by_index(index).map_err(|_| NotATable::Workbook)?;
            let name = part_name(&part.name().map_err(|_| NotATable::Workbook)?);
            if name.starts_with("xl/worksheets/") && name.ends_with(".xml") {
                sheets.insert(name, scan(BufReader::new(part))?);
            }
        }
        let paths = paths(&mut zip).unwrap_or_default();
        let taken = BTreeSet::new();
        Ok(Self {
            sheets,
            paths,
            taken,
        })
    }

    /// Takes the part of the sheet with this title, which may have nothing to tell; `None` if another sheet had it.
    pub(super) fn take(&mut self, title: &str) -> Option<Part> {
        let Some(path) = self.paths.get(title) else {
            return Some(Part::default());
        };
        let is_first = self.taken.insert(path.clone());
        is_first.then(|| self.sheets.remove(path).unwrap_or_default())
    }

    /// The workbook without dimensions that are none (`A0:D0`): they say nothing that the cells do not say, and the reader
    /// of the cells stops at them. `None` if all are sound.
    pub(super) fn mended(&self, content: &[u8]) -> Option<Result<Vec<u8>, NotATable>> {
        let mut parts = self.sheets.values();
        parts
            .any(|part| part.has_bad_dimension)
            .then(|| self.rewritten(content).map_err(|_| NotATable::Workbook))
    }

    fn rewritten(&self, content: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
        let mut old = ZipArchive::new(Cursor::new(content))?;
        let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..old.len() {
            let part = old.by_index(index)?;
            let name = part.name()?.into_owned();
            let sheet = self.sheets.get(&part_name(&name));
            if !sheet.is_some_and(|sheet| sheet.has_bad_dimension) {
                new.raw_copy_file(part)?;
                continue;
            }
            let mut xml = Vec::new();
            part.take(MAX_TABLE_BYTES).read_to_end(&mut xml)?;
            new.start_file(name, SimpleFileOptions::default())?;
            new.write_all(&without_dimension(xml))?;
        }
        Ok(new.finish()?.into_inner())
    }
}

fn without_dimension(mut xml: Vec<u8>) -> Vec<u8> {
    let word = b"dimension";
    let at = xml.windows(word.len()).position(|bytes| bytes == word);
    let (before, after) = xml.split_at_checked(at.unwrap_or(0)).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'<');
    let end = after.iter().position(|byte| *byte == b'>');
    if let (Some(at), Some(start), Some(end)) = (at, start, end) {
        xml.drain(start..=at + end);
    }
    xml
}

fn scan(part: impl BufRead) -> Result<Part, NotATable> {
    let mut scanned = Part::default();
    let mut line = 0;
    xml::read(part, |piece| {
        if let Piece::Start(element) = piece {
            scanned.note(element, &mut line);
        }
        Ok(())
    })?;
    Ok(scanned)
}

impl Part {
    fn note(&mut self, element: &BytesStart<'_>, line: &mut u32) {
        match element.local_name().as_ref() {
            "row" => {
                let stated = attribute(element, "r").and_then(|line| line.parse().ok());
                *line = stated.unwrap_or(line.saturating_add(1));
                let hidden = attribute(element, "hidden");
                if *line <= MAX_LINES && hidden.is_some_and(|is| is == "1" || is == "true") {
                    self.hidden_lines.insert(*line);
                }
            }
            "mergeCell" if self.merged.len() < MAX_MERGED => {
                let place = attribute(element, "ref");
                self.merged.extend(place.and_then(|place| area(&place)));
            }
            "dimension" => {
                let place = attribute(element, "ref");
                self.has_bad_dimension |= place.and_then(|place| area(&place)).is_none();
            }
            _ => {}
        }
    }
}

/// Which part is which sheet, by the sheets' titles.
fn paths(zip: &mut Zip<'_>) -> Option<BTreeMap<String, String>> {
    let mut targets = BTreeMap::new();
    each(zip, "xl/_rels/workbook.xml.rels", |element| {
        if element.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(target)) =
                (attribute(element, "Id"), attribute(element, "Target"))
        {
            targets.insert(id, target);
        }
    })?;
    let mut paths = BTreeMap::new();
    each(zip, "xl/workbook.xml", |element| {
        if element.local_name().as_ref() == "sheet"
            && let (Some(title), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(target) = targets.get(&id)
        {
            paths.insert(title, path(target));
        }
    })?;
    Some(paths)
}

/// A target of the workbook as a name in the zip file.
fn path(target: &str) -> String {
    let target = part_name(target);
    match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{}", target.trim_start_matches("./")),
    }
}

/// Calls `see` with every element of a part; `None` if there is no such part, or it is damaged.
fn each(zip: &mut Zip<'_>, name: &str, mut see: impl FnMut(&BytesStart<'_>)) -> Option<()> {
    let part = BufReader::new(zip.by_name(name).ok()?);
    let pieces = xml::read(part, |piece| {
        if let Piece::Start(element) = piece {
            see(element);
        }
        Ok(())
    });
    pieces.ok()
}
