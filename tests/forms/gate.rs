//! What answers the gate takes: it knows no form, and holds each cell to its type, its length and their number.

use sync_core::document::Document;
use sync_core::edit::{Edit, EditError};
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::limits;
use sync_core::reason::Reason;
use sync_core::record::Record;
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);
const WRITER: Writer = Writer {
    person: Id::from_bytes([9; 16]),
    role: Role::GridWorker,
};

fn answer(question: &str, part: &str, value: Value) -> Edit {
    Edit::Answer {
        question: question.to_owned(),
        part: part.to_owned(),
        value,
    }
}

fn candidate(bytes: Vec<u8>) -> Candidate {
    Candidate {
        bytes,
        writer: WRITER,
    }
}

#[test]
fn an_answer_is_held_to_its_type_and_length_at_entry() {
    let mut phone = Document::seeded(Kind::VISIT);
    let text = |length: usize| Value::Text("字".repeat(length));
    for (part, fits, refused) in [
        ("text", text(1_000), text(1_001)),
        (
            "number",
            Value::Int(-1_000_000_000_000),
            Value::Int(1_000_000_000_001),
        ),
        ("date", Value::Time(NOW), Value::Text("今天".to_owned())),
        ("choice", text(40), Value::Int(1)),
        ("has:slip", Value::Flag(false), Value::Int(1)),
    ] {
        let made = phone.edit(&answer("people", part, fits), [1; 16], NOW);
        assert!(made.unwrap().is_some(), "{part}");
        let no = phone.edit(&answer("people", part, refused), [1; 16], NOW);
        assert_eq!(no, Err(EditError::ValueRefused), "{part}");
    }
    for (question, part) in [
        ("People", "text"),
        ("", "text"),
        ("people", "has:"),
        ("people", "all"),
    ] {
        let no = phone.edit(&answer(question, part, Value::Empty), [1; 16], NOW);
        assert_eq!(no, Err(EditError::PathUnknown), "{question}/{part}");
    }
    assert_eq!(Record::of(&phone).answers.len(), 5);
    // Other kinds have no answers.
    let mut mediation = Document::seeded(Kind::MEDIATION);
    let no = mediation.edit(&answer("people", "number", Value::Int(1)), [1; 16], NOW);
    assert_eq!(no, Err(EditError::PathUnknown));
    // And entries have none.
    let entry = Edit::PutEntry {
        collection: "items".to_owned(),
        id: Id::from_bytes([4; 16]),
        fields: [("answers/people/number".to_owned(), Value::Int(1))].into(),
    };
    assert_eq!(
        phone.edit(&entry, [1; 16], NOW),
        Err(EditError::PathUnknown)
    );
}

#[test]
fn answers_of_many_phones_merge_and_a_document_has_only_so_many() {
    let fill = |actor: u8, from: usize| {
        let mut phone = Document::seeded(Kind::VISIT);
        let edits = (from..from + limits::ANSWERS).map(|n| {
            let edit = answer(&format!("q{n}"), "number", Value::Int(1));
            candidate(phone.edit(&edit, [actor; 16], NOW).unwrap().unwrap())
        });
        let made: Vec<_> = edits.collect();
        let more = phone.edit(&answer("more", "text", Value::Empty), [actor; 16], NOW);
        assert_eq!(more, Ok(None), "nothing to take back");
        let more = answer("more", "number", Value::Int(1));
        let full = phone.edit(&more, [actor; 16], NOW);
        assert_eq!(full, Err(EditError::TooManyAnswers));
        // What is there can still be changed.
        let again = answer(&format!("q{from}"), "number", Value::Int(2));
        assert!(phone.edit(&again, [actor; 16], NOW).unwrap().is_some());
        made
    };
    let merged = limits::ANSWERS_MERGED / limits::ANSWERS;
    let all: Vec<_> = (0..=merged)
        .flat_map(|n| fill(u8::try_from(n).unwrap() + 1, n * limits::ANSWERS))
        .collect();
    let admission = admit(&Document::seeded(Kind::VISIT), &all);
    let mut verdicts = admission.verdicts.iter();
    let taken = verdicts
        .by_ref()
        .take_while(|verdict| matches!(verdict, Verdict::Admitted(_)))
        .count();
    assert_eq!(taken, limits::ANSWERS_MERGED);
    let full = &admission.verdicts[taken];
    assert_eq!(full, &Verdict::Quarantined(Reason::DocumentFull));
    let record = Record::of(&admission.document);
    assert_eq!(record.answers.len(), limits::ANSWERS_MERGED);
}

#[test]
fn what_stands_after_a_pick_between_two_answers_is_admitted() {
    let (mut one, mut two) = (Document::seeded(Kind::VISIT), Document::seeded(Kind::VISIT));
    let edit = |number| answer("people", "number", Value::Int(number));
    let first = one.edit(&edit(1), [1; 16], NOW).unwrap().unwrap();
    let second = two.edit(&edit(2), [2; 16], NOW).unwrap().unwrap();
    let both = [candidate(first), candidate(second)];
    let merged = admit(&Document::seeded(Kind::VISIT), &both).document;
    let record = Record::of(&merged);
    let paths: Vec<_> = record.disagreements().map(|(path, _)| path).collect();
    assert_eq!(paths, ["answers/people/number"]);
    for number in [1, 2] {
        let mut office = Document::load(Kind::VISIT, &merged.save()).unwrap();
        let pick = Edit::Settle {
            path: "answers/people/number".to_owned(),
            value: Value::Int(number),
        };
        let change = office.edit(&pick, [3; 16], NOW).unwrap().unwrap();
        let admission = admit(&merged, &[candidate(change)]);
        assert!(matches!(admission.verdicts[..], [Verdict::Admitted(_)]));
        let record = Record::of(&admission.document);
        assert_eq!(record.disagreements().count(), 0);
        assert_eq!(*record.answer("answers/people/number"), Value::Int(number));
    }
}
