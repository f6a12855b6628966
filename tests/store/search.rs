//! Search finds any part of a text, and nothing else, on both databases alike.

use harness::backends::{on_postgres, on_sqlite};
use harness::on_both_backends;
use harness::simulation::{Chance, scale};
use store::tickets::{NewTicket, TicketFilter, TicketOrder};
use store::{Db, Tx};
use sync_core::{Id, Timestamp};

use super::rows::{self, TENANT};
use super::tickets::ticket;

on_both_backends! {
    what_looks_alike_finds_each_other,
    an_index_that_was_lost_is_made_again,
}

#[test]
fn any_part_of_a_text_finds_every_text_that_has_it_and_no_other_on_sqlite() {
    on_sqlite(any_part_finds);
}

#[test]
fn any_part_of_a_text_finds_every_text_that_has_it_and_no_other_on_postgres() {
    on_postgres(any_part_finds);
}

async fn found(tx: &mut Tx, query: &str, viewer: Option<Id>) -> Vec<Id> {
    let filter = TicketFilter {
        query: Some(query.to_owned()),
        viewer,
        ..TicketFilter::default()
    };
    let order = TicketOrder::Due;
    let rows = tx.list_tickets(TENANT, &filter, order, None, 500).await;
    let mut ids: Vec<Id> = rows.unwrap().into_iter().map(|row| row.id).collect();
    // The count without a join, where there is one, and with it.
    let narrowed = TicketFilter {
        channel: Some("12345电话".to_owned()),
        ..filter.clone()
    };
    for filter in [&filter, &narrowed] {
        let count = tx.count_tickets(TENANT, filter).await.unwrap();
        assert_eq!(count, i64::try_from(ids.len()).unwrap(), "{query}");
    }
    ids.sort();
    ids
}

/// Few letters, so that texts share their parts, and every sign that a search language knows.
const LETTERS: &str = "楼道堆物水路南北座aAbBzZ019％%_\\'\"*()&|!:<>-+^~$@,.;、。（）—　";

fn text(chance: &mut Chance, length: usize) -> String {
    let letters: Vec<char> = LETTERS.chars().collect();
    let length = 1 + chance.below(length);
    let mut text = String::new();
    for _ in 0..length {
        text.push(*chance.pick(&letters).unwrap());
        if chance.below(12) == 0 {
            text.push(' ');
        }
    }
    text
}

/// What a person takes for the same text: other case and width.
fn otherwise(chance: &mut Chance, text: &str) -> String {
    let other = |c: char| match (chance.below(3), c) {
        (0, '!'..='~') => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        (1, _) => c.to_ascii_uppercase(),
        (2, _) => c.to_ascii_lowercase(),
        _ => c,
    };
    text.chars().map(other).collect()
}

/// By hand, and for these letters alone: what the index must do.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap(),
        '\u{3000}' => ' ',
        c => c,
    };
    let text: String = text.chars().map(narrow).collect();
    text.to_ascii_lowercase()
}

async fn any_part_finds(db: Db) {
    let chance = &mut Chance::new(7);
    let mut tx = rows::begin(&db).await;
    let mut texts: Vec<(Id, String)> = Vec::new();
    let mut tickets: Vec<NewTicket> = Vec::new();
    for n in 0..scale(60, 200) {
        let mut one = ticket(10);
        one.id = chance.id(Timestamp::from_millis(1_000));
        one.upstream_no = Some(format!("{}{n}", text(chance, 4)));
        one.title = text(chance, 12);
        one.address = (n % 3 > 0).then(|| text(chance, 12));
        one.description = text(chance, 80);
        let address = one.address.as_deref().unwrap_or_default();
        let number = one.upstream_no.as_deref().unwrap();
        let parts = [number, &one.title, address, &one.description];
        texts.push((one.id, plain(&parts.join("\n"))));
        tickets.push(one);
    }
    tx.insert_tickets(TENANT, &tickets, 1).await.unwrap();
    let mut hits = 0;
    for round in 0..scale(150, 3_000) {
        let ticket = &tickets[chance.below(tickets.len())];
        let whole = otherwise(chance, &ticket.description);
        let letters: Vec<char> = whole.chars().collect();
        let from = chance.below(letters.len());
        let length = 1 + chance.below(6).min(letters.len() - from - 1);
        let query: String = letters[from..from + length].iter().collect();
        let asked = plain(&query);
        let words: Vec<&str> = asked.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let fits = |text: &&(Id, String)| words.iter().all(|word| text.1.contains(word));
        let mut right: Vec<Id> = texts.iter().filter(fits).map(|(id, _)| *id).collect();
        right.sort();
        hits += right.len();
        assert!(!right.is_empty(), "round {round}: {query:?}");
        assert_eq!(
            found(&mut tx, &query, None).await,
            right,
            "round {round}: {query:?}"
        );
    }
    assert!(hits > 500, "{hits}");
}

async fn what_looks_alike_finds_each_other(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut wide = ticket(10);
    wide.title = "Ａ座３单元\u{200b}漏水，ＫＴＶ噪声".to_owned();
    let mut narrow = ticket(11);
    narrow.title = "A座3单元".to_owned();
    narrow.description = "50㎡ 的店面；100%满意_好\\坏".to_owned();
    tx.insert_tickets(TENANT, &[wide.clone(), narrow.clone()], 1)
        .await
        .unwrap();
    for (query, right) in [
        ("Ａ座３单元", vec![wide.id, narrow.id]),
        ("a座3单元", vec![wide.id, narrow.id]),
        ("单元漏水", vec![wide.id]),
        ("ktv", vec![wide.id]),
        ("噪声 漏水", vec![wide.id]),
        ("50m2", vec![narrow.id]),
        ("100%满意_好\\坏", vec![narrow.id]),
        ("１００％满意", vec![narrow.id]),
        ("100_满意", vec![]),
        ("坏", vec![narrow.id]),
    ] {
        assert_eq!(found(&mut tx, query, None).await, right, "{query}");
    }
}

async fn an_index_that_was_lost_is_made_again(db: Db) {
    let mut tx = rows::begin(&db).await;
    tx.insert_tickets(TENANT, &[ticket(10), ticket(11)], 1)
        .await
        .unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => {
            sqlx::query("DELETE FROM ticket_search")
                .execute(&mut **tx)
                .await
                .unwrap();
        }
        Tx::Postgres(tx) => {
            sqlx::query("DELETE FROM ticket_search")
                .execute(&mut **tx)
                .await
                .unwrap();
        }
    }
    assert_eq!(found(&mut tx, "堆物10", None).await, vec![]);
    tx.index_again(TENANT).await.unwrap();
    tx.index_again(TENANT).await.unwrap();
    assert_eq!(found(&mut tx, "堆物10", None).await, vec![ticket(10).id]);
    let behind = tx.index_tickets_behind(TENANT, None).await.unwrap();
    assert_eq!(behind, Some(ticket(11).id));
    assert_eq!(tx.index_tickets_behind(TENANT, behind).await.unwrap(), None);
    assert_eq!(
        found(&mut tx, "堆物", None).await,
        [10, 11].map(|n| ticket(n).id)
    );
}
