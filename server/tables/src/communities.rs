//! Which of our communities a table means.

use std::collections::BTreeMap;

use sync_core::Id;

use store::units::{Unit, UnitKind};

/// Endings that one list writes and another leaves out, longest first.
const ENDINGS: &[&str] = &["居民委员会", "村民委员会", "居委会", "村委会", "社区"];

/// The communities of a sub-district by the part of the name that tells them apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Communities(BTreeMap<String, Id>);

impl Communities {
    pub(crate) fn of(units: &[Unit]) -> Self {
        let communities = units.iter().filter(|unit| unit.kind == UnitKind::Community);
        Self(
            communities
                .map(|unit| (distinctive(&unit.name), unit.id))
                .collect(),
        )
    }

    /// The community that this text names, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<Id> {
        self.0.get(&distinctive(name)).copied()
    }
}

fn distinctive(name: &str) -> String {
    let mut name = name.trim();
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
        for name in ["和平社区居民委员会", "和平社区", "和平", " 和平社区居委会 "]
        {
            assert_eq!(communities.find(name), Some(community), "{name}");
        }
        assert_eq!(communities.find("和平路社区"), None);
    }
}
