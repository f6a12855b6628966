//! The two fonts of the program: a serif for text, a sans for headings and for what the serif lacks.

use std::sync::OnceLock;

use krilla::text::Font;
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _};

use super::error::RenderError;

static SERIF: &[u8] = include_bytes!("../fonts/serif.otf");
static SANS: &[u8] = include_bytes!("../fonts/sans.otf");

/// Which of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// Noto Serif CJK SC: the look of 宋体, for text.
    Serif,
    /// Noto Sans CJK SC: the look of 黑体, for headings; it has more characters.
    Sans,
}

impl Face {
    fn other(self) -> Self {
        match self {
            Self::Serif => Self::Sans,
            Self::Sans => Self::Serif,
        }
    }
}

/// Where a character is drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) face: Face,
    pub(crate) id: u32,
    /// Its width as a part of the letter size.
    pub(crate) advance: f32,
}

/// Both fonts, read.
pub(crate) struct Fonts {
    serif: Read,
    sans: Read,
}

struct Read {
    font: Font,
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

impl Fonts {
    /// The program's fonts, read once.
    pub(crate) fn load() -> Result<&'static Self, RenderError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        let fonts = FONTS.get_or_init(|| {
            Some(Self {
                serif: Read::new(SERIF)?,
                sans: Read::new(SANS)?,
            })
        });
        let unread = || RenderError::Inside("fonts".to_owned());
        fonts.as_ref().ok_or_else(unread)
    }

    /// The glyph of a character: of this font, or else of the other.
    pub(crate) fn find(&self, character: char, face: Face) -> Option<Glyph> {
        let from = |face| self.read(face).find(character, face);
        from(face).or_else(|| from(face.other()))
    }

    /// The glyph of a character in the form that a variation selector names; `None` if no font knows this form.
    pub(crate) fn find_form(&self, character: char, selector: char, face: Face) -> Option<Glyph> {
        let from = |face| self.read(face).find_form(character, selector, face);
        from(face).or_else(|| from(face.other()))
    }

    /// The font as the file wants it.
    pub(crate) fn font(&self, face: Face) -> Font {
        self.read(face).font.clone()
    }

    fn read(&self, face: Face) -> &Read {
        match face {
            Face::Serif => &self.serif,
            Face::Sans => &self.sans,
        }
    }
}

impl Read {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(bytes).ok()?;
        let font = Font::new(bytes.into(), 0)?;
        Some(Self {
            units_per_em: font.units_per_em(),
            font,
            map: read.charmap(),
            metrics: read.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    fn find(&self, character: char, face: Face) -> Option<Glyph> {
        let id = self.map.map(character)?;
        // Glyph 0 is the sign for "there is none".
        (id.to_u32() != 0).then_some(())?;
        Some(Glyph {
            face,
            id: id.to_u32(),
            advance: self.metrics.advance_width(id)? / self.units_per_em,
        })
    }

    fn find_form(&self, character: char, selector: char, face: Face) -> Option<Glyph> {
        match self.map.map_variant(character, selector)? {
            MapVariant::UseDefault => self.find(character, face),
            MapVariant::Variant(id) => Some(Glyph {
                face,
                id: id.to_u32(),
                advance: self.metrics.advance_width(id)? / self.units_per_em,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(text: &str, face: Face) -> String {
        let fonts = Fonts::load().unwrap();
        text.chars()
            .filter(|character| {
                fonts
                    .find(*character, face)
                    .is_none_or(|glyph| glyph.face != face)
            })
            .collect()
    }

    #[test]
    fn the_signs_of_forms_are_in_both_fonts() {
        let signs = "〓□■√×㎡﹝﹞〔〕〈〉《》「」【】①⑩⑳㈠→←↑↓√×±≤≥°℃￥¥%‰·—…“”‘’、。，；：？！（）０９ＡＺａｚāáǎàüḿ";
        assert_eq!(every(signs, Face::Serif), "");
        assert_eq!(every(signs, Face::Sans), "");
    }

    #[test]
    fn rare_characters_of_names_are_in_the_text_font() {
        assert_eq!(every("䶮𬱖㙍喆堃犇翀燚強沒內釆", Face::Serif), "");
    }

    #[test]
    fn traditional_characters_come_from_the_other_font() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.find('龘', Face::Serif).unwrap().face, Face::Sans);
    }

    #[test]
    fn every_ideograph_of_the_basic_block_and_of_extension_a_is_in_the_other_font() {
        let ideographs = ('\u{3400}'..='\u{4db5}').chain('\u{4e00}'..='\u{9fef}');
        assert_eq!(every(&ideographs.collect::<String>(), Face::Sans), "");
    }

    #[test]
    fn an_ideograph_is_as_wide_as_the_letter_size() {
        let glyph = Fonts::load().unwrap().find('国', Face::Serif).unwrap();
        assert_eq!(glyph.advance, 1.0);
    }
}
