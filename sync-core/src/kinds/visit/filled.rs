//! What a visit has filled in, as far as forms ask for it.

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
    Filled {
        form: record.field("form").text().unwrap_or_default().to_owned(),
        sections: sections.collect(),
        unpaired: cleared && !photos.is_empty() && !is_paired(&photos),
        no_next_visit: refused && *record.field("next_visit_at") == Value::Empty,
        answers: Filled::answers_of(record),
    }
}

/// Whether an entry is what somebody said, and no picture.
fn is_voice(entry: &Entry) -> bool {
    entry.value("role").text() == Some("voice")
}

/// Whether one place is there before and after. A first photo of a place names no pair: later ones name it.
fn is_paired(photos: &[&Entry]) -> bool {
    let place = |entry: &Entry| {
        let pair = entry.value("pair").text();
        pair.map_or_else(|| entry.id.to_string(), str::to_owned)
    };
    let of = |role: &'static str| {
        let photos = photos.iter();
        photos.filter(move |one| one.value("role").text() == Some(role))
    };
    of("after").any(|after| of("before").any(|before| place(before) == place(after)))
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
