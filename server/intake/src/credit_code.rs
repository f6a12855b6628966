//! 统一社会信用代码, the 18 characters by which a company or shop is registered (GB 32100-2015).
//!
//! Places: 1 who registered it, 2 which kind of body, 3 to 8 where, 9 to 17 the body itself with a check character of its own
//! (GB 11714-1997), 18 the check character over all. What one check finds wrong and the other does not tells in which part the
//! slip is.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

/// Characters of a code.
pub const LENGTH: usize = 18;

/// GB 32100-2015, table 3: digits and capital letters without I, O, S, V and Z; the place here is the value.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// GB 32100-2015, table 2: `3^(place - 1) mod 31`.
const WEIGHTS: [u32; LENGTH - 1] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
const MODULUS: u32 = 31;
/// GB 11714-1997: weights of the body's eight characters, modulo 11.
const BODY_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Where the body's own nine characters begin, counted from 0.
const BODY_START: usize = 8;

/// A code whose form and check character are right, in capital letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreditCode(String);

/// Why a text is no code; says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("统一社会信用代码应为 18 位，现在是 {0} 位；请对照营业执照补齐，没有就留空。")]
    Length(usize),
    /// A character that no code has.
    #[error("统一社会信用代码第 {place} 位的“{found}”不会出现在代码里{hint}；请对照营业执照改正。")]
    Character {
        /// Counted from 1.
        place: usize,
        /// What stands there.
        found: char,
        /// What it was probably taken for, as `，多半是数字 0`; empty if nothing is alike.
        hint: &'static str,
    },
    /// The check character does not fit, and that of the body does: the slip is outside of the body.
    #[error(
        "统一社会信用代码校验不对：第 1 至 8 位或第 18 位写错了（按前 17 位，第 18 位应为“{expected}”）；\
         请对照营业执照核对这几位。"
    )]
    Outside {
        /// What would fit at place 18.
        expected: char,
    },
    /// Neither check fits: the slip is in the body.
    #[error("统一社会信用代码校验不对：第 9 至 17 位很可能写错了；请对照营业执照核对这几位。")]
    Body,
}

impl CreditCodeError {
    /// Where to look, counted from 1; `None` if the whole is too short or too long.
    pub const fn places(&self) -> Option<(usize, usize)> {
        match self {
            Self::Length(_) => None,
            Self::Character { place, .. } => Some((*place, *place)),
            Self::Outside { .. } => Some((1, LENGTH)),
            Self::Body => Some((BODY_START + 1, LENGTH - 1)),
        }
    }
}

impl CreditCode {
    /// Reads a code as people write it: small letters, full width and spaces between groups do not count.
    ///
    /// # Errors
    /// If it is none; the error says which place to look at.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code: Vec<char> = text
            .nfkc()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{200b}'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.len() != LENGTH {
            return Err(CreditCodeError::Length(code.len()));
        }
        let mut values = [0; LENGTH];
        for ((place, found), value) in (1..).zip(&code).zip(&mut values) {
            let known = value_of(*found).ok_or_else(|| CreditCodeError::Character {
                place,
                found: *found,
                hint: likely(*found),
            })?;
            *value = known;
        }
        let expected = check_character(&values);
        if code.last() == Some(&expected) {
            return Ok(Self(code.into_iter().collect()));
        }
        if is_body_right(&code) {
            return Err(CreditCodeError::Outside { expected });
        }
        Err(CreditCodeError::Body)
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn value_of(character: char) -> Option<u32> {
    let place = ALPHABET.chars().position(|known| known == character)?;
    u32::try_from(place).ok()
}

/// The letters that were left out are those that are taken for digits.
const fn likely(character: char) -> &'static str {
    match character {
        'I' => "，多半是数字 1",
        'O' => "，多半是数字 0",
        'S' => "，多半是数字 5",
        'Z' => "，多半是数字 2",
        'V' => "，多半是字母 U",
        _ => "",
    }
}

/// GB 32100-2015, 5: what place 18 has to be.
fn check_character(values: &[u32; LENGTH]) -> char {
    let sum: u32 = values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    let value = (MODULUS - sum % MODULUS) % MODULUS;
    let place = usize::try_from(value).unwrap_or_default();
    ALPHABET.chars().nth(place).unwrap_or('0')
}

/// Whether the body's own check character fits (GB 11714-1997): there letters count from A = 10 without gaps.
fn is_body_right(code: &[char]) -> bool {
    let body = code.iter().skip(BODY_START);
    let sum: u32 = body
        .clone()
        .zip(BODY_WEIGHTS)
        .map(|(c, weight)| c.to_digit(36).unwrap_or_default() * weight)
        .sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    body.clone().nth(BODY_WEIGHTS.len()) == Some(&expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes that companies print on their own pages and annual reports.
    const REAL: [&str; 5] = [
        "91330106673959654P",
        "91110000802100433B",
        "9144030071526726XG",
        "91440300708461136T",
        "911100007109250324",
    ];

    #[test]
    fn codes_of_known_companies_are_right() {
        for code in REAL {
            assert_eq!(
                CreditCode::parse(code).map(|read| read.0),
                Ok(code.to_owned())
            );
        }
    }

    #[test]
    fn a_code_is_read_as_people_write_it() {
        for written in [
            "９１３３０１０６６７３９５９６５４Ｐ",
            " 91330106 67395965 4p ",
            "91330106-673959654-P",
        ] {
            let read = CreditCode::parse(written).unwrap();
            assert_eq!(read.as_str(), "91330106673959654P", "{written}");
        }
    }

    #[test]
    fn every_single_slip_and_every_swap_of_neighbours_is_found() {
        for code in REAL {
            let letters: Vec<char> = code.chars().collect();
            for place in 0..LENGTH {
                for other in ALPHABET.chars().filter(|other| *other != letters[place]) {
                    let mut slip = letters.clone();
                    slip[place] = other;
                    let slip: String = slip.into_iter().collect();
                    assert!(CreditCode::parse(&slip).is_err(), "{slip}");
                }
                let mut swapped = letters.clone();
                if place + 1 < LENGTH && letters[place] != letters[place + 1] {
                    swapped.swap(place, place + 1);
                    let swapped: String = swapped.into_iter().collect();
                    assert!(CreditCode::parse(&swapped).is_err(), "{swapped}");
                }
            }
        }
    }

    #[test]
    fn a_slip_is_looked_for_where_it_is() {
        let wrong = |code: &str| CreditCode::parse(code).unwrap_err();
        assert_eq!(wrong("9133010667395965"), CreditCodeError::Length(16));
        let letter = wrong("9133O106673959654P");
        assert_eq!(letter.places(), Some((5, 5)));
        assert!(letter.to_string().contains("第 5 位的“O”"), "{letter}");
        assert!(letter.to_string().contains("多半是数字 0"), "{letter}");
        // Place 3 of the region, place 18 itself, and place 12 of the body.
        let region = wrong("91230106673959654P");
        assert!(
            matches!(region, CreditCodeError::Outside { .. }),
            "{region}"
        );
        let last = wrong("91330106673959654Q");
        assert_eq!(last, CreditCodeError::Outside { expected: 'P' });
        assert_eq!(wrong("91330106673859654P"), CreditCodeError::Body);
        assert_eq!(CreditCodeError::Body.places(), Some((9, 17)));
    }
}
