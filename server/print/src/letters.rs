//! From text to letters: every character is looked up in the fonts, and what cannot be printed is remembered.
//!
//! What Unicode has beside plain characters is dealt with here, and nothing vanishes unless it has no look at all:
//! - a mark that combines with the character before it becomes one character with it, where Unicode has one (é);
//! - a variation selector picks the form of the character before it; if no font knows the form, the usual one is
//!   printed and the selector is told as missing. The selectors for text and emoji (U+FE0E, U+FE0F) only go;
//! - line and paragraph separators and their control characters are line feeds, other spaces and tabs are spaces;
//! - joiners, soft hyphens, byte order marks and zero-width spaces have no look in our languages and go;
//! - boxes with and without a tick, which these fonts lack, are drawn of a square and a sign that they have;
//! - marks of the writing's direction are printed as 〓: they would make a screen show another order than the paper.
//!   So are other control characters and all that no font has.

use std::collections::HashSet;

use unicode_normalization::char::compose;

use super::error::RenderError;
use super::fonts::{Face, Fonts, Glyph};

/// Stands for what cannot be printed.
pub(crate) const GETA: char = '〓';

/// A character with its glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Letter {
    /// What is printed.
    pub(crate) character: char,
    /// The selector of its form, for the text within the file.
    pub(crate) selector: Option<char>,
    /// `None` for a line feed.
    pub(crate) glyph: Option<Glyph>,
    /// What is drawn over it.
    pub(crate) over: Option<Glyph>,
}

impl Letter {
    /// Its width as a part of the letter size.
    pub(crate) fn advance(&self) -> f32 {
        self.glyph.map_or(0.0, |glyph| glyph.advance)
    }

    pub(crate) fn is_feed(&self) -> bool {
        self.character == '\n'
    }

    pub(crate) fn is_space(&self) -> bool {
        matches!(self.character, ' ' | '\u{3000}')
    }
}

/// Makes letters, and remembers what could not be printed.
pub(crate) struct Setter {
    fonts: &'static Fonts,
    seen: HashSet<char>,
    missing: Vec<char>,
}

impl Setter {
    pub(crate) fn new() -> Result<Self, RenderError> {
        Ok(Self {
            fonts: Fonts::load()?,
            seen: HashSet::new(),
            missing: Vec::new(),
        })
    }

    /// What could not be printed, in the order of appearance.
    pub(crate) fn missing(&self) -> &[char] {
        &self.missing
    }

    pub(crate) fn into_missing(self) -> Vec<char> {
        self.missing
    }

    /// The letters of a text.
    pub(crate) fn set(&mut self, text: &str, face: Face) -> Vec<Letter> {
        let mut letters = Vec::with_capacity(text.len() / 3);
        let mut before = '\0';
        for character in text.chars() {
            // CR LF is one line feed.
            if !(before == '\r' && character == '\n') {
                self.put(character, face, &mut letters);
            }
            before = character;
        }
        letters
    }

    /// The letters of a text that stands on one line: its line feeds are spaces.
    pub(crate) fn set_line(&mut self, text: &str, face: Face) -> Vec<Letter> {
        let mut letters = self.set(text, face);
        let space = self.fonts.find(' ', face);
        for letter in letters.iter_mut().filter(|letter| letter.is_feed()) {
            (letter.character, letter.glyph) = (' ', space);
        }
        letters
    }

    fn put(&mut self, character: char, face: Face, letters: &mut Vec<Letter>) {
        let plain = |glyph| Letter {
            character,
            selector: None,
            glyph,
            over: None,
        };
        match character {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                letters.push(Letter {
                    character: '\n',
                    ..plain(None)
                });
            }
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                self.choose_form(character, face, letters.last_mut());
            }
            _ if self.combine(character, face, letters.last_mut()) => {}
            _ if let Some((under, over)) = drawn_of(character)
                && self.fonts.find(character, face).is_none() =>
            {
                letters.push(Letter {
                    over: over.and_then(|over| self.fonts.find(over, face)),
                    ..plain(self.fonts.find(under, face))
                });
            }
            _ => match self.fonts.find(character, face) {
                Some(glyph) if !turns_direction(character) => letters.push(plain(Some(glyph))),
                _ if character == '\t' || character.is_whitespace() => {
                    let glyph = self.fonts.find(' ', face);
                    letters.push(Letter {
                        character: ' ',
                        ..plain(glyph)
                    });
                }
                _ => {
                    self.miss(character);
                    let glyph = self.fonts.find(GETA, face);
                    letters.push(Letter {
                        character: GETA,
                        ..plain(glyph)
                    });
                }
            },
        }
    }

    fn choose_form(&mut self, selector: char, face: Face, before: Option<&mut Letter>) {
        let form = before.as_ref().and_then(|letter| {
            let fresh = letter.selector.is_none() && letter.character != GETA;
            fresh.then(|| self.fonts.find_form(letter.character, selector, face))?
        });
        match (form, before) {
            (Some(glyph), Some(letter)) => {
                (letter.selector, letter.glyph) = (Some(selector), Some(glyph));
            }
            _ if matches!(selector, '\u{fe0e}' | '\u{fe0f}') => {}
            _ => self.miss(selector),
        }
    }

    /// Makes one character of the letter before and this mark, if there is such a one.
    fn combine(&self, mark: char, face: Face, before: Option<&mut Letter>) -> bool {
        let Some(letter) = before.filter(|letter| letter.selector.is_none()) else {
            return false;
        };
        let Some(both) = compose(letter.character, mark) else {
            return false;
        };
        let Some(glyph) = self.fonts.find(both, face) else {
            return false;
        };
        (letter.character, letter.glyph) = (both, Some(glyph));
        true
    }

    fn miss(&mut self, character: char) {
        if self.seen.insert(character) {
            self.missing.push(character);
        }
    }
}

/// The signs of which a character is drawn that the fonts lack.
fn drawn_of(character: char) -> Option<(char, Option<char>)> {
    Some(match character {
        '☐' => ('□', None),
        '☑' | '✅' => ('□', Some('√')),
        '☒' => ('□', Some('×')),
        '✓' | '✔' => ('√', None),
        '✗' | '✘' => ('×', None),
        _ => return None,
    })
}

fn turns_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> (String, Vec<char>) {
        let mut setter = Setter::new().unwrap();
        let letters = setter.set(text, Face::Serif);
        let text = letters.iter().map(|letter| letter.character).collect();
        (text, setter.into_missing())
    }

    #[test]
    fn what_no_font_has_is_printed_as_a_geta_and_told_once() {
        let (text, missing) = printed("甲\u{2ebf0}乙\u{2ebf0}丙\u{e000}ا");
        assert_eq!(text, "甲〓乙〓丙〓〓");
        assert_eq!(missing, ['\u{2ebf0}', '\u{e000}', 'ا']);
    }

    #[test]
    fn marks_join_the_letter_before_them() {
        assert_eq!(printed("e\u{301}u\u{308}\u{304}"), ("éǖ".into(), vec![]));
        assert_eq!(printed("甲\u{323}").1, ['\u{323}']);
        assert_eq!(printed("\u{301}").0, "〓");
    }

    #[test]
    fn line_ends_of_every_system_are_line_feeds_and_spaces_are_spaces() {
        let (text, missing) = printed("a\r\nb\rc\u{2028}d\u{85}e\tf\u{a0}g\u{2003}h");
        assert_eq!(text.replace('\u{a0}', " "), "a\nb\nc\nd\ne f g h");
        assert_eq!(missing, []);
    }

    #[test]
    fn marks_of_direction_and_controls_do_not_vanish() {
        let (text, missing) = printed("a\u{202e}b\0c\u{7}\u{2067}");
        assert_eq!(text, "a〓b〓c〓〓");
        assert_eq!(missing, ['\u{202e}', '\0', '\u{7}', '\u{2067}']);
    }

    #[test]
    fn ticked_boxes_are_drawn_of_two_signs_and_stay_in_the_text() {
        let mut setter = Setter::new().unwrap();
        let letters = setter.set("☑☐", Face::Serif);
        assert!(letters[0].over.is_some() && letters[1].over.is_none());
        assert_eq!(letters[0].glyph, letters[1].glyph);
        assert_eq!(printed("☑☐☒✓"), ("☑☐☒✓".into(), vec![]));
    }

    #[test]
    fn an_unknown_form_is_printed_in_the_usual_one_and_told() {
        assert_eq!(printed("葛\u{e01ef}"), ("葛".into(), vec!['\u{e01ef}']));
        assert_eq!(printed("☑\u{fe0f}"), ("☑".into(), vec![]));
        assert_eq!(printed("\u{e0100}").1, ['\u{e0100}']);
    }

    #[test]
    fn a_known_form_is_printed_and_kept_in_the_text() {
        // The quotation mark has the form of Chinese and of Latin text in these fonts.
        let mut setter = Setter::new().unwrap();
        let usual = setter.set("\u{201c}", Face::Serif);
        let form = setter.set("\u{201c}\u{fe01}", Face::Serif);
        if setter.missing().is_empty() {
            assert_eq!(form[0].selector, Some('\u{fe01}'));
            assert_eq!(form[0].character, usual[0].character);
        }
    }
}
