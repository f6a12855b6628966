//! Tables as text. The csv crate parses one record at a time out of a bounded window, so that a stray
//! quote costs one line and not the rest of the file, and line numbers are those of an editor.

use std::borrow::Cow;

use crate::plain;

use super::book::Beside;
use super::{MAX_COLUMNS, MAX_LINES, NotATable, Refused, Row};

/// Longest record: three times the largest description in UTF-8.
const MAX_RECORD_BYTES: usize = 192 * 1024;
/// One in this many characters outside ASCII may be damaged before the encoding is called wrong.
const CLEAN_PER_DAMAGED: usize = 10;
/// One in this many characters may be a control character.
const CLEAN_PER_CONTROL: usize = 16;

/// Why a record is refused that could not be decoded.
const GARBLED: &str = "这一行有乱码；请从原系统重新导出，或改正后再导入这一行。";

/// The rows of a decoded text table.
pub(crate) struct TextRows {
    text: String,
    at: usize,
    line: u32,
    delimiter: u8,
    header: Option<Header>,
    controls: u64,
    beside: Beside,
    /// The same of the rows that have been read.
    passed: Beside,
}

/// What every record below the header must have.
struct Header {
    titles: Vec<String>,
    /// Cells of the header's record; the last ones may have no title.
    width: usize,
}

impl TextRows {
    pub(super) fn open(Text { text, controls }: Text<'_>) -> Result<Self, NotATable> {
        // Old programs end lines with CR alone.
        let text = match text.contains('\n') {
            true => text.into_owned(),
            false => text.replace('\r', "\n"),
        };
        if text.trim().is_empty() {
            return Err(NotATable::Empty);
        }
        let (delimiter, columns) = delimiter_of(&text);
        if columns >= MAX_COLUMNS || count_lines(&text) > MAX_LINES {
            return Err(NotATable::TooLarge);
        }
        Ok(Self {
            text,
            at: 0,
            line: 1,
            delimiter,
            header: None,
            controls,
            beside: Beside::default(),
            passed: Beside::default(),
        })
    }

    /// Begins with the first line again.
    pub(super) const fn rewind(&mut self) {
        (self.at, self.line) = (0, 1);
    }

    /// Goes on below the header's line. Every record there must have as many cells; empty ones beyond do not count.
    pub(super) fn settle(&mut self, line: u32, titles: &[String]) {
        let width = self.go_below(line).max(titles.len());
        let titles = titles.to_vec();
        let has_untitled = width > titles.len() || titles.iter().any(String::is_empty);
        self.header = Some(Header { titles, width });
        if has_untitled {
            // What is left out is told before the first row is stored.
            let start = (self.at, self.line);
            self.by_ref().for_each(drop);
            (self.at, self.line) = start;
            self.beside = std::mem::take(&mut self.passed);
        }
    }

    /// Reads as far as the header, and gives the count of its cells.
    fn go_below(&mut self, line: u32) -> usize {
        self.rewind();
        let mut rows = self.by_ref().filter_map(Result::ok);
        let header = rows.find(|row| row.line >= line);
        header.map_or(0, |row| row.cells.len())
    }

    /// The cells below the header that no title stands above.
    pub(super) const fn beside(&self) -> &Beside {
        &self.beside
    }

    /// Control characters that were left out.
    pub(super) const fn controls(&self) -> u64 {
        self.controls
    }

    /// Thousandths of the text that have been read.
    pub(super) fn progress(&self) -> u64 {
        self.at as u64 * 1000 / (self.text.len() as u64).max(1)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves over `bytes` bytes and counts the line ends in them.
    fn advance(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_else(|| self.rest());
        let (lines, bytes) = (count_lines(passed), passed.len());
        self.line = self.line.saturating_add(lines);
        self.at += bytes;
    }

    fn skip_blank_lines(&mut self) {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        self.advance(blank);
    }

    /// Gives up one line and goes on with the next.
    fn give_up_line(&mut self, reason: &str) -> Refused {
        let line = self.line;
        let end = self.rest().find('\n').map_or(usize::MAX, |end| end + 1);
        self.advance(end);
        Refused::new(line, reason.to_owned())
    }
}

impl Iterator for TextRows {
    type Item = Result<Row, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blank_lines();
        if self.rest().is_empty() {
            return None;
        }
        let window = window(self.rest());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(window.as_bytes());
        let mut record = csv::StringRecord::new();
        let read = reader.read_record(&mut record).unwrap_or(false);
        let used = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let taken = window.get(..used).unwrap_or(window);
        let one_line = !taken.trim_end().contains('\n');
        let quotes = quotes(taken, self.delimiter);
        if !read
            || used >= MAX_RECORD_BYTES
            || match quotes {
                Quotes::Open => true,
                // A quote that has found the opening quote of a later line.
                Quotes::TextBehind => !one_line,
                Quotes::Sound => false,
            }
        {
            return Some(Err(self.give_up_line(
                "英文引号（\"）没有成对，这一行读不完整；请补全或删掉多余的引号。",
            )));
        }
        let mut cells: Vec<_> = record.iter().map(plain::cell).collect();
        let line = self.line;
        let says_something = cells.iter().any(|cell| !cell.is_empty());
        // A line of nothing but separators or spaces is blank, however many there are.
        if let Some(header) = self.header.as_ref().filter(|_| says_something)
            && let Err(reason) = header.fit(&mut cells, quotes)
        {
            // Only this line: a quote that swallowed the next ones must not take them along.
            return Some(Err(self.give_up_line(&reason)));
        }
        if record.iter().any(|cell| cell.contains('\u{FFFD}')) {
            // As wide as the header it is one row, however many lines it takes.
            self.advance(used);
            return Some(Err(Refused::new(line, GARBLED.to_owned())));
        }
        if let Some(header) = self.header.as_ref().filter(|_| says_something) {
            self.passed.leave_out(line, &mut cells, &header.titles);
            cells.truncate(header.titles.len());
        }
        self.advance(used);
        Some(Ok(Row { line, cells }))
    }
}

impl Header {
    fn fit(&self, cells: &mut Vec<String>, quotes: Quotes) -> Result<(), String> {
        while cells.len() > self.width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        let fitting = match quotes {
            // A quote that joins two cells moves all behind it; a place without a title must not hide that.
            Quotes::TextBehind => self.width..=self.width,
            Quotes::Open | Quotes::Sound => self.titles.len()..=self.width,
        };
        match fitting.contains(&cells.len()) {
            true => Ok(()),
            false => Err(wrong_width(cells.len(), self.titles.len())),
        }
    }
}

/// What separates the columns, and how often it stands in a line: the sign that the most of the first lines have as often
/// as each other. The first line alone may be a title.
fn delimiter_of(text: &str) -> (u8, usize) {
    const LINES: usize = 20;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.take(LINES).collect();
    let mut best = (0, 0, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let counts: Vec<usize> = lines
            .iter()
            .map(|line| line.bytes().filter(|byte| *byte == delimiter).count())
            .collect();
        for count in counts.iter().copied().filter(|count| *count > 0) {
            let alike = counts.iter().filter(|other| **other == count).count();
            if (alike * count, count) > (best.0, best.1) {
                best = (alike * count, count, delimiter);
            }
        }
    }
    (best.2, best.1)
}

fn wrong_width(cells: usize, width: usize) -> String {
    format!("这一行有 {cells} 列，表头有 {width} 列；请检查是否少填了列、多了逗号或引号没有成对。")
}

/// The part of `rest` that one record may take, cut at a character.
fn window(rest: &str) -> &str {
    let mut end = rest.len().min(MAX_RECORD_BYTES);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    rest.get(..end).unwrap_or(rest)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    /// The last field is quoted and never closed.
    Open,
    Sound,
    /// A closing quote is followed by more text of the same field.
    TextBehind,
}

/// How the quoted fields of one record end.
fn quotes(record: &str, delimiter: u8) -> Quotes {
    let (mut inside, mut field_start, mut closed) = (false, true, false);
    let mut result = Quotes::Sound;
    for byte in record.bytes() {
        if byte == b'"' && (inside || field_start || closed) {
            // Right after a closing quote it is an escaped quote and opens the field again.
            (closed, field_start) = (inside, false);
            inside = !inside;
        } else if !inside {
            field_start = byte == delimiter || byte == b'\n' || byte == b'\r';
            if closed && !field_start {
                result = Quotes::TextBehind;
            }
            closed = false;
        }
    }
    if inside { Quotes::Open } else { result }
}

fn count_lines(text: &str) -> u32 {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// A decoded text without its control characters.
pub(super) struct Text<'a> {
    text: Cow<'a, str>,
    /// How many it had.
    controls: u64,
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<'a> Text<'a> {
    pub(super) fn of(content: &'a [u8]) -> Result<Self, NotATable> {
        let text = characters(content)?;
        let controls = text.chars().filter(|c| is_control(*c)).count();
        // A few came with somebody's text; many, or a NUL, are another kind of file.
        if text.contains('\0') || controls * CLEAN_PER_CONTROL > text.chars().count() {
            return Err(NotATable::OtherKind);
        }
        let text = match controls {
            0 => text,
            _ => Cow::Owned(text.chars().filter(|c| !is_control(*c)).collect()),
        };
        let controls = controls as u64;
        Ok(Self { text, controls })
    }
}

fn characters(content: &[u8]) -> Result<Cow<'_, str>, NotATable> {
    if let Some((encoding, bom)) = encoding_rs::Encoding::for_bom(content) {
        let rest = content.get(bom..).unwrap_or_default();
        return Ok(encoding.decode_without_bom_handling(rest).0);
    }
    if is_utf8(content) {
        return Ok(String::from_utf8_lossy(content));
    }
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(content);
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    let damaged = text.chars().filter(|c| *c == '\u{FFFD}').count();
    if damaged * CLEAN_PER_DAMAGED <= foreign || damaged == 0 {
        return Ok(text);
    }
    match content.iter().copied().map(char::from).any(is_control) {
        true => Err(NotATable::OtherKind),
        false => Err(NotATable::Encoding),
    }
}

/// A cell's text without control characters, and how many it had.
pub(super) fn without_controls(text: &str) -> (Cow<'_, str>, u64) {
    let controls = text.chars().filter(|c| is_control(*c)).count();
    if controls == 0 {
        return (Cow::Borrowed(text), 0);
    }
    let kept = text.chars().filter(|c| !is_control(*c)).collect();
    (Cow::Owned(kept), controls as u64)
}

/// UTF-8, perhaps with a few damaged characters; GB18030 text is almost never valid UTF-8.
fn is_utf8(content: &[u8]) -> bool {
    let (mut clean, mut damaged) = (0_usize, 0_usize);
    for chunk in content.utf8_chunks() {
        clean += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged * CLEAN_PER_DAMAGED <= clean
}

const fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(content: &[u8]) -> Result<TextRows, NotATable> {
        TextRows::open(Text::of(content)?)
    }

    fn rows(content: &[u8]) -> Vec<Result<Row, Refused>> {
        open(content).unwrap().collect()
    }

    fn cells(content: &[u8]) -> Vec<Vec<String>> {
        let rows = rows(content).into_iter();
        rows.map(|row| row.unwrap().cells).collect()
    }

    #[test]
    fn the_encodings_of_chinese_offices_are_read() {
        let text = "编号,标题\r\n1,楼道堆物\r\n";
        let mut with_bom = b"\xEF\xBB\xBF".to_vec();
        with_bom.extend(text.as_bytes());
        let mut utf16 = b"\xFF\xFE".to_vec();
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
        for content in [text.as_bytes(), &with_bom, &utf16, &gb18030] {
            assert_eq!(cells(content), [["编号", "标题"], ["1", "楼道堆物"]]);
        }
    }

    #[test]
    fn a_line_number_is_that_of_an_editor() {
        let content = "a,b\r\n\r\n1,\"two\r\nlines\"\r\n2,x\n3,y";
        let lines: Vec<_> = rows(content.as_bytes())
            .into_iter()
            .map(|row| row.unwrap().line)
            .collect();
        assert_eq!(lines, [1, 3, 5, 6]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let rows = rows(b"a,b\n1,\"open\n2,fine\n3,fine\n");
        let lines: Vec<_> = rows
            .iter()
            .map(|row| {
                row.as_ref()
                    .map_or_else(|r| (r.line, false), |r| (r.line, true))
            })
            .collect();
        assert_eq!(lines, [(1, true), (2, false), (3, true), (4, true)]);
    }

    #[test]
    fn a_row_of_another_width_is_refused_alone() {
        let mut rows = open(b"a,b\n1,\"open\n2,\"fine\"\n3\n4,x,y\n5,x,,\n").unwrap();
        rows.settle(1, &["a".to_owned(), "b".to_owned()]);
        let read: Vec<_> = rows
            .map(|row| row.map_or_else(|r| (r.line, false), |r| (r.line, true)))
            .collect();
        assert_eq!(
            read,
            [(2, false), (3, true), (4, false), (5, false), (6, true)]
        );
    }

    #[test]
    fn a_quote_that_joins_two_cells_is_not_hidden_by_a_column_without_title() {
        let mut rows = open(b"a,b,\n1,\"x\"y,\n\"2,\"x,\n3,x,\n").unwrap();
        rows.settle(1, &["a", "b"].map(str::to_owned));
        let read: Vec<_> = rows
            .map(|row| row.map_or_else(|r| (r.line, false), |r| (r.line, true)))
            .collect();
        assert_eq!(read, [(2, true), (3, false), (4, true)]);
    }

    #[test]
    fn a_garbled_row_of_several_lines_is_refused_once() {
        let text = "a,b\n1,\"x\u{fffd}\ny\"\n2,x\n";
        let mut rows = open(text.as_bytes()).unwrap();
        rows.settle(1, &["a", "b"].map(str::to_owned));
        let read: Vec<_> = rows
            .map(|row| row.map_or_else(|r| (r.line, false), |r| (r.line, true)))
            .collect();
        assert_eq!(read, [(2, false), (4, true)]);
    }

    #[test]
    fn a_line_of_spaces_or_separators_alone_is_blank() {
        let table = super::super::open("a,b,c\n1,x,y\n   \n,\n\u{3000},\n2,x,y\n".as_bytes());
        let mut table = table.unwrap().remove(0);
        table
            .settle(1, &["a", "b", "c"].map(str::to_owned), &[])
            .unwrap();
        let lines: Vec<_> = table.map(|row| row.map(|row| row.line)).collect();
        assert_eq!(lines, [Ok(2), Ok(6)]);
    }

    #[test]
    fn a_column_without_title_is_left_out_and_its_cells_are_named() {
        let mut rows =
            open(b"title,,,,\na,,b,,\n1,x,2,,\n3,,4,,\"y\nz\"\n5,,6\n7,,8,,,9\n").unwrap();
        rows.settle(2, &["a", "", "b"].map(str::to_owned));
        assert_eq!(rows.beside().names, ["B3", "E4"]);
        let read: Vec<_> = rows
            .map(|row| row.map(|row| row.cells.join(",")).map_err(|r| r.line))
            .collect();
        assert_eq!(
            read,
            [
                Ok("1,,2".to_owned()),
                Ok("3,,4".to_owned()),
                Ok("5,,6".to_owned()),
                Err(7)
            ]
        );
    }

    #[test]
    fn quotes_commas_and_line_ends_inside_quotes_are_text() {
        let read = cells(b"a,b\n\"say \"\"hi\"\", then\",\"one\ntwo\"\n5\" pipe,x");
        assert_eq!(read[1], ["say \"hi\", then", "one\ntwo"]);
        assert_eq!(read[2], ["5\" pipe", "x"]);
    }

    #[test]
    fn the_last_quoted_cell_needs_no_line_end() {
        assert_eq!(cells(b"a,b\n1,\"two\"")[1], ["1", "two"]);
        assert_eq!(cells(b"a,b\n1,\"\"")[1], ["1", ""]);
    }

    #[test]
    fn tabs_and_semicolons_separate_too() {
        assert_eq!(cells(b"a\tb,c\td\n1\t2\t3")[1], ["1", "2", "3"]);
        assert_eq!(cells(b"a;b;c\n1;2;3")[1], ["1", "2", "3"]);
    }

    #[test]
    fn lines_may_end_in_cr_alone_and_a_title_may_stand_above() {
        assert_eq!(
            cells(b"a,b\r1,2\r3,4\r"),
            [["a", "b"], ["1", "2"], ["3", "4"]]
        );
        for sign in [";", "\t", "|", ","] {
            let table = "title\na;b;c\n1;2;3\n4;x,y;6\n".replace(';', sign);
            let table = table.replace("x,y", if sign == "," { "x" } else { "x,y" });
            assert_eq!(cells(table.as_bytes())[2], ["1", "2", "3"], "{sign}");
        }
    }

    #[test]
    fn a_control_character_in_a_text_is_dropped_and_a_binary_file_is_refused() {
        let text = format!("a,b\n1,{}\u{b}z\n", "x".repeat(60));
        assert_eq!(cells(text.as_bytes())[1][1].len(), 61);
        for content in [&b"\x01\x02\x03,\x04"[..], b"PK\0\0,a,b,c,d,e,f"] {
            assert_eq!(open(content).err(), Some(NotATable::OtherKind));
        }
    }

    #[test]
    fn a_damaged_character_refuses_its_row_alone() {
        let mut content = "编号,标题\n1,好好好好好好好好\n2,".as_bytes().to_vec();
        content.extend(b"\xE5\xA5\n3,x\n");
        let rows = rows(&content);
        assert!(rows[1].is_ok() && rows[3].is_ok());
        assert_eq!(rows[2].as_ref().unwrap_err().line, 3);
    }

    #[test]
    fn a_record_longer_than_any_ticket_is_refused() {
        let mut content = b"a,b\n1,".to_vec();
        content.extend(vec![b'x'; MAX_RECORD_BYTES + 5]);
        content.extend(b"\n2,fine\n");
        let rows = rows(&content);
        assert_eq!(rows[1].as_ref().unwrap_err().line, 2);
        assert_eq!(rows[2].as_ref().unwrap().cells, ["2", "fine"]);
    }
}
