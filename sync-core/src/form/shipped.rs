//! The forms that come with the program.

use super::Form;

/// One file for each matter; `general` first.
const TEXTS: [&str; 5] = [
    include_str!("shipped/general.txt"),
    include_str!("shipped/street.txt"),
    include_str!("shipped/homes.txt"),
    include_str!("shipped/work.txt"),
    include_str!("shipped/find.txt"),
];

impl Form {
    /// The forms that come with the program.
    pub fn shipped() -> Vec<Self> {
        let texts = TEXTS.iter();
        #[expect(clippy::expect_used, reason = "a test reads the same texts")]
        let forms = texts.map(|text| Self::parse_all(text.as_bytes()).expect("the shipped forms"));
        forms.flatten().collect()
    }
}
