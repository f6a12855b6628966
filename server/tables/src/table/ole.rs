//! The container of Office documents before 2007, which also wraps newer ones that have a password.

use super::NotATable;

/// Bytes of the container's header.
const HEADER: usize = 512;
/// Bytes of one entry of its directory.
const ENTRY: usize = 128;
/// Sector numbers from here on are marks.
const MARKS: u32 = 0xFFFF_FFFA;

/// Why a file of this kind is refused.
pub(super) fn refusal(content: &[u8]) -> NotATable {
    let names = names(content).unwrap_or_default();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("EncryptedPackage") {
        NotATable::Password
    } else if has("Workbook") || has("Book") {
        NotATable::OldWorkbook
    } else {
        NotATable::OtherKind
    }
}

/// The names of the streams in the container.
fn names(content: &[u8]) -> Option<Vec<String>> {
    let container = Container::open(content)?;
    let mut names = Vec::new();
    for sector in container.chain(container.number(48)?) {
        for entry in sector.chunks_exact(ENTRY) {
            names.extend(name(entry));
        }
    }
    Some(names)
}

/// The name of a directory's entry, as UTF-16 with its length in bytes behind it.
fn name(entry: &[u8]) -> Option<String> {
    let length = u16::from_le_bytes(entry.get(64..66)?.try_into().ok()?);
    let bytes = entry.get(..usize::from(length).checked_sub(2)?)?;
    let units = bytes
        .chunks_exact(2)
        .filter_map(|unit| unit.try_into().ok());
    let units: Vec<u16> = units.map(u16::from_le_bytes).collect();
    Some(String::from_utf16_lossy(&units))
}

struct Container<'a> {
    content: &'a [u8],
    sector_bytes: usize,
    /// The sector that comes after each one.
    next: Vec<u32>,
}

impl<'a> Container<'a> {
    fn open(content: &'a [u8]) -> Option<Self> {
        let shift = u32::from(u16::from_le_bytes(content.get(30..32)?.try_into().ok()?));
        let mut container = Self {
            content,
            sector_bytes: 1_usize
                .checked_shl(shift)
                .filter(|_| shift == 9 || shift == 12)?,
            next: Vec::new(),
        };
        // The sectors of the table of sectors; a book has its beginning in the first of them, which stand in the header.
        let listed = content.get(76..HEADER)?;
        for sector in numbers(listed).filter(|sector| *sector < MARKS) {
            let sector = container.sector(sector)?;
            container.next.extend(numbers(sector));
        }
        Some(container)
    }

    fn number(&self, at: usize) -> Option<u32> {
        numbers(self.content.get(at..at + 4)?).next()
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number)
            .ok()?
            .checked_add(1)?
            .checked_mul(self.sector_bytes)?;
        let end = start
            .checked_add(self.sector_bytes)?
            .min(self.content.len());
        self.content.get(start..end)
    }

    /// The sectors of one stream; a chain that bites its tail ends when every sector has come once.
    fn chain(&self, first: u32) -> impl Iterator<Item = &'a [u8]> {
        let step = |sector: &u32| {
            let place = usize::try_from(*sector).ok()?;
            self.next.get(place).copied()
        };
        std::iter::successors(Some(first), step)
            .take(self.next.len())
            .map_while(|sector| self.sector(sector))
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let numbers = bytes
        .chunks_exact(4)
        .filter_map(|four| four.try_into().ok());
    numbers.map(u32::from_le_bytes)
}
