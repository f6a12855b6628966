//! Texts that web systems export with their markup, as people read them.

use std::borrow::Cow;

/// Longest tag that is looked at, with its attributes.
const MAX_TAG_BYTES: usize = 2_000;
/// Longest name of a character.
const MAX_ENTITY_BYTES: usize = 12;

/// Tags after which a new line begins.
const BLOCKS: &[&str] = &[
    "blockquote",
    "br",
    "center",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Tags within a line.
const INLINE: &[&str] = &[
    "a", "b", "em", "font", "i", "img", "label", "o:p", "s", "small", "span", "strong", "sub",
    "sup", "u",
];
/// Names that people write between angle brackets too: they are tags only where one is opened and closed.
const SHORT: &[&str] = &["a", "b", "i", "s", "u"];

/// Characters that web pages write by name.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("apos", '\''),
    ("bull", '•'),
    ("copy", '©'),
    ("deg", '°'),
    ("emsp", ' '),
    ("ensp", ' '),
    ("gt", '>'),
    ("hellip", '…'),
    ("laquo", '«'),
    ("ldquo", '“'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("permil", '‰'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsquo", '’'),
    ("thinsp", ' '),
    ("times", '×'),
    ("trade", '™'),
    ("yen", '¥'),
];

/// The text without well-known HTML tags and entities. What only looks like one (`a<b`, `<3`, `A&B`) stays.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let paired = paired(text);
    let is_markup = |tag: &Tag<'_>| is_known(tag, &paired);
    let plain = converted(text, is_markup, |text, out| out.push_str(text));
    match plain == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(plain.trim().to_owned()),
    }
}

/// What a piece of a web page says: without all of its tags, and with white space as a browser shows it.
pub(crate) fn of_page(html: &str) -> String {
    let text = converted(html, |_| true, push_collapsed);
    text.trim().to_owned()
}

/// The character that an entity names: `nbsp`, `#39`, `#x27`.
pub(crate) fn entity(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let known = ENTITIES.iter().find(|(known, _)| *known == name);
        return known.map(|(_, character)| *character);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    // A space that does not break is a space to people.
    match char::from_u32(code.ok()?)? {
        '\u{a0}' => Some(' '),
        character => Some(character),
    }
}

fn converted(
    text: &str,
    is_markup: impl Fn(&Tag<'_>) -> bool,
    push: impl Fn(&str, &mut String),
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        push(before, &mut out);
        if let Some((character, after)) = leading_entity(from) {
            out.push(character);
            rest = after;
        } else if let Some(tag) = Tag::at_the_start_of(from).filter(&is_markup) {
            if BLOCKS.contains(&tag.name.as_str()) {
                break_line(&tag, &mut out);
            }
            rest = tag.after;
        } else {
            let (sign, after) = from.split_at(1);
            out.push_str(sign);
            rest = after;
        }
    }
    push(rest, &mut out);
    out
}

/// A `br` is always a new line; the others begin one where something stands already.
fn break_line(tag: &Tag<'_>, out: &mut String) {
    while out.ends_with([' ', '\t']) {
        out.pop();
    }
    if tag.name == "br" || !(out.is_empty() || out.ends_with('\n')) {
        out.push('\n');
    }
}

fn push_collapsed(text: &str, out: &mut String) {
    for character in text.chars() {
        if !character.is_ascii_whitespace() {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

fn leading_entity(text: &str) -> Option<(char, &str)> {
    let inside = text.strip_prefix('&')?;
    let end = inside
        .bytes()
        .take(MAX_ENTITY_BYTES)
        .position(|byte| byte == b';')?;
    let character = entity(inside.get(..end)?)?;
    Some((character, inside.get(end + 1..)?))
}

fn is_known(tag: &Tag<'_>, paired: &[&str]) -> bool {
    let name = tag.name.as_str();
    let is_known = BLOCKS.contains(&name) || INLINE.contains(&name);
    is_known && tag.is_sound && (!SHORT.contains(&name) || paired.contains(&name))
}

/// The short tags that the text both opens and closes.
fn paired(text: &str) -> Vec<&'static str> {
    let text = text.to_ascii_lowercase();
    let has_both = |name: &&str| {
        let opens = [format!("<{name}>"), format!("<{name} ")];
        opens.iter().any(|open| text.contains(open)) && text.contains(&format!("</{name}>"))
    };
    SHORT.iter().copied().filter(has_both).collect()
}

/// A tag of HTML.
pub(crate) struct Tag<'a> {
    /// In small letters.
    pub(crate) name: String,
    pub(crate) is_closing: bool,
    attributes: &'a str,
    /// Nothing but a name and attributes with values stands in it.
    is_sound: bool,
    /// The text behind it.
    pub(crate) after: &'a str,
}

impl<'a> Tag<'a> {
    pub(crate) fn at_the_start_of(text: &'a str) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let named = inside.strip_prefix('/').unwrap_or(inside);
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = tag_end(inside)?;
        let (inside, after) = (inside.get(..end)?, inside.get(end + 1..)?);
        let closed = inside.strip_prefix('/');
        let inside = closed.unwrap_or(inside);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == ':';
        let length = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(length);
        let attributes = attributes.strip_suffix('/').unwrap_or(attributes);
        let parted =
            attributes.is_empty() || attributes.starts_with(|c: char| c.is_ascii_whitespace());
        Some(Self {
            name: name.to_ascii_lowercase(),
            is_closing: closed.is_some(),
            attributes,
            is_sound: parted && (attributes.trim().is_empty() || attributes.contains('=')),
            after,
        })
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        while let Some((name, value)) = rest.split_once('=') {
            let name = name
                .split_ascii_whitespace()
                .next_back()
                .unwrap_or_default();
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value.get(1..)?.split_once(quote)?,
                None => value
                    .split_once(|c: char| c.is_ascii_whitespace())
                    .unwrap_or((value, "")),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// Where a tag ends: at the first `>` outside of quotes. There is none where another tag begins before.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate().take(MAX_TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_web_systems_is_read_as_people_see_it() {
        for (written, read) in [
            ("<p>楼道堆物</p>", "楼道堆物"),
            ("<p>一</p><p>二</p>", "一\n二"),
            ("一<br>二<br/>三<BR />四", "一\n二\n三\n四"),
            ("<p style=\"color:red;a>b\">红</p>", "红"),
            ("<b>急</b>：<a href='x'>附件</a>", "急：附件"),
            ("A&amp;B&nbsp;公司&lt;北园&gt;", "A&B 公司<北园>"),
            ("&#39;x&#x27;&ldquo;引&rdquo;", "'x'“引”"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("<div><ul><li>一</li><li>二</li></ul></div>", "一\n二"),
        ] {
            assert_eq!(plain(written), read, "{written}");
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in [
            "我<3社区",
            "a<b",
            "a<b>c",
            "若 x<b and y>c 则",
            "A&B",
            "&nbsp",
            "R&D;",
            "<北园路>",
            "<人名>来电",
            "1<2>0",
            "<p 没有结尾",
            "<script>alert(1)</script>",
            "<i> 号楼",
            "< p >",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn a_page_loses_all_tags_and_doubled_spaces() {
        assert_eq!(
            of_page("\r\n  <x:y a=b>一</x:y>\n   二 <br> 三&nbsp;"),
            "一 二\n三"
        );
    }

    #[test]
    fn attributes_are_found_with_and_without_quotes() {
        let tag = Tag::at_the_start_of("<TD x='1' ColSpan=\"2\" rowspan=3 nowrap>y").unwrap();
        assert_eq!((tag.name.as_str(), tag.after), ("td", "y"));
        assert_eq!(tag.attribute("colspan"), Some("2"));
        assert_eq!(tag.attribute("rowspan"), Some("3"));
        assert_eq!(tag.attribute("x"), Some("1"));
        assert_eq!(tag.attribute("y"), None);
    }
}
