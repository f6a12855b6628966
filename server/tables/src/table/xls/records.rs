//! The records of a binary workbook, and the texts in them.

/// A record that goes on in records behind it.
const CONTINUE: u16 = 0x3C;

/// One record, with what continues it.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    parts: Vec<&'a [u8]>,
    at: usize,
}

/// The records of a stream from here on.
pub(super) struct Records<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, first) = self.take_one()?;
        let mut parts = vec![first];
        while self.0.first_chunk() == Some(&CONTINUE.to_le_bytes()) {
            parts.push(self.take_one()?.1);
        }
        let at = 0;
        Some(Record { kind, parts, at })
    }
}

impl<'a> Records<'a> {
    fn take_one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, rest) = self.0.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_le_bytes(*length));
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((u16::from_le_bytes(*kind), content))
    }
}

impl<'a> Record<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let part = self.part()?;
        let (first, rest) = part.split_first()?;
        *part = rest;
        Some(*first)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Some(bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    /// Bytes that are left before it continues.
    pub(super) fn left(&self) -> usize {
        self.parts.get(self.at).map_or(0, |part| part.len())
    }

    /// A text whose count of characters is two bytes.
    pub(super) fn text(&mut self) -> Option<String> {
        let count = self.u16()?;
        self.text_of(usize::from(count))
    }

    /// A text of so many characters: how it is written, they, and what describes them, which is left out.
    pub(super) fn text_of(&mut self, count: usize) -> Option<String> {
        let flags = self.byte()?;
        let formats = if flags & 0x08 != 0 { self.u16()? } else { 0 };
        let extra = if flags & 0x04 != 0 { self.u32()? } else { 0 };
        let text = self.characters(count, flags & 0x01 != 0)?;
        self.skip(usize::from(formats) * 4)?;
        self.skip(usize::try_from(extra).ok()?)?;
        Some(text)
    }

    /// Characters of one or two bytes; where a record continues, it says anew which.
    fn characters(&mut self, count: usize, mut is_wide: bool) -> Option<String> {
        let mut units = Vec::with_capacity(count);
        while units.len() < count {
            if self.left() == 0 {
                is_wide = self.byte()? & 0x01 != 0;
                continue;
            }
            units.push(match is_wide {
                true => self.u16()?,
                false => u16::from(self.byte()?),
            });
        }
        Some(String::from_utf16_lossy(&units))
    }

    pub(super) fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let part = self.part()?;
            let taken = bytes.min(part.len());
            *part = part.get(taken..)?;
            bytes -= taken;
        }
        Some(())
    }

    /// What is left of the part that is being read; `None` at the end.
    fn part(&mut self) -> Option<&mut &'a [u8]> {
        while self.left() == 0 {
            self.at += 1;
            if self.at >= self.parts.len() {
                return None;
            }
        }
        self.parts.get_mut(self.at)
    }
}
