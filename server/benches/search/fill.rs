//! A sub-district of some years: its tickets and visits through the store's own functions.

use store::devices::{Device, DeviceKind, DeviceState};
use store::documents::DocumentRow;
use store::people::{PasswordState, Person, PersonState};
use store::tenants::Tenant;
use store::tickets::{NewTicket, RequestKind, RequesterType, Urgency};
use store::visits::{NewVisit, VisitState};
use store::{Db, Error, Tx};
use sync_core::chance::Chance;
use sync_core::kinds::Kind;
use sync_core::lifecycle::{ReviewState, TicketState};
use sync_core::summary::Summary;
use sync_core::{Id, Role, Timestamp};

use super::words;

/// The id whose bytes are all `n`.
pub(crate) const fn id(n: u8) -> Id {
    Id::from_bytes([n; 16])
}

pub(crate) const TENANT: Id = id(1);
/// Sees everything.
pub(crate) const OFFICE: Id = id(2);
/// Sees one community of [`COMMUNITIES`].
pub(crate) const SECRETARY: Id = id(3);
const COMMUNITY: u8 = 40;
const COMMUNITIES: u64 = 15;
/// Everybody else, whose names lists show.
const PEOPLE: u8 = 100;
/// Rows of one transaction.
const TOGETHER: usize = 1_000;
pub(crate) const TODAY: Timestamp = Timestamp::from_millis(1_795_500_000_000);
/// In days: how far back the tickets go.
const YEARS: usize = 1_000;
const DAY: i64 = 24 * 3_600_000;

/// Fills the database.
pub(crate) async fn fill(db: &Db, tickets: usize, visits: usize) -> Result<(), Error> {
    let mut chance = Chance::new(7, 1);
    people(db).await?;
    let mut known: Vec<Id> = Vec::with_capacity(tickets);
    while known.len() < tickets {
        let mut tx = db.begin().await?;
        let count = TOGETHER.min(tickets - known.len());
        let rows: Vec<NewTicket> = (0..count)
            .map(|n| ticket(known.len() + n, tickets, &mut chance))
            .collect();
        let seq = tx.next_seq(TENANT).await?;
        tx.insert_tickets(TENANT, &rows, seq).await?;
        // Nine of ten that are done were done in time.
        for in_time in [true, false] {
            let closed = rows.iter().filter(|row| row.reply.is_some());
            let told: Vec<Id> = closed
                .enumerate()
                .filter(|(place, _)| (place % 10 > 0) == in_time)
                .map(|(_, row)| row.id)
                .collect();
            tx.put_told_in_time(TENANT, &told, in_time).await?;
        }
        for row in &rows {
            let community = id(COMMUNITY + u8::try_from(chance.below(COMMUNITIES)).unwrap_or(0));
            tx.grant_ticket_scope(TENANT, row.id, community, seq)
                .await?;
        }
        tx.commit().await?;
        known.extend(rows.iter().map(|row| row.id));
        if known.len() == TOGETHER || known.len().is_multiple_of(20 * TOGETHER) {
            super::look_over(db).await;
        }
    }
    let mut done = 0;
    while done < visits {
        let mut tx = db.begin().await?;
        let count = TOGETHER.min(visits - done);
        // As years go by: who visits does so soon after the request.
        let of = known.len() / visits.max(1) * done;
        let at = TODAY.plus_millis(i64::try_from(done).unwrap_or(0));
        let soon = known.get(of..(of + 2 * TOGETHER).min(known.len()));
        put_visits(count, soon.unwrap_or(&known), at, &mut chance, &mut tx).await?;
        tx.commit().await?;
        done += count;
    }
    Ok(())
}

async fn people(db: &Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.insert_tenant(&Tenant {
        id: TENANT,
        code: "bench".to_owned(),
        name: "和平街道".to_owned(),
        timeline: id(9),
        seq: 0,
        created_at: TODAY,
    })
    .await?;
    let others = (0..PEOPLE).map(|n| (id(100 + n), Role::GridWorker));
    let named = [
        (OFFICE, Role::OfficeReviewer),
        (SECRETARY, Role::CommunitySecretary),
    ];
    for (person, role) in named.into_iter().chain(others) {
        tx.insert_person(&Person {
            id: person,
            tenant: TENANT,
            username: person.to_string(),
            name: "王某某".to_owned(),
            role,
            password_hash: None,
            password_state: PasswordState::Own,
            state: PersonState::Active,
            appointed_by: None,
            reference_seq: 0,
            created_at: TODAY,
        })
        .await?;
        tx.grant_principal(TENANT, person, person, 1).await?;
    }
    tx.grant_principal(TENANT, OFFICE, TENANT, 1).await?;
    tx.grant_principal(TENANT, SECRETARY, id(COMMUNITY), 1)
        .await?;
    tx.insert_device(&Device {
        id: id(4),
        tenant: TENANT,
        person: OFFICE,
        kind: DeviceKind::Phone,
        name: "手机".to_owned(),
        state: DeviceState::Active,
        revoke_reason: None,
        enrolled_at: TODAY,
        last_seen_at: None,
        app_version: None,
        unsent_changes: 0,
        unsent_photos: 0,
        clock_offset_ms: None,
        revoked_at: None,
    })
    .await?;
    tx.commit().await
}

/// The `n`-th of so many. Nine of ten are done, as after some years; ids rise in the order of taking in, as the hub's.
fn ticket(n: usize, of: usize, chance: &mut Chance) -> NewTicket {
    let words = words::request(chance);
    let ago = i64::try_from((of - n) * YEARS / of).unwrap_or(0);
    let created_at = TODAY.plus_millis(-ago * DAY - i64::try_from(of - n).unwrap_or(0));
    let waited = i64::try_from(chance.below(72)).unwrap_or(0);
    let dispatched_at = created_at.plus_millis(-waited * DAY / 24);
    let open = chance.one_in(10);
    NewTicket {
        id: chance.id(created_at),
        source: "bench".to_owned(),
        upstream_no: Some(format!("BT-{n:07}")),
        channel: Some("12345电话".to_owned()),
        request_kind: chance
            .pick(&[
                RequestKind::Complaint,
                RequestKind::Complaint,
                RequestKind::Help,
            ])
            .copied(),
        requester_type: if chance.one_in(15) {
            RequesterType::Enterprise
        } else {
            RequesterType::Citizen
        },
        title: words.title,
        description: words.description,
        category: [Some(words.category.to_owned()), None, None],
        address: Some(words.address),
        community: None,
        grid: None,
        unit_text: Some("和平街道".to_owned()),
        requester_masked: Some("张*".to_owned()),
        phone_masked: Some("138****0000".to_owned()),
        requester_sealed: Some(vec![7; 120]),
        status: if open {
            TicketState::Assigned
        } else {
            TicketState::Closed
        },
        urgency: Urgency::Normal,
        dispatched_at,
        due_at: (!chance.one_in(20)).then(|| dispatched_at.plus_millis(5 * DAY)),
        created_at,
        reply: (!open).then(|| {
            "经核实，已联系物业公司安排人员清理，并与诉求人沟通，诉求人表示认可。".to_owned()
        }),
        replied_at: (!open).then(|| dispatched_at.plus_millis(4 * DAY)),
    }
}

async fn put_visits(
    count: usize,
    tickets: &[Id],
    at: Timestamp,
    chance: &mut Chance,
    tx: &mut Tx,
) -> Result<(), Error> {
    let seq = tx.next_seq(TENANT).await?;
    let (mut documents, mut states, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let ticket = chance.pick(tickets).copied().unwrap_or(TENANT);
        let doc = chance.id(at);
        documents.push(DocumentRow {
            id: doc,
            tenant: TENANT,
            kind: Kind::VISIT,
            ticket,
            device: id(4),
            heads: vec![0; 32],
            changed_seq: seq,
            change_count: 30,
            byte_count: 2_000,
        });
        states.push(VisitState {
            ticket,
            state: if chance.one_in(10) {
                ReviewState::Submitted
            } else {
                ReviewState::Approved
            },
            submitted_at: Some(TODAY),
            late: false,
            decided_seq: 0,
            decisions: 0,
        });
        let summary = Summary {
            tickets: vec![ticket],
            place: words::request(chance).address,
            outcome: "resolved".to_owned(),
            people: vec![id(100), id(101)],
            arrived_at: Some(TODAY),
            words: words::visit(chance),
            ..Summary::default()
        };
        let found_by = format!("{}\n{}", summary.place, summary.words.join("\n"));
        texts.push((summary, found_by));
    }
    tx.put_documents(&documents, TODAY).await?;
    let links: Vec<_> = documents
        .iter()
        .map(|document| (document.id, document.ticket, seq))
        .collect();
    tx.link_documents(TENANT, &links).await?;
    let rows: Vec<NewVisit<'_>> = documents
        .iter()
        .zip(&states)
        .zip(&texts)
        .map(|((document, state), (summary, words))| NewVisit {
            doc: document.id,
            state,
            summary,
            words,
            words_before: "",
            seq,
        })
        .collect();
    tx.put_visits(TENANT, &rows, TODAY).await
}
