//! All that is neither verdicts nor changes: it is little, and urgent.
//!
//! Whoever has a whole sub-district and a weak line gets it in steps: behind each of them the phone stands further,
//! and after a cut it goes on from there.

use std::collections::{HashSet, VecDeque};

use sync_core::Id;
use sync_core::calendar::Day;
use sync_core::protocol::{
    AssignedTo, Frame, OnCallDay, OnCallPerson, PersonRecord, Reference, ReviewRecord, Scope,
    ScopeEvent, UnitRecord, VisitRecord,
};
use sync_core::sight::TicketSight;

use super::{SHORT_RECORDS, Writer, work};
use crate::author::Author;
use crate::cursor::Cursor;
use crate::kinds::{self, Standing};
use store::Tx;
use store::people::PersonState;
use store::units::UnitKind;
use sync_core::protocol::TicketRecord;

/// Tickets and standings of one step: some fifty kilobytes.
const STEP: usize = 500;
/// Tickets, and documents with the words of their decisions, in one frame, so that none comes near its limit.
const TICKETS: usize = 100;
const RECORDS: usize = 50;
/// Days of a roster that a phone gets: no roster is written further ahead.
const DAYS_ON_CALL: u16 = 13 * 7;

/// Writes what came into view or moved behind `since.ahead`.
pub(super) async fn ahead(
    writer: &mut Writer<'_>,
    author: Author,
    sight: TicketSight,
    since: Cursor,
    again: bool,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    // Whole before the first step, because the next request may begin behind it.
    let moved = tx.list_moved_tickets(tenant, person, since.ahead).await?;
    let gone = moved.iter().filter(|(_, granted)| granted.is_none());
    let gone: Vec<Id> = gone.map(|(ticket, _)| *ticket).collect();
    let mut has = tx.list_assigned(tenant, &gone).await?;
    let moved = moved.into_iter().map(|(ticket, granted)| Moved {
        ticket,
        doc: None,
        granted,
        assigned: has.remove(&ticket),
    });
    scopes(writer, moved, since.ahead, again);
    reference(writer, author, sight, since.ahead, tx).await?;

    let tickets = tx.list_unseen_tickets(tenant, person, since.ahead).await?;
    let standings = kinds::list_unseen_standings(tenant, person, since.ahead, tx).await?;
    let mut left = Left::of(tickets, standings);
    while let Some(mut step) = left.step() {
        work::add(&mut step.tickets, author, tx).await?;
        let mut frames: Vec<Frame> = step
            .tickets
            .chunks(TICKETS)
            .map(|chunk| {
                let known = chunk.iter().cloned().map(|ticket| sight.record(ticket));
                Frame::Tickets(known.collect())
            })
            .collect();
        for chunk in step.standings.chunks(RECORDS) {
            frames.push(Frame::Visits(records(chunk, tenant, tx).await?));
        }
        let stands = (!left.is_empty()).then_some(Cursor {
            ahead: step.upto,
            ..since
        });
        let last = frames.len();
        for (number, frame) in (1..).zip(frames) {
            writer.frame(frame, stands.filter(|_| number == last));
        }
    }
    Ok(())
}

/// The same for a residents' representative: which documents came and went, and the calendar, by which terms are counted.
/// No ticket, no standing, no colleague.
pub(super) async fn followed(
    writer: &mut Writer<'_>,
    author: Author,
    since: i64,
    again: bool,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    let moved = tx.list_moved_documents(tenant, person, since).await?;
    let moved = moved.into_iter().map(|one| Moved {
        ticket: one.ticket,
        doc: Some(one.doc),
        granted: one.granted_seq,
        assigned: None,
    });
    scopes(writer, moved, since, again);
    let calendar = tx.list_calendar_years(tenant).await?;
    if calendar.iter().any(|year| year.seq > since) {
        let reference = Reference {
            calendar: calendar.into_iter().map(|year| year.content).collect(),
            ..Reference::default()
        };
        writer.frame(Frame::Reference(reference), None);
    }
    Ok(())
}

/// What is still to be written, in the order of its places.
struct Left {
    tickets: VecDeque<(i64, TicketRecord)>,
    standings: VecDeque<Standing>,
}

/// Everything between two places.
struct Step {
    tickets: Vec<TicketRecord>,
    standings: Vec<Standing>,
    upto: i64,
}

impl Left {
    fn of(tickets: Vec<(i64, TicketRecord)>, mut standings: Vec<Standing>) -> Self {
        standings.sort_by_key(|standing| standing.place);
        Self {
            tickets: tickets.into(),
            standings: standings.into(),
        }
    }

    fn is_empty(&self) -> bool {
        self.tickets.is_empty() && self.standings.is_empty()
    }

    /// The next [`STEP`] rows and those that share the last one's place.
    fn step(&mut self) -> Option<Step> {
        let mut step = Step {
            tickets: Vec::new(),
            standings: Vec::new(),
            upto: self.next()?,
        };
        while let Some(place) = self.next() {
            let rows = step.tickets.len() + step.standings.len();
            if rows >= STEP && place > step.upto {
                break;
            }
            step.upto = place;
            if self.tickets.front().is_some_and(|(at, _)| *at == place) {
                step.tickets
                    .extend(self.tickets.pop_front().map(|(_, ticket)| ticket));
            } else {
                step.standings.extend(self.standings.pop_front());
            }
        }
        Some(step)
    }

    /// The place of the next row.
    fn next(&self) -> Option<i64> {
        let ticket = self.tickets.front().map(|(place, _)| *place);
        let standing = self.standings.front().map(|standing| standing.place);
        ticket.into_iter().chain(standing).min()
    }
}

/// A ticket, or one document of it, that came into view or went out of it.
struct Moved {
    ticket: Id,
    doc: Option<Id>,
    /// Since when it is seen.
    granted: Option<i64>,
    /// Who has a ticket that went.
    assigned: Option<AssignedTo>,
}

fn scopes(writer: &mut Writer<'_>, moved: impl Iterator<Item = Moved>, since: i64, again: bool) {
    let scope = |moved: Moved| {
        let event = match moved.granted {
            Some(granted) if granted > since => ScopeEvent::Granted,
            // A fresh phone never had what is gone.
            None if since > 0 || again => ScopeEvent::Removed,
            Some(_) | None => return None,
        };
        Some(Scope {
            ticket: moved.ticket,
            doc: moved.doc,
            event,
            assigned: moved.assigned,
        })
    };
    let scopes: Vec<_> = moved.filter_map(scope).collect();
    for chunk in scopes.chunks(SHORT_RECORDS) {
        writer.frame(Frame::Scope(chunk.to_vec()), None);
    }
}

async fn records(
    standings: &[Standing],
    tenant: Id,
    tx: &mut Tx,
) -> Result<Vec<VisitRecord>, store::Error> {
    let mut records = Vec::with_capacity(standings.len());
    for standing in standings {
        records.push(VisitRecord {
            doc: standing.doc,
            ticket: standing.ticket,
            state: standing.state.clone(),
            reviews: if standing.reviewed {
                reviews(standing.doc, tenant, tx).await?
            } else {
                Vec::new()
            },
        });
    }
    Ok(records)
}

async fn reviews(doc: Id, tenant: Id, tx: &mut Tx) -> Result<Vec<ReviewRecord>, store::Error> {
    let mut records = Vec::new();
    for review in tx.list_reviews(tenant, doc).await? {
        let by = tx
            .find_person(tenant, review.person)
            .await?
            .map(|person| person.name)
            .unwrap_or_default();
        records.push(ReviewRecord {
            decision: review.decision,
            reason: review.reason,
            remark: review.remark,
            pins: review.pins,
            by,
            at: review.at,
        });
    }
    Ok(records)
}

async fn reference(
    writer: &mut Writer<'_>,
    author: Author,
    sight: TicketSight,
    since: i64,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    let calendar = tx.list_calendar_years(tenant).await?;
    let profiles = tx.list_deadline_profiles(tenant).await?;
    let forms = tx.list_forms(tenant).await?;
    let arranged = calendar.iter().any(|year| year.seq > since)
        || profiles.iter().any(|written| written.seq > since)
        || forms.iter().any(|written| written.seq > since);
    let arranged = arranged || tx.have_rosters_changed(tenant, since).await?;
    if since > 0 && !arranged && !tx.have_people_changed(tenant, since).await? {
        return Ok(());
    }
    let units = tx.list_units_of_person(tenant, person).await?;
    let own = neighbourhood(&units, &tx.list_units(tenant).await?);
    let members: HashSet<Id> = tx
        .list_memberships(tenant)
        .await?
        .into_iter()
        .filter(|(_, unit)| own.contains(unit))
        .map(|(person, _)| person)
        .collect();
    let people = tx.list_people_known(tenant).await?;
    let near = |id: Id| id == person || members.contains(&id);
    let people = people
        .into_iter()
        .filter(|one| near(one.id) && one.role.is_field())
        .map(|one| PersonRecord {
            id: one.id,
            name: one.name,
            role: one.role,
            left: one.state != PersonState::Active,
        })
        .collect();
    let today = Day::of(writer.parts.clock.now());
    let on_call = on_call(&units, tenant, today, sight, tx).await?;
    let unit = |unit: store::units::Unit| UnitRecord {
        id: unit.id,
        kind: unit.kind.as_str().to_owned(),
        name: unit.name,
    };
    writer.frame(
        Frame::Reference(Reference {
            people,
            units: units.into_iter().map(unit).collect(),
            calendar: calendar.into_iter().map(|year| year.content).collect(),
            profiles: profiles.iter().map(|one| one.profile.to_string()).collect(),
            on_call,
            forms: forms.iter().map(|one| one.form.to_string()).collect(),
        }),
        None,
    );
    Ok(())
}

/// Who of a person's teams is on call. Yesterday is with it: a phone's clock may be behind the hub's.
async fn on_call(
    units: &[store::units::Unit],
    tenant: Id,
    today: Day,
    sight: TicketSight,
    tx: &mut Tx,
) -> Result<Vec<OnCallDay>, store::Error> {
    let mut days: Vec<OnCallDay> = Vec::new();
    for team in units.iter().filter(|unit| unit.kind == UnitKind::Team) {
        let span = (today.minus_days(1), today.plus_days(DAYS_ON_CALL));
        let rows = tx.list_on_call(tenant, Some(team.id), span).await?;
        for row in rows.into_iter().filter(|row| row.here) {
            let person = OnCallPerson {
                id: row.person,
                name: row.name,
                calls: row.number.is_some() && sight.reaches_parties(),
            };
            match days.last_mut() {
                Some(last) if last.unit == row.unit && last.day == row.day => {
                    last.people.push(person);
                }
                _ => days.push(OnCallDay {
                    unit: row.unit,
                    day: row.day,
                    people: vec![person],
                }),
            }
        }
    }
    Ok(days)
}

/// A person's units, their communities and all grids of these: on a joint visit people of one community meet.
fn neighbourhood(own: &[store::units::Unit], all: &[store::units::Unit]) -> HashSet<Id> {
    let communities: HashSet<Id> = own
        .iter()
        .map(|unit| match unit.kind {
            UnitKind::Grid => unit.parent.unwrap_or(unit.id),
            UnitKind::Community | UnitKind::Section | UnitKind::Street | UnitKind::Team => unit.id,
        })
        .collect();
    let grids = all
        .iter()
        .filter(|unit| {
            unit.parent
                .is_some_and(|parent| communities.contains(&parent))
        })
        .map(|unit| unit.id);
    own.iter()
        .map(|unit| unit.id)
        .chain(grids)
        .chain(communities.iter().copied())
        .collect()
}
