//! What lists show, made again from the log, is what they showed.

use harness::backends::{Backend, on_postgres, on_sqlite};
use harness::simulation::{Chance, gesture, scale};
use harness::snapshot::Snapshot;
use serde_json::json;
use store::visit_lists::VisitFilter;
use sync_core::Id;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::replica::ReplicaError;

use crate::sync::street::Street;

#[test]
fn a_rebuild_after_a_busy_week_makes_every_row_as_it_was_on_sqlite() {
    on_sqlite(async |backend: Backend| weeks(backend, 1, scale(3, 40)).await);
}

#[test]
fn a_rebuild_after_a_busy_week_makes_every_row_as_it_was_on_postgres() {
    on_postgres(async |backend: Backend| weeks(backend, 9_000, scale(1, 20)).await);
}

async fn weeks(backend: Backend, first: u64, seeds: usize) {
    let mut street = Street::open(backend, |_| {}).await;
    for seed in (first..).take(seeds) {
        week(&mut street, &mut Chance::new(seed)).await;
        is_the_same_again(&street, seed).await;
    }
}

/// Two people and an office: records, disagreements, decisions, tickets that move.
async fn week(street: &mut Street, chance: &mut Chance) {
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
    let other = street.add_ticket("grid", street.grid).await;
    let mut docs = vec![street.worker.create_visit(street.ticket)];
    for _ in 0..60 {
        street.hub.app().clock().advance(40 * 60_000);
        let doc = *chance.pick(&docs).unwrap();
        match chance.below(14) {
            12..=13 => disagree(street, doc),
            0..=3 => write(street, doc, true, chance),
            4..=6 => write(street, doc, false, chance),
            7 => {
                let known = street.worker.replica().records();
                if known.iter().any(|row| row.doc == doc && !row.locked) {
                    street
                        .worker
                        .mark(doc, chance.pick(&["submit", "withdraw"]).unwrap());
                }
            }
            8 => {
                // It meets a decision where there is something to decide on.
                let decision = *chance.pick(&["approve", "return", "reject"]).unwrap();
                let body = json!({ "decision": decision, "remark": "请补充。", "accept_missing_photos": true });
                if street.seen(doc).await > 0 {
                    street.review(doc, body).await;
                }
            }
            9 => settle(street, doc, chance).await,
            10 => {
                let ticket = *chance.pick(&[street.ticket, other]).unwrap();
                docs.push(street.worker.create_visit(ticket));
            }
            _ => {
                let to = *chance.pick(&[street.grid, street.other_grid]).unwrap();
                street.assign(other, "grid", to).await;
            }
        }
        if chance.below(3) == 0 {
            street.worker.sync(&street.hub).await;
        }
        if chance.below(3) == 0 {
            street.captain.sync(&street.hub).await;
        }
    }
    street.assign(other, "grid", street.grid).await;
    street.worker.sync(&street.hub).await;
    street.captain.sync(&street.hub).await;
}

fn write(street: &mut Street, doc: Id, worker: bool, chance: &mut Chance) {
    let phone = if worker {
        &mut street.worker
    } else {
        &mut street.captain
    };
    if !phone
        .replica()
        .records()
        .iter()
        .any(|row| row.doc == doc && row.kind == Kind::VISIT)
    {
        return;
    }
    let record = phone.record(doc);
    let edit = gesture(&record, phone.caller.person, phone.now(), chance);
    match phone.try_edit(doc, &edit) {
        Ok(()) | Err(ReplicaError::Locked) => {}
        Err(error) => panic!("an honest gesture was refused: {error}, {edit:?}"),
    }
}

/// Both write the same place at the same time, where both may.
fn disagree(street: &mut Street, doc: Id) {
    for (phone, room) in [(&mut street.worker, "101"), (&mut street.captain, "102")] {
        let rows = phone.replica().records();
        if rows
            .iter()
            .any(|row| row.doc == doc && !row.locked && row.kind == Kind::VISIT)
        {
            phone.set(doc, "room", room);
        }
    }
}

async fn settle(street: &Street, doc: Id, chance: &mut Chance) {
    if street.seen(doc).await == 0 {
        return;
    }
    let story = street.story(doc).await;
    let open = story["disagreements"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if let Some(one) = chance.pick(&open) {
        let path = one["path"].as_str().unwrap_or_default();
        let choice = one["choices"][0]["op"].as_str().unwrap_or_default();
        let body = json!({ "path": path, "choice": choice, "reason": "以现场照片为准" });
        street.settle(doc, body).await;
    }
}

async fn is_the_same_again(street: &Street, seed: u64) {
    let store = street.hub.app().store();
    let before = Snapshot::take(store).await;
    let shown = before.rows("visit").len();
    assert!(
        shown > 0 && !before.rows("disagreement").is_empty(),
        "seed {seed} is a busy week"
    );
    // Nothing is touched where nothing is wrong.
    let quiet = doors::rebuild(store, street.hub.tenant(), |_, _| {})
        .await
        .unwrap();
    assert_eq!(quiet.different, 0, "seed {seed}");
    same(&before, &Snapshot::take(store).await, seed);
    // Everything that is derived is lost, and made again.
    before
        .without(&["visit", "visit_words", "photo_list", "document_photo"])
        .put_back(store)
        .await;
    let mut told = 0;
    let made = doors::rebuild(store, street.hub.tenant(), |done, _| told = done)
        .await
        .unwrap();
    assert_eq!(
        (made.documents, made.different, told),
        (shown, shown, shown),
        "seed {seed}"
    );
    same(&before, &Snapshot::take(store).await, seed);
}

fn same(before: &Snapshot, after: &Snapshot, seed: u64) {
    for table in store::dump::table_names() {
        assert_eq!(
            before.rows(table),
            after.rows(table),
            "seed {seed}: {table}"
        );
    }
}

#[test]
fn what_was_written_in_a_visit_finds_it_again_after_a_rebuild_on_sqlite() {
    on_sqlite(words_are_found_again);
}

#[test]
fn what_was_written_in_a_visit_finds_it_again_after_a_rebuild_on_postgres() {
    on_postgres(words_are_found_again);
}

async fn words_are_found_again(mut street: Street) {
    street.worker.sync(&street.hub).await;
    let doc = street.worker.create_visit(street.ticket);
    street.worker.set(doc, "address", "和平路1号");
    let note = "result".to_owned();
    for text in ["住户答应搬走衣柜。", "旧沙发已清走，电话13800005678。"] {
        let (note, text) = (note.clone(), text.to_owned());
        street.worker.edit(doc, &Edit::SetNote { note, text });
        street.worker.sync(&street.hub).await;
    }
    let store = street.hub.app().store();
    let before = Snapshot::take(store).await;
    let words = format!("{:?}", before.rows("visit_words"));
    assert!(
        words.contains("和平路1号\\n旧沙发已清走，电话138****5678。"),
        "{words}"
    );
    // Both what is searched and its index are lost.
    before.without(&["visit_words"]).put_back(store).await;
    assert_eq!(found(&street, "旧沙发").await, vec![]);
    let made = doors::rebuild(store, street.hub.tenant(), |_, _| {}).await;
    assert_eq!(made.unwrap().different, 1);
    for (question, right) in [
        ("旧沙发", vec![doc]),
        ("和平路", vec![doc]),
        ("衣柜", vec![]),
        ("13800005678", vec![]),
    ] {
        assert_eq!(found(&street, question).await, right, "{question}");
    }
    same(&before, &Snapshot::take(store).await, 0);
}

async fn found(street: &Street, question: &str) -> Vec<Id> {
    let filter = VisitFilter {
        viewer: Some(street.office.person),
        query: Some(question.to_owned()),
        ..VisitFilter::default()
    };
    let mut tx = street.hub.app().store().read().await.unwrap();
    let lines = tx.list_visits(street.hub.tenant(), &filter, 0, 50).await;
    lines.unwrap().0.into_iter().map(|line| line.doc).collect()
}
