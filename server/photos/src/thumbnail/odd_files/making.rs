//! Segments, frames and whole files, byte by byte.

pub(super) const PLACE: &str = "48.8583N camera of 王某某";

/// Marker, length, content.
pub(super) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], length.to_be_bytes().as_slice(), content].concat()
}

/// A frame of this height, 16 pixels wide, with components of the ids given.
pub(super) fn frame(marker: u8, height: u16, precision: u8, ids: &[u8]) -> Vec<u8> {
    let [h1, h2] = height.to_be_bytes();
    let count = u8::try_from(ids.len()).unwrap();
    let mut content = vec![precision, h1, h2, 0, 16, count];
    content.extend(ids.iter().flat_map(|id| [*id, 0x11, 0]));
    segment(marker, &content)
}

/// Quantisation by 8, so that the first coefficient of a block is its brightness less 128. Codes of 4 bits for the
/// lengths 0 to 8 of that number, and one bit that ends a block.
pub(super) fn tables() -> Vec<u8> {
    let mut first = vec![0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    first.extend(0..=8);
    let mut others = vec![0x10, 1];
    others.extend([0; 16]);
    let quantisation = [[0].as_slice(), &[8; 64]].concat();
    [
        segment(0xdb, &quantisation),
        segment(0xc4, &first),
        segment(0xc4, &others),
    ]
    .concat()
}

/// One scan of two blocks side by side, each with one value for each component.
pub(super) fn scan(ids: &[u8], blocks: [&[i32]; 2], is_progressive: bool) -> Vec<u8> {
    let count = u8::try_from(ids.len()).unwrap();
    let mut header = vec![count];
    header.extend(ids.iter().flat_map(|id| [*id, 0]));
    header.extend([0, if is_progressive { 0 } else { 63 }, 0]);
    let mut bits = String::new();
    let mut before = vec![0; ids.len()];
    for block in blocks {
        for (value, before) in block.iter().zip(&mut before) {
            let difference = (value - 128) - *before;
            *before = value - 128;
            let length = 32 - difference.unsigned_abs().leading_zeros();
            let number = if difference < 0 {
                difference + (1 << length) - 1
            } else {
                difference
            };
            bits.push_str(&format!("{length:04b}"));
            if length > 0 {
                let width = usize::try_from(length).unwrap();
                bits.push_str(&format!("{number:0width$b}"));
            }
            if !is_progressive {
                bits.push('0');
            }
        }
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let mut scan = segment(0xda, &header);
    for at in (0..bits.len()).step_by(8) {
        let byte = u8::from_str_radix(&bits[at..at + 8], 2).unwrap();
        scan.push(byte);
        if byte == 0xff {
            scan.push(0);
        }
    }
    scan
}

/// What lies between the start and the end of a file of 16 by 8 pixels: dark on the left, light on the right.
pub(super) struct Parts {
    pub(super) before: Vec<u8>,
    pub(super) frame: Vec<u8>,
    pub(super) scan: Vec<u8>,
    pub(super) after: Vec<u8>,
}

pub(super) const GREY: [&[i32]; 2] = [&[40], &[220]];
pub(super) const COLOUR: [&[i32]; 2] = [&[40, 128, 128], &[220, 128, 128]];

impl Default for Parts {
    fn default() -> Self {
        Self {
            before: Vec::new(),
            frame: frame(0xc0, 8, 8, &[1, 2, 3]),
            scan: scan(&[1, 2, 3], COLOUR, false),
            after: vec![0xff, 0xd9],
        }
    }
}

impl Parts {
    pub(super) fn file(self) -> Vec<u8> {
        let start = [0xff, 0xd8].as_slice();
        [
            start,
            &self.before,
            &tables(),
            &self.frame,
            &self.scan,
            &self.after,
        ]
        .concat()
    }
}

pub(super) fn with(before: Vec<u8>) -> Parts {
    Parts {
        before,
        ..Parts::default()
    }
}

pub(super) fn of_colours(ids: &[u8], blocks: [&[i32]; 2]) -> Parts {
    Parts {
        frame: frame(0xc0, 8, 8, ids),
        scan: scan(ids, blocks, false),
        ..Parts::default()
    }
}

pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut content = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    content.extend([orientation, 0, 0, 0, 0, 0, 0]);
    content.extend(PLACE.as_bytes());
    segment(0xe1, &content)
}

pub(super) fn named(marker: u8, name: &[u8]) -> Vec<u8> {
    segment(marker, &[name, PLACE.as_bytes()].concat())
}

pub(super) fn adobe(transform: u8) -> Vec<u8> {
    segment(
        0xee,
        &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat(),
    )
}

pub(super) fn jfif() -> Vec<u8> {
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
}

pub(super) fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [name, content].concat();
    let mut sum = u32::MAX;
    for byte in &named {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        }
    }
    let length = u32::try_from(content.len()).unwrap();
    [
        &length.to_be_bytes(),
        named.as_slice(),
        &(!sum).to_be_bytes(),
    ]
    .concat()
}

pub(super) fn webp_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let padding = if content.len().is_multiple_of(2) {
        0
    } else {
        1
    };
    [name, &length.to_le_bytes(), content, &[0][..padding]].concat()
}
