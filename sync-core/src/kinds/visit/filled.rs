//! What a visit has filled in, as far as forms ask for it.

use super::pair::{self, Proof};
use crate::form::{Filled, Section};
use crate::record::{Entry, Record};
use crate::value::Value;

/// Reads it out of a record.
pub fn filled(record: &Record) -> Filled {
    let present = |collection: &str| {
        let entries = record.entries(collection).iter();
        entries.filter(|entry| !entry.is_removed())
    };
    let any = |collection: &str| present(collection).next().is_some();
    let said = |name: &str| !matches!(record.field(name), Value::Empty | Value::Flag(false));
    let written = record.notes.values().any(|text| !text.trim().is_empty());
    let photos: Vec<&Entry> = present("photos").filter(|one| !is_voice(one)).collect();
    let sections = Section::ALL.into_iter().filter(|section| match section {
        Section::Arrival => any("arrivals"),
        Section::People => any("participants"),
        Section::Finding => said("finding_kind"),
        Section::Photos => !photos.is_empty(),
        Section::Persuasion => any("persuasions"),
        Section::Items => any("items"),
        Section::Cleanup => said("cleanup_state"),
        Section::Notes => written,
        Section::Outcome => said("outcome"),
    });
    let cleared = matches!(
        record.field("cleanup_state").text(),
        Some("done" | "partial")
    );
    let refused = present("persuasions").any(|entry| {
        entry.value("reaction").text() == Some("refused")
            && *entry.value("next_visit_at") == Value::Empty
    });
    let proven = (cleared && !photos.is_empty()).then(|| pair::proof(&photos));
    Filled {
        form: record.field("form").text().unwrap_or_default().to_owned(),
        sections: sections.collect(),
        unpaired: proven == Some(Proof::Unpaired),
        same_picture: proven == Some(Proof::SamePicture),
        spots_apart: proven == Some(Proof::Apart),
        no_next_visit: refused && *record.field("next_visit_at") == Value::Empty,
        answers: Filled::answers_of(record),
    }
}

/// Whether an entry is what somebody said, and no picture.
fn is_voice(entry: &Entry) -> bool {
    entry.value("role").text() == Some("voice")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::edit::Edit;
    use crate::form::Form;
    use crate::ids::Id;
    use crate::kinds::Kind;
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

    struct Visit(Document);

    impl Visit {
        fn new() -> Self {
            Self(Document::seeded(Kind::VISIT))
        }

        fn edit(&mut self, edit: &Edit) -> &mut Self {
            self.0.edit(edit, [1; 16], NOW).unwrap();
            self
        }

        fn set(&mut self, field: &str, value: &str) -> &mut Self {
            self.edit(&Edit::SetField {
                field: field.to_owned(),
                value: Value::Text(value.to_owned()),
            })
        }

        fn put(&mut self, collection: &str, n: u8, fields: &[(&str, &str)]) -> &mut Self {
            let text = |text: &&str| Value::Text((*text).to_owned());
            let fields = fields.iter();
            self.edit(&Edit::PutEntry {
                collection: collection.to_owned(),
                id: Id::from_bytes([n; 16]),
                fields: fields
                    .map(|(name, value)| ((*name).to_owned(), text(value)))
                    .collect(),
            })
        }

        fn missing(&self) -> Vec<String> {
            let missing = Form::shipped()[0].missing(&filled(&Record::of(&self.0)));
            missing
                .iter()
                .map(|one| format!("{:?}", one.what))
                .collect()
        }
    }

    fn whole() -> Visit {
        let mut visit = Visit::new();
        visit
            .set("finding_kind", "clutter")
            .set("cleanup_state", "done")
            .set("outcome", "resolved")
            .put("arrivals", 1, &[("address", "一号院")])
            .put("participants", 2, &[("role", "grid_worker")])
            .put("photos", 3, &[("role", "before"), ("pair", "X")])
            .put("photos", 4, &[("role", "after"), ("pair", "X")]);
        visit
    }

    #[test]
    fn an_empty_visit_lacks_everything_in_the_order_of_the_page_and_a_whole_one_nothing() {
        let all = [
            "Arrival", "People", "Finding", "Photo", "Cleanup", "Outcome",
        ];
        assert_eq!(Visit::new().missing(), all);
        assert_eq!(whole().missing(), Vec::<String>::new());
    }

    #[test]
    fn a_clearing_needs_the_same_place_before_and_after() {
        let mut visit = whole();
        visit.put("photos", 4, &[("pair", "Y")]);
        assert_eq!(visit.missing(), ["BeforeAfter"]);
        visit.set("cleanup_state", "not_needed");
        assert!(visit.missing().is_empty());
        // A later photo names the first one, which names nobody.
        let mut later = whole();
        later.put("photos", 3, &[("pair", "")]);
        let first = Id::from_bytes([5; 16]).to_string();
        later.put("photos", 5, &[("role", "before")]);
        assert_eq!(later.missing(), ["BeforeAfter"]);
        later.put("photos", 4, &[("pair", &first)]);
        assert!(later.missing().is_empty());
    }

    #[test]
    fn before_and_after_are_of_one_spot_or_somebody_says_why() {
        let near = 300_000_000;
        let at = |visit: &mut Visit, n: u8, lat: i64| {
            let fields = [
                ("lat_e7", lat),
                ("lon_e7", 1_160_000_000),
                ("accuracy_m", 8),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), Value::Int(value)));
            visit.edit(&Edit::PutEntry {
                collection: "photos".to_owned(),
                id: Id::from_bytes([n; 16]),
                fields: fields.into(),
            });
        };
        let mut visit = whole();
        at(&mut visit, 3, near);
        // One of them alone has a position: its place was chosen by hand.
        assert!(visit.missing().is_empty());
        // 49 m and 51 m to the north.
        at(&mut visit, 4, near + 4_402);
        assert!(visit.missing().is_empty());
        at(&mut visit, 4, near + 4_582);
        assert_eq!(visit.missing(), ["SameSpot"]);
        visit.put("photos", 4, &[("spot_why", "楼里没有信号，位置不准")]);
        assert!(visit.missing().is_empty());
        visit.put("photos", 4, &[("spot_why", " ")]);
        // One pair that fits is enough.
        visit.put("photos", 7, &[("role", "before"), ("pair", "Z")]);
        visit.put("photos", 8, &[("role", "after"), ("pair", "Z")]);
        assert!(visit.missing().is_empty());
    }

    #[test]
    fn photos_without_position_are_of_one_spot_when_they_name_one_place() {
        let mut visit = whole();
        visit.put("photos", 3, &[("place", "3号楼 1单元")]);
        assert!(visit.missing().is_empty());
        visit.put("photos", 4, &[("place", "5号楼 2单元")]);
        assert_eq!(visit.missing(), ["SameSpot"]);
        visit.put("photos", 4, &[("place", "3号楼 1单元")]);
        assert!(visit.missing().is_empty());
    }

    #[test]
    fn one_picture_does_not_prove_before_and_after() {
        let hash = |visit: &mut Visit, n: u8, name: &str, byte: u8| {
            visit.edit(&Edit::PutEntry {
                collection: "photos".to_owned(),
                id: Id::from_bytes([n; 16]),
                fields: [(name.to_owned(), Value::Bytes(vec![byte; 32]))].into(),
            });
        };
        let mut visit = whole();
        for (n, kept) in [(3, 1), (4, 2)] {
            hash(&mut visit, n, "sha256", kept);
            hash(&mut visit, n, "original_sha256", 9);
        }
        assert_eq!(visit.missing(), ["SamePicture"]);
        hash(&mut visit, 4, "original_sha256", 8);
        assert!(visit.missing().is_empty());
        hash(&mut visit, 4, "sha256", 1);
        assert_eq!(visit.missing(), ["SamePicture"]);
    }

    #[test]
    fn a_photo_that_was_taken_out_does_not_count() {
        let mut visit = whole();
        visit.edit(&Edit::RemoveEntry {
            collection: "photos".to_owned(),
            id: Id::from_bytes([4; 16]),
        });
        assert_eq!(visit.missing(), ["BeforeAfter"]);
    }

    #[test]
    fn a_voice_note_is_no_photo() {
        let mut visit = whole();
        for photo in [3, 4] {
            visit.put("photos", photo, &[("role", "voice")]);
        }
        assert_eq!(visit.missing(), ["Photo"]);
    }

    #[test]
    fn a_refusal_needs_a_next_date_its_own_or_the_visits() {
        let refused = |visit: &mut Visit| {
            visit.put("persuasions", 6, &[("reaction", "refused")]);
        };
        let mut visit = whole();
        refused(&mut visit);
        assert_eq!(visit.missing(), ["NextVisit"]);
        let at = Value::Time(NOW);
        visit.edit(&Edit::SetField {
            field: "next_visit_at".to_owned(),
            value: at.clone(),
        });
        assert!(visit.missing().is_empty());
        let mut own = whole();
        refused(&mut own);
        own.edit(&Edit::PutEntry {
            collection: "persuasions".to_owned(),
            id: Id::from_bytes([6; 16]),
            fields: [("next_visit_at".to_owned(), at)].into(),
        });
        assert!(own.missing().is_empty());
    }
}
