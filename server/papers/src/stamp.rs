//! The stamp of the office on a file that it printed: the last line of the PDF, a tag over every byte before it.
//!
//! The proof in a file says what was signed; the pages around it could still be made anew by somebody else. Only who has the
//! office's keys can make or check the tag. The line is a comment behind the end of the PDF, which readers pass over:
//! `%warmline-stamp 1 `, the tag in small hexadecimal, a line feed.

use sync_core::hex;

/// What the tag is for; see `Keys::tag`.
pub const PURPOSE: &str = "paper";

const WORDS: &[u8] = b"%warmline-stamp 1 ";
const DIGITS: usize = 64;

/// The file with its stamp.
pub fn stamped(mut pdf: Vec<u8>, tag: impl FnOnce(&[u8]) -> [u8; 32]) -> Vec<u8> {
    if pdf.last() != Some(&b'\n') {
        pdf.push(b'\n');
    }
    let tag = hex::encode(&tag(&pdf));
    pdf.extend_from_slice(WORDS);
    pdf.extend_from_slice(tag.as_bytes());
    pdf.push(b'\n');
    pdf
}

/// What a stamp stands under, and its tag; `None` for a file that does not end with one.
pub fn find_stamp(file: &[u8]) -> Option<(&[u8], [u8; 32])> {
    let at = file.len().checked_sub(WORDS.len() + DIGITS + 1)?;
    let (before, line) = file.split_at_checked(at)?;
    let digits = line.strip_prefix(WORDS)?.strip_suffix(b"\n")?;
    let tag = hex::decode(std::str::from_utf8(digits).ok()?)?;
    Some((before, tag.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_found_at_the_end_alone_and_nowhere_else() {
        let tag = |bytes: &[u8]| [u8::try_from(bytes.len()).unwrap(); 32];
        for pdf in [&b"%PDF-1.7\n%%EOF\n"[..], b"%PDF-1.7\n%%EOF"] {
            let file = stamped(pdf.to_vec(), tag);
            assert_eq!(
                find_stamp(&file),
                Some((&b"%PDF-1.7\n%%EOF\n"[..], [15; 32]))
            );
            for cut in 1..file.len() {
                assert_eq!(find_stamp(&file[..file.len() - cut]), None);
            }
            let more = [&file[..], b"\n"].concat();
            assert_eq!(find_stamp(&more), None, "nothing may come behind it");
        }
        assert_eq!(find_stamp(b""), None);
    }
}
