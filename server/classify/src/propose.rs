//! What is proposed for a ticket: class, subject, urgency, topic and unit, each with its reasons, or nothing.

use serde::Serialize;
use sync_core::Id;

use crate::catalogue::{Catalogue, Duty, Handler};
use crate::decided::BETWEEN;
use crate::learned::Learned;
use crate::party::{self, UNCLEAR};

/// What is known of a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// One line.
    pub title: &'a str,
    /// The request.
    pub body: &'a str,
    /// Who asks, if the name may be read.
    pub requester: Option<&'a str>,
    /// The class that a person chose already; the unit goes by it.
    pub category: &'a [Option<String>; 3],
}

/// What is proposed. What is null is not proposed: the words decide nothing, or two answers are too close.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Proposal {
    /// The type from the large one down, as deep as is sure.
    pub category: Option<Proposed<Vec<String>>>,
    /// `citizen`, `citizen_enterprise` or `enterprise`.
    pub requester_type: Option<Proposed<String>>,
    /// `critical` or `urgent`.
    pub urgency: Option<Proposed<String>>,
    /// Id of a focus topic.
    pub topic: Option<Proposed<String>>,
    /// Who handles it.
    pub unit: Option<Proposed<ProposedUnit>>,
}

/// One thing that is proposed.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Proposed<T> {
    /// What.
    pub value: T,
    /// How far the next answer is behind; what one is depends on `by`.
    pub margin: f64,
    /// How it was found.
    pub by: Source,
    /// What decided, strongest first.
    pub reasons: Vec<Because>,
}

/// A unit, and the entry of the duty catalogue that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProposedUnit {
    /// The entry.
    pub entry: String,
    /// The unit; null if the entry names one that is not there, or the ticket has no community.
    #[schema(value_type = Option<String>)]
    pub id: Option<Id>,
    /// The unit's name, as the entry has it until it is found.
    pub name: String,
    /// The community of the ticket.
    pub community: bool,
}

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By the duty catalogue; the margin is in characters of matching words, a level of the class counting as four.
    Catalogue,
    /// Learned from people's decisions; the margin is that of scores of the model.
    Learned,
    /// By the rules for the subject; the margin is in weights of words.
    Rules,
    /// By the words of the catalogue; the margin is in characters.
    Words,
}

/// A piece of the text that decided.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Because {
    /// The piece.
    pub text: String,
    /// How much it counted.
    pub weight: f64,
}

/// Pieces that are named.
const REASONS: usize = 5;

/// Characters of matching words without which words propose nothing: one short word in the text.
const ENOUGH: f64 = 2.0;

/// What a level of the class counts when a duty is looked for.
const LEVEL: f64 = 4.0;

/// Looks for everything that can be proposed.
pub fn propose(text: Text<'_>, catalogue: &Catalogue, learned: &Learned) -> Proposal {
    let category = category(text, catalogue, learned);
    let proposed = category.as_ref().map(|it| it.value.clone());
    let chosen = chosen(text.category, catalogue)
        .or(proposed)
        .unwrap_or_default();
    Proposal {
        unit: unit(text, &chosen, catalogue),
        topic: topic(text, catalogue),
        urgency: urgency(text, catalogue),
        requester_type: requester_type(text, learned),
        category,
    }
}

/// The class of the ticket if it is one of the tree.
fn chosen(category: &[Option<String>; 3], catalogue: &Catalogue) -> Option<Vec<String>> {
    let names: Vec<&str> = category.iter().map_while(|it| it.as_deref()).collect();
    (!names.is_empty() && catalogue.has_type(&names))
        .then(|| names.into_iter().map(str::to_owned).collect())
}

fn category(
    text: Text<'_>,
    catalogue: &Catalogue,
    learned: &Learned,
) -> Option<Proposed<Vec<String>>> {
    let said = learned.large().and_then(|it| it.say(text.title, text.body));
    let Some(large) = said else {
        return by_words(text, catalogue, None);
    };
    let mut reasons: Vec<Because> = large.reasons.into_iter().map(Because::from).collect();
    let below = learned
        .below(&large.label)
        .and_then(|it| it.say(text.title, text.body));
    let mut value = vec![large.label];
    if let Some(below) = below {
        value.extend(below.label.split(BETWEEN).map(str::to_owned));
        reasons.extend(below.reasons.into_iter().map(Because::from));
    } else if let Some(deeper) = by_words(text, catalogue, value.first().map(String::as_str)) {
        value = deeper.value;
    }
    reasons.truncate(REASONS);
    Some(Proposed {
        value,
        margin: large.margin,
        by: Source::Learned,
        reasons,
    })
}

impl From<crate::model::Reason> for Because {
    fn from(reason: crate::model::Reason) -> Self {
        Self {
            text: reason.text,
            weight: reason.weight,
        }
    }
}

/// The small type whose words stand in the text, within a large type if that is sure already.
fn by_words(
    text: Text<'_>,
    catalogue: &Catalogue,
    large: Option<&str>,
) -> Option<Proposed<Vec<String>>> {
    let types = catalogue.small_types();
    let types = types.filter(|(names, _)| large.is_none_or(|large| names.first() == Some(&large)));
    let found = types.map(|(names, small)| {
        let own = small.words.iter().map(String::as_str).chain([&*small.name]);
        (names, matches(text, own))
    });
    let (names, margin, reasons) = best(found)?;
    Some(Proposed {
        value: names.map(str::to_owned).into(),
        margin,
        by: Source::Words,
        reasons,
    })
}

fn topic(text: Text<'_>, catalogue: &Catalogue) -> Option<Proposed<String>> {
    let found = catalogue.topics.iter().map(|topic| {
        let words = topic.words.iter().map(String::as_str).chain([&*topic.name]);
        (topic, matches(text, words))
    });
    let (topic, margin, reasons) = best(found)?;
    Some(Proposed {
        value: topic.id.clone(),
        margin,
        by: Source::Words,
        reasons,
    })
}

fn urgency(text: Text<'_>, catalogue: &Catalogue) -> Option<Proposed<String>> {
    let words = &catalogue.urgency;
    let levels = [("critical", &words.critical), ("urgent", &words.urgent)];
    let (word, reasons) = levels
        .into_iter()
        .map(|(word, list)| (word, matches(text, list.iter().map(String::as_str))))
        .find(|(_, reasons)| !reasons.is_empty())?;
    Some(Proposed {
        value: word.to_owned(),
        margin: total(&reasons),
        by: Source::Words,
        reasons: strongest(reasons),
    })
}

fn requester_type(text: Text<'_>, learned: &Learned) -> Option<Proposed<String>> {
    let guess = learned
        .subject()
        .and_then(|it| it.say(text.title, text.body));
    if let Some(guess) = guess {
        return Some(Proposed {
            value: guess.label,
            margin: guess.margin,
            by: Source::Learned,
            reasons: guess.reasons.into_iter().map(Because::from).collect(),
        });
    }
    let verdict = party::decide(text.title, text.body, text.requester);
    (verdict.margin >= UNCLEAR).then(|| Proposed {
        value: verdict.party.as_str().to_owned(),
        margin: verdict.margin,
        by: Source::Rules,
        reasons: verdict
            .reasons
            .into_iter()
            .map(|sign| Because {
                text: sign.text,
                weight: sign.weight,
            })
            .collect(),
    })
}

fn unit(
    text: Text<'_>,
    category: &[String],
    catalogue: &Catalogue,
) -> Option<Proposed<ProposedUnit>> {
    let found = catalogue.duties.iter().filter_map(|duty| {
        let mut reasons = levels(duty, category)?;
        reasons.extend(matches(text, duty.words.iter().map(String::as_str)));
        Some((duty, reasons))
    });
    let mut ranked: Vec<(f64, &Duty, Vec<Because>)> = found
        .map(|(duty, reasons)| (total(&reasons), duty, reasons))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut ranked = ranked.into_iter();
    let (score, duty, reasons) = ranked.next()?;
    // Another entry for the same unit is no other answer.
    let next = ranked.find(|(_, other, _)| other.to != duty.to);
    let margin = score - next.map_or(0.0, |(score, ..)| score);
    if score < ENOUGH || margin <= 0.0 {
        return None;
    }
    let Handler {
        id,
        name,
        community,
    } = duty.to.clone();
    Some(Proposed {
        value: ProposedUnit {
            entry: duty.id.clone(),
            id,
            name,
            community,
        },
        margin,
        by: Source::Catalogue,
        reasons: strongest(reasons),
    })
}

/// The levels of a class that a duty is for; `None` if it is for another class.
fn levels(duty: &Duty, category: &[String]) -> Option<Vec<Because>> {
    // Where the class is not as deep as the duty, the words decide; without a class they decide alone.
    let both = duty.category.iter().zip(category);
    both.map(|(wanted, has)| {
        (wanted == has).then(|| Because {
            text: has.clone(),
            weight: LEVEL,
        })
    })
    .collect()
}

/// The words that stand in the text, each with its characters, those of the title twice. One that is part of another that is
/// there counts nothing.
fn matches<'a>(text: Text<'_>, words: impl Iterator<Item = &'a str>) -> Vec<Because> {
    let mut found: Vec<Because> = Vec::new();
    for word in words {
        let times = if text.title.contains(word) {
            2.0
        } else if text.body.contains(word) {
            1.0
        } else {
            continue;
        };
        if !found.iter().any(|it| it.text == word) {
            found.push(Because {
                text: word.to_owned(),
                weight: times * word.chars().count() as f64,
            });
        }
    }
    let texts: Vec<String> = found.iter().map(|it| it.text.clone()).collect();
    found.retain(|it| {
        let mut longer = texts.iter().filter(|other| other.len() > it.text.len());
        !longer.any(|other| other.contains(&it.text))
    });
    found
}

/// The one with the most, by how much it leads, and its reasons; `None` without enough, or if two are the same.
fn best<T>(found: impl Iterator<Item = (T, Vec<Because>)>) -> Option<(T, f64, Vec<Because>)> {
    let mut ranked: Vec<(f64, T, Vec<Because>)> = found
        .map(|(thing, reasons)| (total(&reasons), thing, reasons))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut ranked = ranked.into_iter();
    let (first, thing, reasons) = ranked.next()?;
    let second = ranked.next().map_or(0.0, |(score, ..)| score);
    let margin = first - second;
    (first >= ENOUGH && margin > 0.0).then(|| (thing, margin, strongest(reasons)))
}

fn total(reasons: &[Because]) -> f64 {
    reasons.iter().map(|it| it.weight).sum()
}

fn strongest(mut reasons: Vec<Because>) -> Vec<Because> {
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons.truncate(REASONS);
    reasons
}

#[cfg(test)]
mod tests;
