//! Which of our communities a table means.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::Id;

use super::plain;
use store::units::{Unit, UnitKind};

/// Endings that one list writes and another leaves out, longest first.
const ENDINGS: &[&str] = &["居民委员会", "村民委员会", "居委会", "村委会", "社区"];

/// The communities of a sub-district by the part of the name that tells them apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Communities(BTreeMap<String, (Id, String)>);

impl Communities {
    pub(crate) fn of(units: &[Unit]) -> Self {
        let communities = units.iter().filter(|unit| unit.kind == UnitKind::Community);
        Self(
            communities
                .map(|unit| (distinctive(&unit.name), (unit.id, unit.name.clone())))
                .collect(),
        )
    }

    /// Id and name of the community that this text names, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<(Id, String)> {
        self.0.get(&distinctive(name)).cloned()
    }
}

/// A name that the file uses and the sub-district does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UnknownName {
    /// As the file writes it.
    pub name: String,
    /// In how many rows.
    pub rows: u64,
}

/// Names that are listed, the most frequent first.
const NAMES: usize = 50;

/// Counts unknown names.
#[derive(Debug, Default)]
pub(crate) struct UnknownNames(BTreeMap<String, u64>);

impl UnknownNames {
    pub(crate) fn note<'a>(
        &mut self,
        named: impl Iterator<Item = &'a str>,
        communities: &Communities,
    ) {
        for name in named.filter(|name| communities.find(name).is_none()) {
            *self.0.entry(name.to_owned()).or_default() += 1;
        }
    }

    pub(crate) fn listed(self) -> Vec<UnknownName> {
        let names = self.0.into_iter();
        let mut names: Vec<_> = names
            .map(|(name, rows)| UnknownName { name, rows })
            .collect();
        names.sort_by_key(|one| std::cmp::Reverse(one.rows));
        names.truncate(NAMES);
        names
    }
}

/// The part of a name that tells communities apart, as it looks.
pub(crate) fn distinctive(name: &str) -> String {
    let seen = plain::seen(name);
    let mut name = seen.trim();
    for ending in ENDINGS {
        name = name.strip_suffix(ending).unwrap_or(name);
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_community_is_found_by_each_usual_form_of_its_name() {
        let community = Id::from_bytes([1; 16]);
        let units = [Unit {
            id: community,
            tenant: Id::from_bytes([2; 16]),
            kind: UnitKind::Community,
            code: "1".to_owned(),
            name: "和平社区居民委员会".to_owned(),
            parent: None,
        }];
        let communities = Communities::of(&units);
        for name in [
            "和平社区居民委员会",
            "和平社区",
            "和平",
            " 和平社区居委会 ",
            "和\u{200b}平社区",
        ] {
            let found = communities.find(name).map(|(id, _)| id);
            assert_eq!(found, Some(community), "{name}");
        }
        assert_eq!(communities.find("和平路社区"), None);
    }
}
