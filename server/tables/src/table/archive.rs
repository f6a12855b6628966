//! Zip files: which kind of workbook one is, and whether its parts have a bearable size.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{MAX_TABLE_BYTES, NotATable};

/// Most parts of a workbook; each costs time however small it is.
const MAX_PARTS: usize = 20_000;

/// Which kind of workbook a zip file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    OpenDocument,
    Xlsx,
}

/// Tells the kind, and refuses what would unpack to too much.
pub(super) fn kind(content: &[u8]) -> Result<Kind, NotATable> {
    let mut parts = ZipArchive::new(Cursor::new(content)).map_err(|_| NotATable::Workbook)?;
    if parts.len() > MAX_PARTS {
        return Err(NotATable::TooLarge);
    }
    let kind = named(&parts).or_else(|| is_opendocument(&mut parts).then_some(Kind::OpenDocument));
    let kind = kind.ok_or(NotATable::OtherKind)?;
    refuse_bombs(&mut parts)?;
    Ok(kind)
}

fn named(parts: &ZipArchive<Cursor<&[u8]>>) -> Option<Kind> {
    let mut names = parts.file_names().filter_map(Result::ok);
    names
        .any(|name| part_name(&name).starts_with("xl/"))
        .then_some(Kind::Xlsx)
}

/// A part's name as it is compared; some programs write `XL\\Worksheets`.
pub(super) fn part_name(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

fn is_opendocument(parts: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let wanted = b"application/vnd.oasis.opendocument.spreadsheet";
    let mut start = Vec::new();
    let part = parts.by_name("mimetype").map(|part| part.take(64));
    part.is_ok_and(|mut part| part.read_to_end(&mut start).is_ok() && start.starts_with(wanted))
}

/// Unpacks every part once and counts: the sizes that a zip file states need not be true.
fn refuse_bombs(parts: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), NotATable> {
    let mut left = MAX_TABLE_BYTES;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|_| NotATable::Workbook)?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| NotATable::Workbook)?;
        left = left.checked_sub(size).ok_or(NotATable::TooLarge)?;
    }
    Ok(())
}
