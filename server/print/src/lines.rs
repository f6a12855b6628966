//! Lines: where a text may be broken, and how its letters stand in a line.

use unicode_linebreak::linebreaks;

use super::letters::Letter;
use super::paper::Align;

/// Spaces between the letters of a line grow at most by this part of the letter size; a line that would need more stays
/// shorter than the others.
const WIDEST_GAP: f32 = 0.35;

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    /// The widest line, in points.
    pub(crate) width: f32,
    /// Side of a character's square, in points.
    pub(crate) letter: f32,
    /// How far the first line of each paragraph is moved in, in points.
    pub(crate) indent: f32,
    /// Where lines stand.
    pub(crate) align: Align,
}

/// A line, set.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Line {
    /// Its letters with the widths that they take, as parts of the letter size.
    pub(crate) letters: Vec<(Letter, f32)>,
    /// From the left edge of the measure to its first letter, in points.
    pub(crate) x: f32,
}

/// Breaks letters into lines. There is at least one, if only an empty one.
pub(crate) fn break_lines(letters: &[Letter], measure: Measure) -> Vec<Line> {
    letters
        .split(Letter::is_feed)
        .flat_map(|paragraph| break_paragraph(paragraph, measure))
        .collect()
}

/// The width of letters on one line, in points.
pub(crate) fn width(letters: &[Letter], letter: f32) -> f32 {
    letters.iter().map(Letter::advance).sum::<f32>() * letter
}

/// As much of the letters as one line takes, with … for the rest.
pub(crate) fn shorten(letters: &[Letter], dots: &[Letter], measure: Measure) -> Line {
    if width(letters, measure.letter) <= measure.width {
        return stand(letters, 0.0, measure, true);
    }
    let mut room = measure.width - width(dots, measure.letter);
    let fits = letters.iter().take_while(|letter| {
        room -= letter.advance() * measure.letter;
        room >= 0.0
    });
    let shown: Vec<Letter> = fits.chain(dots).copied().collect();
    stand(&shown, 0.0, measure, true)
}

fn break_paragraph(letters: &[Letter], measure: Measure) -> Vec<Line> {
    let may_break = breaks(letters);
    let mut lines = Vec::new();
    let mut rest = letters;
    let mut done = 0;
    let mut indent = measure.indent;
    loop {
        let room = (measure.width - indent) / measure.letter;
        let until = line_end(rest, may_break.get(done..).unwrap_or_default(), room);
        let (line, further) = rest.split_at(until.min(rest.len()));
        lines.push(stand(line, indent, measure, further.is_empty()));
        if further.is_empty() {
            return lines;
        }
        done += line.len();
        rest = further;
        indent = 0.0;
    }
}

/// How many of these letters the next line takes: at least one of what is there.
fn line_end(letters: &[Letter], may_break: &[bool], room: f32) -> usize {
    let mut taken = 0.0;
    let mut last_break = 0;
    for (place, letter) in letters.iter().enumerate() {
        if place > 0 && may_break.get(place).copied().unwrap_or_default() {
            last_break = place;
        }
        taken += letter.advance();
        // Spaces may hang over the edge.
        if taken > room + 0.001 && !letter.is_space() && place > 0 {
            return if last_break > 0 { last_break } else { place };
        }
    }
    letters.len()
}

/// Before which letters a line may end, by the rules of UAX 14.
fn breaks(letters: &[Letter]) -> Vec<bool> {
    let mut text = String::with_capacity(letters.len() * 3);
    let mut places = Vec::with_capacity(letters.len());
    for letter in letters {
        places.push(text.len());
        // The rules hold these quotation marks together with whatever stands on their other side, for the sake of languages that
        // use them the other way round. Here they open and close.
        text.push(match letter.character {
            '“' | '‘' => '「',
            '”' => '」',
            other => other,
        });
    }
    let mut may_break = vec![false; letters.len()];
    let mut places = places.into_iter().zip(may_break.iter_mut()).peekable();
    for (at, _) in linebreaks(&text) {
        while places.next_if(|(place, _)| *place < at).is_some() {}
        if let Some((_, may)) = places.next_if(|(place, _)| *place == at) {
            *may = true;
        }
    }
    may_break
}

fn stand(letters: &[Letter], indent: f32, measure: Measure, last: bool) -> Line {
    let hanging = letters
        .iter()
        .rev()
        .take_while(|letter| letter.character == ' ');
    let (letters, _) = letters.split_at(letters.len() - hanging.count());
    let rest = (measure.width - indent - width(letters, measure.letter)).max(0.0);
    let mut line = Line {
        letters: letters
            .iter()
            .map(|letter| (*letter, letter.advance()))
            .collect(),
        x: indent,
    };
    match measure.align {
        Align::Justified if !last => widen(&mut line, rest / measure.letter),
        Align::Justified | Align::Left => {}
        Align::Centre => line.x += rest / 2.0,
        Align::Right => line.x += rest,
    }
    line
}

/// Spreads the rest of a line over its gaps.
fn widen(line: &mut Line, rest: f32) {
    let stretches: Vec<bool> = line
        .letters
        .windows(2)
        .map(|pair| matches!(pair, [(a, _), (b, _)] if a.is_space() || is_wide(a) || is_wide(b)))
        .collect();
    let gaps = stretches.iter().filter(|stretches| **stretches).count();
    let extra = rest / gaps as f32;
    if gaps == 0 || extra > WIDEST_GAP {
        return;
    }
    for ((_, width), stretches) in line.letters.iter_mut().zip(stretches) {
        *width += if stretches { extra } else { 0.0 };
    }
}

/// Whether a letter stands by itself, as ideographs and their punctuation do, and not within a word.
fn is_wide(letter: &Letter) -> bool {
    matches!(letter.character, '\u{2010}'..='\u{2027}' | '\u{2460}'..)
}

#[cfg(test)]
mod tests {
    use super::super::fonts::Face;
    use super::super::letters::Setter;
    use super::*;

    fn lines(text: &str, letters_in_a_line: f32, align: Align) -> Vec<Line> {
        let letters = Setter::new().unwrap().set(text, Face::Serif);
        let measure = Measure {
            width: letters_in_a_line * 10.0,
            letter: 10.0,
            indent: 0.0,
            align,
        };
        break_lines(&letters, measure)
    }

    fn texts(text: &str, letters_in_a_line: f32) -> Vec<String> {
        lines(text, letters_in_a_line, Align::Justified)
            .iter()
            .map(|line| {
                line.letters
                    .iter()
                    .map(|(letter, _)| letter.character)
                    .collect()
            })
            .collect()
    }

    #[test]
    fn no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() {
        assert_eq!(texts("甲乙丙丁，戊己", 4.0), ["甲乙丙", "丁，戊己"]);
        assert_eq!(texts("甲乙丙《丁》戊", 4.0), ["甲乙丙", "《丁》戊"]);
        assert_eq!(texts("甲乙丙丁“戊己”庚", 4.0), ["甲乙丙丁", "“戊己”", "庚"]);
    }

    #[test]
    fn numbers_and_words_stay_whole_unless_they_are_longer_than_a_line() {
        assert_eq!(texts("甲乙丙3500元", 4.0), ["甲乙丙", "3500元"]);
        let broken = texts("wwwwwwwwwwwwwwwwwwww", 4.0);
        assert!(broken.len() > 1, "{broken:?}");
        assert_eq!(broken.concat(), "wwwwwwwwwwwwwwwwwwww");
    }

    #[test]
    fn a_measure_narrower_than_a_letter_still_ends() {
        assert_eq!(texts("甲乙丙", 0.1), ["甲", "乙", "丙"]);
    }

    #[test]
    fn line_feeds_begin_lines_and_empty_lines_stay() {
        assert_eq!(texts("甲\n\n乙\n", 4.0), ["甲", "", "乙", ""]);
        assert_eq!(texts("", 4.0), [""]);
    }

    #[test]
    fn justified_lines_reach_from_margin_to_margin_but_for_the_last() {
        let lines = lines("甲乙丙丁，戊己", 4.4, Align::Justified);
        let width = |line: &Line| line.letters.iter().map(|(_, width)| width).sum::<f32>();
        assert_eq!(lines.len(), 2);
        assert!(width(&lines[1]) < 4.0 + 0.01);
        let first = self::lines("甲乙丙丁戊己庚", 4.4, Align::Justified);
        assert!((width(&first[0]) - 4.4).abs() < 0.001, "{first:?}");
    }

    #[test]
    fn lines_stand_in_the_middle_or_at_the_right() {
        assert_eq!(lines("甲", 5.0, Align::Right)[0].x, 40.0);
        assert_eq!(lines("甲", 5.0, Align::Centre)[0].x, 20.0);
    }
}
