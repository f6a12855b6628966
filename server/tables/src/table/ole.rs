//! The container of Office documents before 2007, which also wraps newer ones that have a password.

use super::NotATable;

/// Bytes of the container's header.
const HEADER: usize = 512;
/// Bytes of one entry of its directory.
const ENTRY: usize = 128;
/// Sector numbers from here on are marks.
const MARKS: u32 = 0xFFFF_FFFA;
/// Streams shorter than this stand together in the first stream, in sectors of [`SMALL_SECTOR`] bytes.
const SMALL_STREAM: usize = 4_096;
const SMALL_SECTOR: usize = 64;

/// The stream of the workbook, or why the file is refused.
pub(super) fn workbook(content: &[u8]) -> Result<Vec<u8>, NotATable> {
    let container = Container::open(content).ok_or(NotATable::Workbook)?;
    if container.find("EncryptedPackage").is_some() {
        return Err(NotATable::Password);
    }
    if let Some(entry) = container.find("Workbook") {
        return container.stream(entry).ok_or(NotATable::Workbook);
    }
    // Before Excel 97.
    match container.find("Book") {
        Some(_) => Err(NotATable::OldWorkbook),
        None => Err(NotATable::OtherKind),
    }
}

struct Container<'a> {
    content: &'a [u8],
    sector_bytes: usize,
    /// The sector that comes after each one.
    next: Vec<u32>,
    entries: Vec<Entry>,
}

/// A stream of the directory; the first one holds the small streams.
struct Entry {
    name: String,
    first: u32,
    bytes: usize,
}

impl<'a> Container<'a> {
    fn open(content: &'a [u8]) -> Option<Self> {
        let shift = u32::from(u16::from_le_bytes(content.get(30..32)?.try_into().ok()?));
        let is_known = shift == 9 || shift == 12;
        let mut container = Self {
            content,
            sector_bytes: 1_usize.checked_shl(shift).filter(|_| is_known)?,
            next: Vec::new(),
            entries: Vec::new(),
        };
        container.read_table()?;
        let directory = container.chain(container.number(48)?);
        let entries = directory.flat_map(|sector| sector.chunks_exact(ENTRY));
        container.entries = entries.filter_map(Entry::of).collect();
        Some(container)
    }

    /// The table of sectors stands in sectors itself; the header lists the first of those, the others are listed in a
    /// chain of sectors whose last number is the next one.
    fn read_table(&mut self) -> Option<()> {
        self.take_table(self.content.get(76..HEADER)?)?;
        let mut list = self.number(68)?;
        while list < MARKS && !self.is_complete() {
            let (listed, next) = self.sector(list)?.split_last_chunk::<4>()?;
            self.take_table(listed)?;
            list = u32::from_le_bytes(*next);
        }
        Some(())
    }

    fn take_table(&mut self, listed: &[u8]) -> Option<()> {
        for sector in numbers(listed).filter(|sector| *sector < MARKS) {
            if self.is_complete() {
                break;
            }
            let sector = self.sector(sector)?;
            self.next.extend(numbers(sector));
        }
        Some(())
    }

    /// Whether the table tells of all sectors that the file can have.
    const fn is_complete(&self) -> bool {
        self.next.len() > self.content.len() / self.sector_bytes
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        if entry.bytes >= SMALL_STREAM {
            return Some(self.joined(entry.first, entry.bytes));
        }
        let root = self.entries.first()?;
        let small = self.joined(root.first, root.bytes);
        let table = self.joined(self.number(60)?, self.content.len());
        let next: Vec<u32> = numbers(&table).collect();
        let step = |sector: &u32| next.get(usize::try_from(*sector).ok()?).copied();
        let sectors = std::iter::successors(Some(entry.first), step)
            .take(SMALL_STREAM / SMALL_SECTOR)
            .map_while(|sector| {
                let start = usize::try_from(sector).ok()?.checked_mul(SMALL_SECTOR)?;
                small.get(start..start.checked_add(SMALL_SECTOR)?)
            });
        let mut stream: Vec<u8> = sectors.flatten().copied().collect();
        stream.truncate(entry.bytes);
        Some(stream)
    }

    /// A chain of sectors as one; never more than the file has.
    fn joined(&self, first: u32, bytes: usize) -> Vec<u8> {
        let bytes = bytes.min(self.content.len());
        let mut joined = Vec::new();
        for sector in self.chain(first) {
            if joined.len() >= bytes {
                break;
            }
            joined.extend_from_slice(sector);
        }
        joined.truncate(bytes);
        joined
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

impl Entry {
    /// An entry's name is UTF-16, with its length in bytes behind it.
    fn of(entry: &[u8]) -> Option<Self> {
        let length = u16::from_le_bytes(entry.get(64..66)?.try_into().ok()?);
        let bytes = entry.get(..usize::from(length).checked_sub(2)?)?;
        let units = bytes
            .chunks_exact(2)
            .filter_map(|unit| unit.try_into().ok());
        let units: Vec<u16> = units.map(u16::from_le_bytes).collect();
        Some(Self {
            name: String::from_utf16_lossy(&units),
            first: numbers(entry.get(116..120)?).next()?,
            bytes: usize::try_from(numbers(entry.get(120..124)?).next()?).ok()?,
        })
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let numbers = bytes
        .chunks_exact(4)
        .filter_map(|four| four.try_into().ok());
    numbers.map(u32::from_le_bytes)
}
