//! Versions of the catalogue, trainings of the classifier, and what people decided on the class of tickets.

use serde_json::Value;
use sqlx::types::Json;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::ticket_events::EventPerson;
use super::{Error, Tx};

/// A version of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueVersion {
    /// From 1.
    pub version: i64,
    /// When it came into force.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: EventPerson,
    /// The catalogue, as JSON.
    pub content: String,
}

/// One training.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// From 1.
    pub n: i64,
    /// Decisions until then were learned from.
    pub at: Timestamp,
    /// Who asked for it; `None` for the hub itself.
    pub by: Option<EventPerson>,
    /// The version of the catalogue; 0 for the one that comes with the program.
    pub version: i64,
    /// Tickets that people had classified, here or before they came.
    pub examples: i64,
    /// How it did, as JSON.
    pub figures: String,
}

/// A ticket that a person classified: the last time that they did.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassifiedTicket {
    /// The ticket.
    pub ticket: Id,
    /// Its title.
    pub title: String,
    /// The request, masked.
    pub description: String,
    /// What the event keeps.
    pub detail: Value,
    /// What the event keeps by which the ticket was given to somebody next.
    pub given: Option<Value>,
}

/// A ticket that came with a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledTicket {
    /// The ticket.
    pub ticket: Id,
    /// Its title.
    pub title: String,
    /// The request, masked.
    pub description: String,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
}

type LabelledRow = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);
type VersionRow = (i64, i64, Uuid, Option<String>, String);
type TrainingRow = (i64, i64, Option<Uuid>, Option<String>, i64, i64, String);
type ClassifiedRow = (Uuid, String, String, Json<Value>, Option<Json<Value>>);

fn version((version, at, person, name, content): VersionRow) -> CatalogueVersion {
    CatalogueVersion {
        version,
        at: Timestamp::from_millis(at),
        by: EventPerson {
            id: id(person),
            name: name.unwrap_or_default(),
        },
        content,
    }
}

impl Tx {
    /// The catalogue in force; `None` before the office has written one.
    pub async fn find_catalogue(&mut self, tenant: Id) -> Result<Option<CatalogueVersion>, Error> {
        Ok(self.list_catalogues(tenant, 1).await?.pop())
    }

    /// Versions of the catalogue, newest first.
    pub async fn list_catalogues(
        &mut self,
        tenant: Id,
        limit: i64,
    ) -> Result<Vec<CatalogueVersion>, Error> {
        let rows: Vec<VersionRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT c.version, c.at, c.person, p.name, c.content
             FROM catalogue c LEFT JOIN person p ON p.tenant = c.tenant AND p.id = c.person
             WHERE c.tenant = $1 ORDER BY c.version DESC LIMIT $2"
        )
        .bind(uuid(tenant))
        .bind(limit)
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(version).collect())
    }

    /// A version of the catalogue.
    pub async fn find_catalogue_version(
        &mut self,
        tenant: Id,
        number: i64,
    ) -> Result<Option<CatalogueVersion>, Error> {
        let row: Option<VersionRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT c.version, c.at, c.person, p.name, c.content
             FROM catalogue c LEFT JOIN person p ON p.tenant = c.tenant AND p.id = c.person
             WHERE c.tenant = $1 AND c.version = $2"
        )
        .bind(uuid(tenant))
        .bind(number)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(version))
    }

    /// Adds a version of the catalogue, which counts from now on. Conflict `catalogue_pkey` if another one has the number.
    pub async fn insert_catalogue(
        &mut self,
        tenant: Id,
        version: i64,
        at: Timestamp,
        person: Id,
        content: &str,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO catalogue (tenant, version, at, person, content)
             VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(uuid(tenant))
        .bind(version)
        .bind(at.millis())
        .bind(uuid(person))
        .bind(content)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The last training of the classifier.
    pub async fn find_training(&mut self, tenant: Id) -> Result<Option<Training>, Error> {
        let row: Option<TrainingRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT t.n, t.at, t.person, p.name, t.version, t.examples, t.figures
             FROM classifier_training t
                 LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.person
             WHERE t.tenant = $1 ORDER BY t.n DESC LIMIT 1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(
            |(n, at, person, name, version, examples, figures)| Training {
                n,
                at: Timestamp::from_millis(at),
                by: person.map(|person| EventPerson {
                    id: id(person),
                    name: name.unwrap_or_default(),
                }),
                version,
                examples,
                figures,
            },
        ))
    }

    /// Adds a training under the next number. Two at the same time are a conflict.
    pub async fn insert_training(&mut self, tenant: Id, training: &Training) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO classifier_training (tenant, n, at, person, version, examples, figures)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(uuid(tenant))
        .bind(training.n)
        .bind(training.at.millis())
        .bind(training.by.as_ref().map(|by| uuid(by.id)))
        .bind(training.version)
        .bind(training.examples)
        .bind(&training.figures)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Tickets that people classified until `until`, those of the last decisions first, each with the last one. Without `texts`
    /// their title and description stay empty.
    pub async fn list_classified_tickets(
        &mut self,
        tenant: Id,
        until: Timestamp,
        texts: bool,
        limit: i64,
    ) -> Result<Vec<ClassifiedTicket>, Error> {
        let rows: Vec<ClassifiedRow> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT e.ticket, CASE WHEN $4 THEN t.title ELSE '' END,
                 CASE WHEN $4 THEN t.description ELSE '' END, e.detail,
                 (SELECT g.detail FROM ticket_event g
                  WHERE g.tenant = e.tenant AND g.ticket = e.ticket AND g.n > e.n AND g.kind = 'assigned'
                  ORDER BY g.n LIMIT 1)
             FROM ticket_event e JOIN ticket t ON t.tenant = e.tenant AND t.id = e.ticket
             WHERE e.tenant = $1 AND e.kind = 'classify' AND e.at <= $2
               AND NOT EXISTS (SELECT 1 FROM ticket_event l
                 WHERE l.tenant = e.tenant AND l.ticket = e.ticket AND l.n > e.n
                   AND l.kind = 'classify' AND l.at <= $2)
             ORDER BY e.at DESC, e.ticket LIMIT $3"
        )
        .bind(uuid(tenant))
        .bind(until.millis())
        .bind(limit)
        .bind(texts)
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows
            .into_iter()
            .map(
                |(ticket, title, description, Json(detail), given)| ClassifiedTicket {
                    ticket: id(ticket),
                    title,
                    description,
                    detail,
                    given: given.map(|Json(given)| given),
                },
            )
            .collect())
    }

    /// Tickets that came with a class until `until` and that nobody here has classified, the last ones first, with the class from
    /// the large type down.
    pub async fn list_labelled_tickets(
        &mut self,
        tenant: Id,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<LabelledTicket>, Error> {
        let rows: Vec<LabelledRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT t.id, t.title, t.description, t.category_l1, t.category_l2, t.category_l3
             FROM ticket t
             WHERE t.tenant = $1 AND t.category_l1 IS NOT NULL AND t.created_at <= $2
               AND NOT EXISTS (SELECT 1 FROM ticket_event e
                 WHERE e.tenant = t.tenant AND e.ticket = t.id AND e.kind = 'classify')
             ORDER BY t.created_at DESC, t.id LIMIT $3"
        )
        .bind(uuid(tenant))
        .bind(until.millis())
        .bind(limit)
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(
                |(ticket, title, description, large, middle, small)| LabelledTicket {
                    ticket: id(ticket),
                    title,
                    description,
                    category: [large, middle, small],
                },
            )
            .collect())
    }

    /// How often people classified a ticket after `since`, up to `limit`.
    pub async fn count_classifications(
        &mut self,
        tenant: Id,
        since: Timestamp,
        limit: i64,
    ) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket_event
             WHERE tenant = $1 AND kind = 'classify' AND at > $2 LIMIT $3) c"
        )
        .bind(uuid(tenant))
        .bind(since.millis())
        .bind(limit)
        .fetch_one(&mut **tx)
        .await)?)
    }
}
