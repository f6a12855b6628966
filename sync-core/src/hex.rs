//! Lower-case hexadecimal, the text form of hashes.

/// Two lower-case characters a byte.
pub fn encode(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of a lower-case hexadecimal text; `None` for an odd length, upper case or other characters.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn hexadecimal_survives_both_ways_and_refuses_the_rest() {
        assert_eq!(
            super::decode(&super::encode(&[0, 171, 255])),
            Some(vec![0, 171, 255])
        );
        for text in ["a", "AB", "zz", "é"] {
            assert_eq!(super::decode(text), None, "{text}");
        }
    }
}
