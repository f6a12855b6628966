//! XML as a stream of elements and texts.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::NotATable;

/// Most levels of elements; a reader that keeps its place must not be led deeper.
const MAX_DEPTH: usize = 256;

/// A part of a document, in its order. An element without content has an end too.
pub(super) enum Piece<'a> {
    Start(&'a BytesStart<'a>),
    End(&'a str),
    Text(Cow<'a, str>),
}

/// Calls `see` with every piece of the document until it refuses one.
pub(super) fn read(
    source: impl BufRead,
    mut see: impl FnMut(Piece<'_>) -> Result<(), NotATable>,
) -> Result<(), NotATable> {
    let mut reader = Reader::from_reader(source);
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut depth) = (Vec::new(), 0_usize);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|_| NotATable::Workbook)? {
            Event::Start(element) | Event::Empty(element) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(NotATable::Workbook);
                }
                see(Piece::Start(&element))?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                see(Piece::End(element.local_name().as_ref()))?;
            }
            Event::Text(text) => see(Piece::Text(text.xml10_content()))?,
            Event::CData(text) => see(Piece::Text(text.xml10_content()))?,
            Event::GeneralRef(entity) => see(Piece::Text(character(&entity).into()))?,
            // A document that was cut off would be taken for a whole one.
            Event::Eof if depth > 0 => return Err(NotATable::Workbook),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// What a reference stands for; one that XML does not know stands for itself.
fn character(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    let name = entity.xml10_content();
    let known = crate::markup::entity(&name);
    known.map_or_else(|| format!("&{name};"), String::from)
}

/// An attribute by its name without prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0);
    Some(value.ok()?.into_owned())
}

/// An attribute that is a number.
pub(super) fn number<N: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<N> {
    attribute(element, name)?.trim().parse().ok()
}
