//! By which number a party can be reached, as it stands in the document: sealed.
//!
//! The core has no key and opens nothing; it knows the form. The hub seals and opens (`basis::contact`, where the
//! construction and its source stand), and so does the phone of whoever handles the ticket (`web/shared/core/contacts.ts`).
//!
//! | bytes | what |
//! |---|---|
//! | 1 | [`VERSION`] |
//! | 12 | nonce |
//! | 80 | the number in UTF-8, filled up with zeros so that its length is not told, encrypted |
//! | 16 | tag |

use crate::ids::Id;

/// First byte: AES-256-GCM whose nonce is made from what is sealed. A later form has another number.
pub const VERSION: u8 = 1;

/// Most characters of a number, with what people write beside it: `0531-1234567转801`.
pub const CHARACTERS: usize = 20;

/// What is encrypted, in bytes: so many characters of UTF-8, none of which is longer than four bytes.
pub const PLAIN: usize = CHARACTERS * 4;

/// Bytes of the nonce.
pub const NONCE: usize = 12;

/// Bytes of the tag.
pub const TAG: usize = 16;

/// Bytes of a sealed number.
pub const BYTES: usize = 1 + NONCE + PLAIN + TAG;

/// The register of a party that holds it.
pub const REGISTER: &str = "contact";

/// What a sealed number is bound to, and what its nonce begins from: moved to another party or another document it does
/// not open there.
pub fn bound_to(document: Id, party: Id) -> String {
    format!("warmline contact {VERSION}\n{document}\n{party}\n")
}

/// The number, filled up to [`PLAIN`] bytes; `None` if it is empty, too long or holds what the filling is made of.
pub fn filled(number: &str) -> Option<[u8; PLAIN]> {
    let fits = (1..=CHARACTERS).contains(&number.chars().count()) && !number.contains('\0');
    let mut filled = [0; PLAIN];
    filled
        .get_mut(..number.len())
        .filter(|_| fits)?
        .copy_from_slice(number.as_bytes());
    Some(filled)
}

/// The number out of what [`filled`] made; `None` for anything else.
pub fn emptied(filled_up: &[u8]) -> Option<&str> {
    let end = filled_up.iter().rposition(|byte| *byte != 0)? + 1;
    let number = std::str::from_utf8(filled_up.get(..end)?).ok()?;
    (filled(number)? == *filled_up).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_out_of_its_filling_and_nothing_else_does() {
        for number in [
            "1",
            "13800000000",
            "0531-1234567转801",
            &"𠮷".repeat(CHARACTERS),
        ] {
            assert_eq!(emptied(&filled(number).unwrap()), Some(number));
        }
        for number in ["", "138\0", &"1".repeat(CHARACTERS + 1)] {
            assert_eq!(filled(number), None, "{number:?}");
        }
        let mut torn = filled("13800000000").unwrap();
        assert_eq!(emptied(&torn[1..]), None, "of another length");
        torn[3] = 0;
        assert_eq!(emptied(&torn), None, "filling within the number");
        torn[3] = 0xff;
        assert_eq!(emptied(&torn), None, "no UTF-8");
        assert_eq!(emptied(&[0; PLAIN]), None);
    }
}
