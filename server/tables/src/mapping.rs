//! Which column of a source's table is which field of a ticket: one TOML file per source.

use crate::plain;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::times::TimeReader;
use store::tickets::{RequestKind, RequesterType, Urgency};
use sync_core::lifecycle::TicketState;

/// Fields of a ticket that a table can fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Address,
    CategoryL1,
    CategoryL2,
    CategoryL3,
    Channel,
    Community,
    Description,
    DispatchedAt,
    DueAt,
    ExternalStatus,
    InTime,
    Phone,
    RepliedAt,
    Reply,
    RequestKind,
    Requester,
    RequesterType,
    Status,
    Title,
    UnitText,
    UpstreamNo,
    Urgency,
}

impl Field {
    /// Whether this word may stand in the field.
    fn takes(self, word: &str) -> bool {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "all other fields take any text"
        )]
        match self {
            Self::InTime => in_time(word).is_some(),
            Self::RequestKind => RequestKind::parse(word).is_some(),
            Self::RequesterType => RequesterType::parse(word).is_some(),
            Self::Status => TicketState::parse(word).is_some(),
            Self::Urgency => Urgency::parse(word).is_some(),
            _ => true,
        }
    }
}

/// `yes` or `no`.
pub(crate) fn in_time(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Where a field comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    /// Titles of the columns; several are joined, blank ones left out.
    pub(crate) columns: Vec<String>,
    /// Between joined columns.
    #[serde(default)]
    pub(crate) separator: String,
    /// Pairs of a word in the table and the word of Warmline for it; empty = any text is taken.
    /// Of several words with one meaning the first is the one to recommend.
    #[serde(default)]
    pub(crate) values: Vec<(String, String)>,
}

impl From {
    /// The word of Warmline for a word in the table.
    pub(crate) fn meaning(&self, word: &str) -> Option<&str> {
        let exact = self.values.iter().find(|(theirs, _)| theirs == word);
        let alike = || {
            let word = plain::seen(word);
            let mut pairs = self.values.iter();
            pairs.find(|(theirs, _)| plain::seen(theirs) == word)
        };
        exact.or_else(alike).map(|(_, ours)| ours.as_str())
    }

    /// One word of the table for each meaning.
    pub(crate) fn recommended(&self) -> Vec<&str> {
        let first_of_its_meaning = |(place, pair): &(usize, &(String, String))| {
            let meant = self.values.iter().position(|(_, ours)| *ours == pair.1);
            meant == Some(*place)
        };
        let pairs = self.values.iter().enumerate().filter(first_of_its_meaning);
        pairs.map(|(_, (theirs, _))| theirs.as_str()).collect()
    }
}

/// One source of tickets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Stable name; kept with each ticket, and half of what makes an upstream number unique.
    pub name: String,
    /// zh-CN title for people.
    pub title: String,
    /// Columns by which the table is recognised.
    pub(crate) header: Vec<String>,
    /// Zone of times without offset.
    pub(crate) zone: String,
    /// Format descriptions of the time crate, tried in order.
    pub(crate) time_formats: Vec<String>,
    /// Texts that mean "no value".
    #[serde(default)]
    pub(crate) blank: Vec<String>,
    pub(crate) fields: BTreeMap<Field, From>,
    /// Fields that are the same for every row.
    #[serde(default)]
    pub(crate) constants: BTreeMap<Field, String>,
    /// Columns that are kept, as they are, in the ticket's first event.
    #[serde(default)]
    pub(crate) keep: Vec<String>,
    /// Words of the platform's status that mean: nothing is left to do there.
    #[serde(default)]
    pub(crate) over: Vec<String>,
    /// Its files hold every ticket that was dispatched within their span and is not over: one that lacks is told.
    #[serde(default)]
    pub(crate) complete: bool,
}

/// Why a mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or not a mapping.
    #[error("映射文件写法不对：{0}")]
    Content(String),
    /// The file cannot be read.
    #[error("映射文件打不开：{0}")]
    File(#[source] std::io::Error),
}

const EMBEDDED: &[&str] = &[
    include_str!("../mappings/board_hot.toml"),
    include_str!("../mappings/board_labeled.toml"),
    include_str!("../mappings/board_replies.toml"),
    include_str!("../mappings/office.toml"),
    include_str!("../mappings/pingshan.toml"),
];

impl Mapping {
    /// Reads and checks one mapping.
    pub(crate) fn parse(toml: &str) -> Result<Self, MappingError> {
        let mapping: Self =
            toml::from_str(toml).map_err(|error| MappingError::Content(error.to_string()))?;
        mapping.time_reader().map_err(MappingError::Content)?;
        for field in [Field::UpstreamNo, Field::Title, Field::DispatchedAt] {
            if !mapping.fields.contains_key(&field) {
                let text = format!("缺少字段 {field:?}");
                return Err(MappingError::Content(text));
            }
        }
        mapping.check_words()?;
        Ok(mapping)
    }

    /// Every word that a field of a closed vocabulary can get must be in it.
    fn check_words(&self) -> Result<(), MappingError> {
        let of_fields = self.fields.iter().flat_map(|(field, from)| {
            let words = from.values.iter().map(|(_, word)| word.as_str());
            let open = from.values.is_empty().then_some("");
            words.chain(open).map(|word| (*field, word))
        });
        let constants = self
            .constants
            .iter()
            .map(|(field, word)| (*field, word.as_str()));
        for (field, word) in of_fields.chain(constants) {
            if !field.takes(word) {
                return Err(MappingError::Content(format!(
                    "字段 {field:?} 没有「{word}」这个取值"
                )));
            }
        }
        Ok(())
    }

    /// Reads a mapping from a file.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        let toml = std::fs::read_to_string(path).map_err(MappingError::File)?;
        Self::parse(&toml)
    }

    /// Every mapping that is part of the program.
    pub fn embedded() -> Result<Vec<Self>, MappingError> {
        EMBEDDED.iter().map(|toml| Self::parse(toml)).collect()
    }

    pub(crate) fn time_reader(&self) -> Result<TimeReader, String> {
        TimeReader::new(&self.time_formats, &self.zone)
    }

    /// The columns of [`Mapping::header`] that `cells` lacks.
    pub(crate) fn missing<'a>(&'a self, cells: &[String]) -> Vec<&'a str> {
        let titles: Vec<String> = cells.iter().map(|cell| plain::title(cell)).collect();
        let lacks = |title: &&String| !titles.contains(&plain::title(title));
        self.header
            .iter()
            .filter(lacks)
            .map(String::as_str)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_mapping_is_valid() {
        let names: Vec<_> = Mapping::embedded()
            .unwrap()
            .into_iter()
            .map(|mapping| mapping.name)
            .collect();
        assert_eq!(
            names,
            [
                "board_hot",
                "board_labeled",
                "board_replies",
                "office",
                "pingshan"
            ]
        );
    }

    #[test]
    fn a_mapping_with_an_unknown_field_is_refused() {
        let error = Mapping::parse("name = 'x'\nnonsense = 1").unwrap_err();
        assert!(matches!(error, MappingError::Content(_)));
    }

    #[test]
    fn a_mapping_to_a_word_that_no_ticket_has_is_refused() {
        let office = include_str!("../mappings/office.toml");
        let error = Mapping::parse(&office.replace("\"critical\"", "\"asap\"")).unwrap_err();
        assert!(error.to_string().contains("asap"));
    }
}
