//! What people decided, beside what had been proposed to them: examples to learn from, and how often a proposal was wrong.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::Id;
use sync_core::lifecycle::Act;

use crate::model::Example;

/// Between the levels of a class in one word.
pub const BETWEEN: &str = " / ";

/// A ticket as a person classified it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The ticket's title.
    pub title: String,
    /// The request.
    pub body: String,
    /// What the person decided, with what had been proposed: `Act::Classify` as the event holds it.
    pub act: Act,
    /// To whom the ticket was given next, if it was.
    pub given_to: Option<Id>,
}

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The class from the large one down.
    Category,
    /// Citizen, firm, or citizen against firm.
    RequesterType,
}

/// The names under which a proposal stands in `proposed` of an event.
pub mod proposed {
    /// The class, its levels joined by [`super::BETWEEN`].
    pub const CATEGORY: &str = "category";
    /// The id of the entry of the duty catalogue.
    pub const ENTRY: &str = "entry";
    /// Citizen, firm, or citizen against firm.
    pub const REQUESTER_TYPE: &str = "requester_type";
    /// The focus topic.
    pub const TOPIC: &str = "topic";
    /// The id of the unit.
    pub const UNIT: &str = "unit";
    /// How much it hurries.
    pub const URGENCY: &str = "urgency";
}

impl Decided {
    /// What the person said it is.
    fn label(&self, subject: Subject) -> Option<String> {
        let Act::Classify {
            category,
            requester_type,
            ..
        } = &self.act
        else {
            return None;
        };
        match subject {
            Subject::Category => joined(category.as_ref()?),
            Subject::RequesterType => requester_type.clone(),
        }
    }
}

/// The levels of a class as one word; `None` if it has not even a large one.
pub fn joined(category: &[Option<String>; 3]) -> Option<String> {
    let levels: Vec<&str> = category
        .iter()
        .map_while(|level| level.as_deref())
        .collect();
    (!levels.is_empty()).then(|| levels.join(BETWEEN))
}

/// A class that was joined to one word, as levels again.
pub fn parted(category: &str) -> [Option<String>; 3] {
    let mut levels = category.splitn(3, BETWEEN).map(str::to_owned);
    [levels.next(), levels.next(), levels.next()]
}

/// What can be learned of a subject from what people decided: their answers, whatever had been proposed.
pub fn examples(decided: &[Decided], subject: Subject) -> Vec<Example> {
    let learned = decided.iter().filter_map(|it| {
        Some(Example {
            title: it.title.clone(),
            body: it.body.clone(),
            label: it.label(subject)?,
        })
    });
    learned.collect()
}

/// How often something was proposed, and how often a person decided otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Tally {
    /// Times that it was proposed and somebody decided.
    pub proposed: u32,
    /// Of those, times that they decided otherwise.
    pub corrected: u32,
}

impl Tally {
    fn add(&mut self, is_right: bool) {
        self.proposed = self.proposed.saturating_add(1);
        self.corrected = self.corrected.saturating_add(u32::from(!is_right));
    }
}

/// How proposals did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Tallies {
    /// By what was proposed: `category`, `requester_type`, `urgency`, `topic`, `unit`.
    pub subjects: BTreeMap<String, Tally>,
    /// By the entry of the duty catalogue that proposed the unit.
    pub entries: BTreeMap<String, Tally>,
}

/// Counts proposals and corrections. What a person left open corrects nothing, and a unit counts once the ticket was given to
/// somebody.
pub fn tally(decided: &[Decided]) -> Tallies {
    let mut tallies = Tallies::default();
    for it in decided {
        let Act::Classify {
            requester_type,
            urgency,
            topic,
            category,
            proposed,
            ..
        } = &it.act
        else {
            continue;
        };
        let decisions = [
            (proposed::CATEGORY, category.as_ref().and_then(joined)),
            (proposed::REQUESTER_TYPE, requester_type.clone()),
            (proposed::TOPIC, topic.clone()),
            (proposed::UNIT, it.given_to.map(|id| id.to_string())),
            (proposed::URGENCY, urgency.clone()),
        ];
        for (name, decision) in decisions {
            let (Some(said), Some(decision)) = (proposed.get(name), decision) else {
                continue;
            };
            let is_right = *said == decision;
            tallies
                .subjects
                .entry(name.to_owned())
                .or_default()
                .add(is_right);
            if let (proposed::UNIT, Some(entry)) = (name, proposed.get(proposed::ENTRY)) {
                tallies
                    .entries
                    .entry(entry.clone())
                    .or_default()
                    .add(is_right);
            }
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(
        said: &[(&str, &str)],
        category: [Option<&str>; 3],
        given_to: Option<Id>,
    ) -> Decided {
        Decided {
            title: "楼道堆物".to_owned(),
            body: String::new(),
            act: Act::Classify {
                request_kind: None,
                requester_type: Some("citizen".to_owned()),
                urgency: None,
                category: Some(category.map(|level| level.map(str::to_owned))),
                topic: None,
                moves_deadline: false,
                proposed: said
                    .iter()
                    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                    .collect(),
            },
            given_to,
        }
    }

    #[test]
    fn a_decision_is_an_example_whatever_had_been_proposed() {
        let one = decided(
            &[("category", "住房物业")],
            [Some("市容环境"), Some("环境卫生"), None],
            None,
        );
        let learned = examples(std::slice::from_ref(&one), Subject::Category);
        assert_eq!(learned[0].label, "市容环境 / 环境卫生");
        assert_eq!(examples(&[one], Subject::RequesterType)[0].label, "citizen");
    }

    #[test]
    fn wrong_proposals_are_counted_by_subject_and_by_entry() {
        let (unit, other) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        let unit_word = unit.to_string();
        let said = [
            ("category", "市容环境"),
            ("unit", &*unit_word),
            ("entry", "sanitation"),
        ];
        let large = [Some("市容环境"), None, None];
        let all = [
            decided(&said, large, Some(unit)),
            decided(&said, large, Some(other)),
            decided(&said, [Some("公共安全"), None, None], None),
        ];
        let tallies = tally(&all);
        let (category, sanitation) = (tallies.subjects["category"], tallies.entries["sanitation"]);
        assert_eq!((category.proposed, category.corrected), (3, 1));
        assert_eq!((sanitation.proposed, sanitation.corrected), (2, 1));
        assert_eq!(tallies.subjects.get("urgency"), None);
    }

    #[test]
    fn levels_go_into_one_word_and_back() {
        for levels in [[Some("a"), Some("b"), Some("c")], [Some("a"), None, None]] {
            let levels = levels.map(|level| level.map(str::to_owned));
            assert_eq!(parted(&joined(&levels).unwrap()), levels);
        }
        assert_eq!(joined(&[None, None, None]), None);
    }
}
