//! Characters that nobody sees.

/// Whether a character is written without being seen: joiners, marks of direction, selectors of a form, the mark at the
/// beginning of a file. White space is not meant.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{20e3}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}
