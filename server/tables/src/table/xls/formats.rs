//! Which cells show their number as a date.

use std::collections::BTreeMap;

/// The formats of cells, in the order of the workbook.
#[derive(Default)]
pub(super) struct Formats {
    /// Formats of this workbook: those that show dates.
    own: BTreeMap<u16, bool>,
    /// The format of each style of cells.
    styles: Vec<u16>,
}

impl Formats {
    pub(super) fn add(&mut self, number: u16, format: &str) {
        self.own.insert(number, shows_date(format));
    }

    pub(super) fn add_style(&mut self, format: u16) {
        self.styles.push(format);
    }

    pub(super) fn is_date(&self, style: u16) -> bool {
        let Some(format) = self.styles.get(usize::from(style)) else {
            return false;
        };
        // Formats that every program knows: 27 to 36 and 50 to 58 are those of Chinese.
        let known = matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58);
        self.own.get(format).copied().unwrap_or(known)
    }
}

/// Whether a format has letters of years, months, days or hours outside of quotes and brackets.
fn shows_date(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => characters.by_ref().find(|c| *c == '"'),
            '[' => characters.by_ref().find(|c| *c == ']'),
            '\\' | '_' | '*' => characters.next(),
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => return true,
            _ => None,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_told_from_those_of_numbers() {
        for format in [
            "yyyy\\-mm\\-dd",
            "yyyy\"年\"m\"月\"d\"日\";@",
            "[$-804]yyyy/m/d",
            "h:mm",
            "[Red]d",
        ] {
            assert!(shows_date(format), "{format}");
        }
        for format in [
            "General",
            "@",
            "0.00_ ",
            "#,##0.00_);[Red]\\(#,##0.00\\)",
            "0\"days\"",
            "0.00E+00",
            "0_d",
        ] {
            assert!(!shows_date(format), "{format}");
        }
    }
}
