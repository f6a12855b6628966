//! One form for everything that people take for the same text.

use sync_core::text::is_invisible;
use unicode_normalization::UnicodeNormalization as _;

/// ASCII signs are moved behind this: neither FTS5's tokenizer nor `tsquery` then sees a quote, a star or a bracket in them.
const SIGNS: u32 = 0xe100;

/// Small letters in their usual width and form, without what nobody sees; one space for any white space.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let seen = text.nfkc().filter(|c| !is_invisible(*c));
    for c in seen.flat_map(char::to_lowercase) {
        if c.is_whitespace() || c.is_control() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if c.is_ascii_punctuation() {
            folded.extend(char::from_u32(SIGNS + u32::from(c)));
        } else if !is_ours(c) {
            folded.push(c);
        }
    }
    folded.trim().to_owned()
}

/// Of the private characters that tokens use.
const fn is_ours(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{e1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for (one, other) in [
            ("Ａ座３单元", "A座3单元"),
            ("ＫＴＶ", "ktv"),
            ("ｶﾗｵｹ", "カラオケ"),
            ("５０㎡", "50m2"),
            ("黄台\u{200b}南路", "黄台南路"),
            (" a\u{3000}\t b ", "A B"),
            ("１００％", "100%"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("100%"), fold("100_"));
        assert!(!fold("\"'\\*()").is_ascii());
    }
}
