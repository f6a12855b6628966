//! Search finds any part of a text, and nothing else, on both databases alike.

use harness::backends::{on_postgres, on_sqlite};
use harness::on_both_backends;
use harness::simulation::{Chance, scale};
use std::collections::BTreeSet;

use store::documents::DocumentRow;
use store::tickets::{NewTicket, TicketFilter, TicketOrder};
use store::visit_lists::VisitFilter;
use store::visits::{NewVisit, VisitState};
use store::{Db, Tx};
use sync_core::kinds::Kind;
use sync_core::lifecycle::ReviewState;
use sync_core::summary::Summary;
use sync_core::{Id, Timestamp};

use super::rows::{self, DEVICE, PERSON, TENANT};
use super::tickets::ticket;

on_both_backends! {
    what_looks_alike_finds_each_other,
    a_long_text_is_searched_to_its_end,
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

#[test]
fn lists_find_what_a_reading_of_every_text_finds_on_sqlite() {
    on_sqlite(lists_find);
}

#[test]
fn lists_find_what_a_reading_of_every_text_finds_on_postgres() {
    on_postgres(lists_find);
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

/// What a person sees of tickets and visits, with all of their texts.
struct Everything {
    /// With whether [`PERSON`] sees it.
    tickets: Vec<(Id, bool, String)>,
    /// With its ticket.
    visits: Vec<(Id, Id, String)>,
}

impl Everything {
    /// Tickets with the words in their text.
    fn tickets(&self, words: &[&str], viewer: Option<Id>) -> BTreeSet<Id> {
        let seen = self.tickets.iter();
        let seen = seen.filter(|(_, seen, _)| viewer.is_none() || *seen);
        let fitting = seen.filter(|(.., text)| words.iter().all(|word| text.contains(word)));
        fitting.map(|(id, ..)| *id).collect()
    }

    /// Visits with the words in their own text or in that of their ticket.
    fn visits(&self, words: &[&str], viewer: Option<Id>) -> BTreeSet<Id> {
        let (seen, fitting) = (self.tickets(&[], viewer), self.tickets(words, viewer));
        let visits = self.visits.iter();
        let fitting = visits.filter(|(_, ticket, text)| {
            let own = words.iter().all(|word| text.contains(word));
            seen.contains(ticket) && (own || fitting.contains(ticket))
        });
        fitting.map(|(id, ..)| *id).collect()
    }
}

/// Rows of a page, so that there are some pages.
const ROWS: u32 = 7;

/// All pages of the list in an order; each says how many there are.
async fn ticket_pages(tx: &mut Tx, filter: &TicketFilter, order: TicketOrder) -> Vec<Id> {
    let (mut all, mut totals, mut after) = (Vec::new(), BTreeSet::new(), None);
    loop {
        let page = tx.list_tickets_counted(TENANT, filter, order, after, ROWS);
        let (page, total) = page.await.unwrap();
        totals.insert(usize::try_from(total).unwrap());
        all.extend(page.iter().map(|row| row.id));
        let Some(last) = page.last() else { break };
        after = Some(order.place(last));
    }
    assert_eq!(totals, BTreeSet::from([all.len()]), "{filter:?}");
    all
}

async fn visit_pages(tx: &mut Tx, filter: &VisitFilter) -> Vec<Id> {
    let (mut all, mut totals) = (Vec::new(), BTreeSet::new());
    loop {
        let offset = i64::try_from(all.len()).unwrap();
        let page = tx
            .list_visits(TENANT, filter, offset, i64::from(ROWS))
            .await;
        let (page, total) = page.unwrap();
        totals.insert(usize::try_from(total).unwrap());
        all.extend(page.iter().map(|line| line.doc));
        if page.is_empty() {
            break;
        }
    }
    assert_eq!(totals, BTreeSet::from([all.len()]), "{filter:?}");
    all
}

/// Tickets, of which a person sees some, and visits to them; also texts of many pairs, which are kept in another way.
async fn generated(tx: &mut Tx, chance: &mut Chance) -> Everything {
    let now = Timestamp::from_millis(1_000);
    let (mut tickets, mut texts) = (Vec::new(), Vec::new());
    for n in 0..scale(40, 120) {
        let mut one = ticket(10);
        one.id = chance.id(now);
        one.upstream_no = Some(format!("{}{n}", text(chance, 3)));
        one.title = text(chance, 12);
        one.address = (n % 3 > 0).then(|| text(chance, 12));
        one.description = text(chance, if n % 10 == 0 { 3_000 } else { 60 });
        one.due_at = (n % 5 > 0).then(|| Timestamp::from_millis(chance.below(9) as i64));
        let address = one.address.as_deref().unwrap_or_default();
        let number = one.upstream_no.as_deref().unwrap();
        let parts = [number, &one.title, address, &one.description];
        texts.push((one.id, chance.below(3) == 0, plain(&parts.join("\n"))));
        tickets.push(one);
    }
    tx.insert_tickets(TENANT, &tickets, 1).await.unwrap();
    tx.grant_principal(TENANT, PERSON, PERSON, 1).await.unwrap();
    let seen = texts.iter().filter(|(_, seen, _)| *seen);
    let seen: Vec<Id> = seen.map(|(id, ..)| *id).collect();
    tx.grant_ticket_scopes(TENANT, &seen, PERSON, 1)
        .await
        .unwrap();
    let mut visits = Vec::new();
    for _ in 0..scale(40, 120) {
        let ticket = chance.pick(&tickets).unwrap().id;
        let length = if chance.below(10) == 0 { 3_000 } else { 60 };
        visits.push((chance.id(now), ticket, text(chance, length)));
    }
    put_visits(tx, &visits).await;
    let visits = visits
        .into_iter()
        .map(|(doc, ticket, text)| (doc, ticket, plain(&text)))
        .collect();
    Everything {
        tickets: texts,
        visits,
    }
}

async fn put_visits(tx: &mut Tx, visits: &[(Id, Id, String)]) {
    let now = Timestamp::from_millis(1_000);
    let (mut documents, mut links, mut states) = (Vec::new(), Vec::new(), Vec::new());
    for (doc, ticket, _) in visits {
        documents.push(DocumentRow {
            id: *doc,
            tenant: TENANT,
            kind: Kind::VISIT,
            ticket: *ticket,
            device: DEVICE,
            heads: vec![0; 32],
            changed_seq: 1,
            change_count: 1,
            byte_count: 1,
        });
        links.push((*doc, *ticket, 1));
        states.push(VisitState {
            ticket: *ticket,
            state: ReviewState::Submitted,
            submitted_at: None,
            late: false,
            decided_seq: 0,
            decisions: 0,
        });
    }
    tx.put_documents(&documents, now).await.unwrap();
    tx.link_documents(TENANT, &links).await.unwrap();
    let summary = Summary::default();
    let rows = visits.iter().zip(&states);
    let rows: Vec<NewVisit<'_>> = rows
        .map(|((doc, _, words), state)| NewVisit {
            doc: *doc,
            state,
            summary: &summary,
            words,
            words_before: "",
            seq: 1,
        })
        .collect();
    tx.put_visits(TENANT, &rows, now).await.unwrap();
}

async fn lists_find(db: Db) {
    let chance = &mut Chance::new(11);
    let mut tx = rows::begin(&db).await;
    let everything = generated(&mut tx, chance).await;
    let mut hits = [0; 4];
    for round in 0..scale(60, 1_500) {
        // A part of a text, in one word or two; some with their letters turned, which no text need have.
        let source = match chance.below(2) {
            0 => &chance.pick(&everything.tickets).unwrap().2,
            _ => &chance.pick(&everything.visits).unwrap().2,
        };
        let letters: Vec<char> = source.chars().collect();
        let mut part = |longest: usize| -> String {
            let from = chance.below(letters.len());
            let length = (1 + chance.below(longest)).min(letters.len() - from);
            let mut part = letters[from..from + length].to_vec();
            if chance.below(5) == 0 {
                part.reverse();
            }
            part.into_iter().collect()
        };
        let mut query = part(20);
        if round % 3 == 0 {
            query = format!("{} {}", part(3), part(3));
        }
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        for (place, viewer) in [None, Some(PERSON)].into_iter().enumerate() {
            let filter = TicketFilter {
                viewer,
                query: Some(query.clone()),
                ..TicketFilter::default()
            };
            let right = everything.tickets(&words, viewer);
            hits[place] += right.len();
            for order in [TicketOrder::Due, TicketOrder::Newest] {
                let all = ticket_pages(&mut tx, &filter, order).await;
                let told = format!("round {round}: {query:?} {viewer:?} {order:?}");
                assert_eq!(all.len(), right.len(), "{told}");
                assert_eq!(BTreeSet::from_iter(all), right, "{told}");
            }
            let filter = VisitFilter {
                viewer,
                query: Some(query.clone()),
                ..VisitFilter::default()
            };
            let right = everything.visits(&words, viewer);
            hits[2 + place] += right.len();
            let all = visit_pages(&mut tx, &filter).await;
            let told = format!("round {round}: {query:?} {viewer:?}");
            assert_eq!(all.len(), right.len(), "{told}");
            assert_eq!(BTreeSet::from_iter(all), right, "{told}");
        }
    }
    assert!(hits.iter().all(|hits| *hits > 50), "{hits:?}");
}

/// As long as an import takes them, with one pair in it thousands of times.
async fn a_long_text_is_searched_to_its_end(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut long = ticket(10);
    long.description = format!(
        "{}楼顶漏水至三楼，{}",
        "堆物".repeat(8_000),
        "好".repeat(900)
    );
    let mut other = ticket(11);
    other.description = "楼顶漏雨，水至三楼，堆物堆物".to_owned();
    tx.insert_tickets(TENANT, &[long.clone(), other.clone()], 1)
        .await
        .unwrap();
    for (query, right) in [
        ("楼顶漏水至三楼", vec![long.id]),
        ("物楼顶", vec![long.id]),
        ("三楼，好好", vec![long.id]),
        ("堆物堆物堆物", vec![long.id]),
        ("堆物堆物", vec![long.id, other.id]),
        ("水至三楼", vec![long.id, other.id]),
        ("楼顶漏水至二楼", vec![]),
    ] {
        assert_eq!(found(&mut tx, query, None).await, right, "{query}");
    }
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
