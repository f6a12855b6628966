//! The segments of a JPEG file, walked as browsers walk them.
//!
//! Cameras, messengers and editors write files that the standard does not allow: bytes between segments, two Exif
//! blocks, a film behind the picture. Browsers show them, so the office has to see them too. What no browser shows
//! (a height that comes later, 12 bits, arithmetic coding) is refused before it is stored.

use image::metadata::Orientation;

/// What the frame header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: u16,
    pub(crate) height: u16,
    components: u8,
}

/// A file without anything but what its pixels need, and how they lie.
#[derive(Debug)]
pub(crate) struct Plain {
    /// No Exif, no place, no camera, no film.
    pub(crate) file: Vec<u8>,
    pub(crate) orientation: Orientation,
}

const DHT: u8 = 0xc4;
const SOI: u8 = 0xd8;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DNL: u8 = 0xdc;
const DRI: u8 = 0xdd;
const EOI: u8 = 0xd9;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;

/// The first frame header that comes before any scan.
pub(crate) fn frame(file: &[u8]) -> Option<Frame> {
    segments(file).find_map(|segment| match segment.marker {
        marker if is_frame(marker) => Some(read_frame(&segment)),
        SOS => Some(None),
        _ => None,
    })?
}

/// The same picture without what decoders stumble over or should not see.
///
/// `None` if there is no scan, or two frames: the second may be a thousand times as large as the one that was checked.
pub(crate) fn plain(file: &[u8]) -> Option<Plain> {
    let frame = frame(file)?;
    let orientation = orientation(file);
    let is_jfif = segments(file).any(|segment| segment.is_app(APP0, b"JFIF\0"));
    let mut plain = vec![0xff, SOI];
    let mut frames = 0;
    for segment in segments(file) {
        match segment.marker {
            // APP0 may say that it is a frame of a film, whose tables are the usual ones and not in the file.
            APP0 | DHT | DQT | DRI => plain.extend(segment.whole),
            APP14 if !is_jfif => plain.extend(colours(&segment, frame).unwrap_or_default()),
            SOS => {
                plain.extend(without_lines(segment.whole));
                return (frames == 1).then_some(Plain {
                    file: plain,
                    orientation,
                });
            }
            marker if is_frame(marker) => {
                frames += 1;
                plain.extend(segment.whole);
            }
            _ => {}
        }
    }
    None
}

/// That of the first Exif block, as browsers have it: editors that add a second one leave the first in place.
fn orientation(file: &[u8]) -> Orientation {
    segments(file)
        .take_while(|segment| segment.marker != SOS)
        .find(|segment| segment.is_app(APP1, b"Exif\0"))
        // One byte of padding follows.
        .and_then(|segment| Orientation::from_exif_chunk(segment.content.get(6..)?))
        .unwrap_or(Orientation::NoTransforms)
}

/// One marker with what belongs to it; of a start of scan, all the rest of the file.
struct Segment<'a> {
    marker: u8,
    /// After the length.
    content: &'a [u8],
    /// From the marker on.
    whole: &'a [u8],
}

impl Segment<'_> {
    fn is_app(&self, marker: u8, name: &[u8]) -> bool {
        self.marker == marker && self.content.starts_with(name)
    }
}

struct Segments<'a> {
    rest: &'a [u8],
}

/// The segments up to the first scan. Ends where a browser gives up.
fn segments(file: &[u8]) -> Segments<'_> {
    let rest = file.strip_prefix(&[0xff, SOI]).unwrap_or_default();
    Segments { rest }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            let (from, marker, after) = next_marker(self.rest)?;
            match marker {
                // Markers without content.
                0x01 | 0xd0..=0xd7 => self.rest = after,
                // The end, a second picture, or markers that no browser knows.
                0x02..=0xbf | SOI | EOI | 0xf0..=0xfd => return None,
                _ => {
                    let (length, _) = after.split_first_chunk::<2>()?;
                    // The length counts itself.
                    let length = usize::from(u16::from_be_bytes(*length));
                    let content = after.get(2..length)?;
                    let whole = if marker == SOS {
                        self.rest = &[];
                        from
                    } else {
                        self.rest = after.get(length..)?;
                        from.get(..length + 2)?
                    };
                    return Some(Segment {
                        marker,
                        content,
                        whole,
                    });
                }
            }
        }
    }
}

/// The bytes from the next marker on, the marker, and the bytes after it. Whatever stands before it is no part of the
/// picture: FF may fill the space, FF 00 is a stuffed byte, and some programs leave bytes between segments.
fn next_marker(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        rest = rest.get(at..)?;
        let [_, marker, after @ ..] = rest else {
            return None;
        };
        match marker {
            0x00 => rest = after,
            0xff => rest = rest.get(1..)?,
            marker => return Some((rest, *marker, after)),
        }
    }
}

/// All kinds of frames, also those that no browser shows.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, DHT | 0xc8 | 0xcc)
}

fn read_frame(segment: &Segment<'_>) -> Option<Frame> {
    let [8, h1, h2, w1, w2, components, each @ ..] = segment.content else {
        return None;
    };
    // Baseline, extended and progressive; with grey, three colours or the four of print.
    let is_shown = matches!(segment.marker, 0xc0..=0xc2)
        && matches!(components, 1 | 3 | 4)
        && each.len() == 3 * usize::from(*components);
    let frame = Frame {
        width: u16::from_be_bytes([*w1, *w2]),
        // 0 would mean that a DNL segment says it after the first scan, which no browser reads.
        height: u16::from_be_bytes([*h1, *h2]),
        components: *components,
    };
    (is_shown && frame.width > 0 && frame.height > 0).then_some(frame)
}

/// Adobe's segment that says what the colours are, as far as browsers heed it and the decoder does not fail at it.
fn colours(segment: &Segment<'_>, frame: Frame) -> Option<Vec<u8>> {
    let [
        b'A',
        b'd',
        b'o',
        b'b',
        b'e',
        _,
        _,
        _,
        _,
        _,
        _,
        transform,
        ..,
    ] = segment.content
    else {
        return None;
    };
    let transform = match (frame.components, transform) {
        (3, 0) | (4, 0) => *transform,
        (4, _) => 2,
        // Three colours are YCbCr anyway, and grey is grey.
        _ => return None,
    };
    let head = [0xff, APP14, 0, 14].as_slice();
    Some([head, b"Adobe\0\x64\0\0\0\0", &[transform]].concat())
}

/// The scans without a DNL segment, which repeats the height: browsers pass over it, the decoder fails.
fn without_lines(scans: &[u8]) -> Vec<u8> {
    // Within a scan FF is followed by 00 or a restart marker, so this is none of its data.
    let at = |bytes: &[u8]| scans.windows(bytes.len()).position(|part| part == bytes);
    let lines = at(&[0xff, DNL, 0, 4]).filter(|dnl| at(&[0xff, EOI]).is_none_or(|end| *dnl < end));
    let Some(dnl) = lines else {
        return scans.to_vec();
    };
    let (before, after) = scans.split_at(dnl);
    [before, after.get(6..).unwrap_or_default()].concat()
}
