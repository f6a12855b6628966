//! Plain texts that people write and programs read line by line: a word, what follows it, and after `#` a note for people.

/// Every line that says something: its number from 1, its first word, and the rest without the space around it.
///
/// # Errors
/// With the number of the first line that is not UTF-8.
pub(crate) fn lines(text: &[u8]) -> Result<impl Iterator<Item = (u32, &str, &str)>, u32> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let read = text.iter().take(error.valid_up_to());
        let ends = read.filter(|byte| **byte == b'\n').count();
        u32::try_from(ends + 1).unwrap_or(u32::MAX)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok((1..).zip(text.lines()).filter_map(|(line, written)| {
        let written = written.split('#').next().unwrap_or_default().trim();
        let (word, rest) = written
            .split_once(char::is_whitespace)
            .unwrap_or((written, ""));
        (!word.is_empty()).then(|| (line, word, rest.trim()))
    }))
}
