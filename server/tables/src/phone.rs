//! Numbers of requesters: one form for what people write in many, and its keyed hash, by which the same number is found
//! again without being opened.

use basis::Keys;
use sync_core::Id;
use unicode_normalization::UnicodeNormalization as _;

/// Fewest digits by which somebody can be told from others: a landline without area code.
const MIN_DIGITS: usize = 7;
/// What hashes of numbers are tagged for (`Keys::tag`).
const PURPOSE: &str = "phone";

/// The digits of a number, without the country's own code; `None` if they are too few or some of them are hidden already.
pub fn digits(phone: &str) -> Option<String> {
    let seen: String = phone.nfkc().collect();
    if seen.contains('*') {
        return None;
    }
    let mut digits: String = seen.chars().filter(char::is_ascii_digit).collect();
    for country in ["0086", "86"] {
        if let Some(rest) = digits.strip_prefix(country)
            && is_mobile(rest)
        {
            digits = rest.to_owned();
            break;
        }
    }
    (digits.len() >= MIN_DIGITS).then_some(digits)
}

/// As a form shows it: a mobile number in one piece, anything else as it is written.
pub fn tidy(phone: &str) -> String {
    let seen: String = phone.nfkc().collect();
    let seen = seen.trim();
    let only = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')');
    match digits(seen) {
        Some(digits) if is_mobile(&digits) && seen.chars().all(only) => digits,
        Some(_) | None => seen.to_owned(),
    }
}

/// The keyed hash of a number within a sub-district. Numbers are few enough to try them all, but only with the hub's key.
pub fn hash(phone: &str, tenant: Id, keys: &Keys) -> Option<Vec<u8>> {
    let digits = digits(phone)?;
    let content = [&tenant.bytes()[..], digits.as_bytes()].concat();
    Some(keys.tag(PURPOSE, &content).to_vec())
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form_however_it_is_written() {
        for written in [
            "13800005678",
            "138 0000 5678",
            "+86-138-0000-5678",
            "0086 13800005678",
            "１３８００００５６７８",
        ] {
            assert_eq!(digits(written).as_deref(), Some("13800005678"), "{written}");
            assert_eq!(tidy(written), "13800005678");
        }
        assert_eq!(digits("0531-8888 0000").as_deref(), Some("053188880000"));
        assert_eq!(tidy(" 0531-8888 0000"), "0531-8888 0000");
        assert_eq!(tidy("13800005678（张）"), "13800005678(张)");
    }

    #[test]
    fn what_tells_nobody_from_others_has_no_hash() {
        for written in ["", "12345", "138****5678", "打过来"] {
            assert_eq!(digits(written), None, "{written}");
        }
    }
}
