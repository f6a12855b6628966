//! What there is to choose from when a ticket is classified, as data: a version of it is one JSON text.

mod check;

use serde::{Deserialize, Serialize};
use sync_core::Id;

pub use check::Fault;

/// Types, topics, causes and duties, as the office last wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// 类别: the tree of types.
    pub types: Vec<LargeType>,
    /// 重点问题: the focus topics.
    pub topics: Vec<Topic>,
    /// 诉求根源: the root causes.
    pub causes: Vec<Cause>,
    /// 派单目录: which unit handles what.
    pub duties: Vec<Duty>,
    /// Words that make a ticket hurry.
    pub urgency: UrgencyWords,
}

/// 大类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LargeType {
    /// Unique among the large types.
    pub name: String,
    /// Its code in GB/T 39666, if the office has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gb_code: Option<String>,
    /// Its middle types.
    pub below: Vec<MiddleType>,
}

/// 中类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MiddleType {
    /// Unique within its large type.
    pub name: String,
    /// Its code in GB/T 39666, if the office has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gb_code: Option<String>,
    /// Its small types.
    pub below: Vec<SmallType>,
}

/// 小类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmallType {
    /// Unique within its middle type.
    pub name: String,
    /// Its code in GB/T 39666, if the office has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gb_code: Option<String>,
    /// What people say when they mean it. Proposes it until enough has been learned.
    pub words: Vec<String>,
}

/// A focus topic, with what is asked about it and what usually lies behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Never changed: tickets keep it.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// What people say when they mean it.
    pub words: Vec<String>,
    /// Ids of the causes that are offered first.
    pub causes: Vec<String>,
    /// What is asked beside the common fields.
    pub form: Vec<FormField>,
}

/// A field of a topic's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Never changed: tickets keep answers under it.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// What is answered.
    pub kind: FieldKind,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// An amount, kept in fen.
    Money,
    /// A count.
    Number,
    /// Words.
    Text,
}

/// A root cause; those without `parent` are the roots of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Never changed: tickets keep it.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// The id of the cause above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// One entry of the duty catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Never changed: proposals are counted under it.
    pub id: String,
    /// The type it is for, from the large one down to as far as it goes; empty for any.
    pub category: Vec<String>,
    /// What people say when they mean it.
    pub words: Vec<String>,
    /// Who handles it.
    pub to: Handler,
    /// On which rule that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// Who handles a duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Handler {
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub id: Option<Id>,
    /// The unit's name, by which it is found as long as there is no id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The community of the ticket, whichever that is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub community: bool,
}

/// Words that make a ticket hurry; without any it is ordinary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UrgencyWords {
    /// 特急: life is in danger.
    pub critical: Vec<String>,
    /// 紧急
    pub urgent: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Catalogue {
    /// What a new sub-district begins with, until its office writes its own: the five focus topics, and types, causes and duties
    /// in words of our own. Empty only if the program was built with a damaged file, which a test forbids.
    pub fn first() -> Self {
        serde_json::from_str(include_str!("catalogue/first.json")).unwrap_or_default()
    }

    /// Every small type with the names above it.
    pub fn small_types(&self) -> impl Iterator<Item = ([&str; 3], &SmallType)> {
        self.types.iter().flat_map(|large| {
            large.below.iter().flat_map(move |middle| {
                middle
                    .below
                    .iter()
                    .map(move |small| ([&*large.name, &*middle.name, &*small.name], small))
            })
        })
    }

    /// Whether the tree has a type with these names from the large one down.
    pub fn has_type(&self, names: &[&str]) -> bool {
        let Some((large, names)) = names.split_first() else {
            return true;
        };
        let Some(large) = self.types.iter().find(|it| it.name == *large) else {
            return false;
        };
        let Some((middle, names)) = names.split_first() else {
            return true;
        };
        let Some(middle) = large.below.iter().find(|it| it.name == *middle) else {
            return false;
        };
        match names {
            [] => true,
            [small] => middle.below.iter().any(|it| it.name == *small),
            _ => false,
        }
    }

    /// The names of a class from the large one down, `None` where it ends; whether the tree has it. No name at all is no class,
    /// which a ticket may have.
    pub fn has_category(&self, category: &[Option<String>; 3]) -> bool {
        let named: Vec<&str> = category.iter().map_while(Option::as_deref).collect();
        let without_gap = category.iter().flatten().count() == named.len();
        without_gap && self.has_type(&named)
    }

    /// The root cause with this id.
    pub fn cause(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// The topic with this id.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_new_sub_district_begins_with_the_five_focus_topics_each_with_a_form_and_causes() {
        let first = Catalogue::first();
        let names: Vec<_> = first.topics.iter().map(|topic| &*topic.name).collect();
        assert_eq!(
            names,
            [
                "占道经营",
                "租房退押金",
                "物业服务",
                "老旧小区改造",
                "交通出行"
            ]
        );
        for topic in &first.topics {
            assert!(
                topic.form.len() >= 3 && topic.causes.len() >= 3,
                "{topic:?}"
            );
        }
        assert_eq!(first.check(), Ok(()));
    }

    #[test]
    fn every_large_type_has_a_duty_and_every_small_type_its_words() {
        let first = Catalogue::first();
        let duties: BTreeSet<_> = first
            .duties
            .iter()
            .filter_map(|it| it.category.first())
            .collect();
        for large in &first.types {
            assert!(duties.contains(&large.name), "{}", large.name);
        }
        for (names, small) in first.small_types() {
            assert!(!small.words.is_empty(), "{names:?}");
            assert!(first.has_type(&names));
        }
        assert!(!first.has_type(&["市容环境", "工资"]));
    }
}
