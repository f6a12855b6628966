//! What somebody said into a phone: told apart by the first bytes, and refused when there are pictures in it too.
//!
//! Browsers record into one of three containers, each of which could hold a film. Nothing is decoded here: the names of the
//! codecs stand in the head of the file.

/// Bytes of a voice note at most: three minutes of the heaviest codec that browsers record with.
pub const MAX_BYTES: usize = 6 * 1024 * 1024;
/// Where the head with the names of the codecs ends at the latest.
const HEAD: usize = 64 * 1024;

/// Containers that browsers record sound into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Matroska for the web: Chrome, Edge and the browsers of most Android phones.
    WebM,
    /// ISO base media: Safari.
    Mp4,
    /// Firefox.
    Ogg,
}

impl Container {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::WebM, Self::Mp4, Self::Ogg];

    /// The container that a file's first 12 bytes name.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Some(Self::WebM),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => is_mp4(brand).then_some(Self::Mp4),
            _ => None,
        }
    }

    /// The media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::WebM => "audio/webm",
            Self::Mp4 => "audio/mp4",
            Self::Ogg => "audio/ogg",
        }
    }

    /// The usual ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::WebM => "webm",
            Self::Mp4 => "m4a",
            Self::Ogg => "ogg",
        }
    }

    /// Whether the file holds sound and nothing else, as far as its head tells.
    pub fn holds_sound(self, file: &[u8]) -> bool {
        let head = file.get(..HEAD).unwrap_or(file);
        let names = |wanted: &[&[u8]]| wanted.iter().any(|one| contains(head, one));
        let (sound, pictures): (&[&[u8]], &[&[u8]]) = match self {
            Self::WebM => (
                &[b"A_OPUS", b"A_VORBIS"],
                &[b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG"],
            ),
            Self::Mp4 => (&[b"soun"], &[b"vide", b"pict"]),
            Self::Ogg => (
                &[b"OpusHead", b"vorbis"],
                &[b"theora", b"video", b"\x80kate"],
            ),
        };
        file.len() <= MAX_BYTES && names(sound) && !names(pictures)
    }
}

/// Brands of films and sound: pictures of phones come in the same container under others.
fn is_mp4(brand: &[u8]) -> bool {
    [
        b"M4A ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42",
    ]
    .iter()
    .any(|one| brand.starts_with(*one))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a file of this container, with these names in it.
    fn file(container: Container, names: &[&[u8]]) -> Vec<u8> {
        let mut file = match container {
            Container::WebM => vec![0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1, 0, 0, 0],
            Container::Mp4 => b"\0\0\0\x1cftypiso5\0\0\0\0".to_vec(),
            Container::Ogg => b"OggS\0\x02\0\0\0\0\0\0".to_vec(),
        };
        for name in names {
            file.extend_from_slice(name);
            file.extend_from_slice(&[0; 7]);
        }
        file
    }

    #[test]
    fn sound_is_told_by_its_container_and_codec_and_a_film_is_none() {
        for (container, sound, film) in [
            (Container::WebM, &b"A_OPUS"[..], &b"V_VP8"[..]),
            (Container::Mp4, b"soun", b"vide"),
            (Container::Ogg, b"OpusHead", b"theora"),
        ] {
            let spoken = file(container, &[sound]);
            assert_eq!(Container::sniff(&spoken), Some(container));
            assert!(container.holds_sound(&spoken));
            assert!(!container.holds_sound(&file(container, &[film])));
            assert!(!container.holds_sound(&file(container, &[sound, film])));
            assert!(!container.holds_sound(&file(container, &[])));
        }
    }

    #[test]
    fn a_picture_of_a_phone_in_the_same_container_is_no_sound() {
        for brand in [b"heic", b"mif1", b"avif"] {
            let mut file = b"\0\0\0\x18ftyp".to_vec();
            file.extend_from_slice(brand);
            assert_eq!(Container::sniff(&file), None);
        }
        assert_eq!(Container::sniff(b"\0\0\0\x18ft"), None);
        assert_eq!(Container::sniff(&[]), None);
    }

    #[test]
    fn more_than_three_minutes_of_sound_are_refused() {
        let mut long = file(Container::Ogg, &[b"OpusHead"]);
        long.resize(MAX_BYTES + 1, 0);
        assert!(!Container::Ogg.holds_sound(&long));
        long.truncate(MAX_BYTES);
        assert!(Container::Ogg.holds_sound(&long));
    }
}
