//! Timelines: the histories that a hub tells. Numbers and cursors belong to one of them; a hub that has lost a part of
//! its history begins a new one, so that phones offer again what they hold.

use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::audit::AuditEntry;
use super::db::{id, on_backend, uuid};
use super::words::words;
use super::{Error, Tx};

words! {
    /// How it was noticed that a history had lost its end.
    pub enum Cause {
        /// The mark beside the database is ahead of it.
        Mark = "mark",
        /// A phone brought a cursor that the database knows nothing of.
        Phone = "phone",
        /// Photos are missing that were stored.
        Photos = "photos",
        /// What lists show was made anew, and some of it had been wrong.
        Rebuild = "rebuild",
        /// A backup was restored.
        Restore = "restore",
    }
}

/// A timeline that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
}

/// The end of a sub-district's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedEnd {
    /// The last sequence number given out.
    pub last: i64,
    /// On this timeline.
    pub timeline: Id,
    /// A finished backup holds everything that was received up to then.
    pub secured_until: Option<Timestamp>,
}

/// A new timeline in the place of one that has lost its end.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The sub-district.
    pub tenant: Id,
    /// The timeline that ends.
    pub from: Id,
    /// The one that begins.
    pub to: Id,
    /// A timeline that the database knows nothing of and that has been told: it has ended as well.
    pub unknown: Option<Id>,
    /// The greatest number known to have been given out; it is not given out twice.
    pub at_least: i64,
    /// How it was noticed.
    pub cause: Cause,
}

impl Tx {
    /// The last sequence number of a sub-district and its timeline.
    pub async fn find_feed_end(&mut self, tenant: Id) -> Result<Option<FeedEnd>, Error> {
        let row: Option<(i64, Uuid, Option<i64>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, timeline, secured_until FROM tenant WHERE id = $1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(last, timeline, secured_until)| FeedEnd {
            last,
            timeline: id(timeline),
            secured_until: secured_until.map(Timestamp::from_millis),
        }))
    }

    /// What the log holds at `seq` or last before it: its number, document and the first bytes of its changes; `None`
    /// where the log begins later. Another history has something else there.
    pub async fn find_logged_at(
        &mut self,
        tenant: Id,
        seq: i64,
    ) -> Result<Option<(i64, Id, Vec<u8>)>, Error> {
        let row: Option<(i64, Uuid, Vec<u8>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, doc, SUBSTR(bytes, 1, 64) FROM segment
             WHERE tenant = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(seq)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(seq, doc, bytes)| (seq, id(doc), bytes)))
    }

    /// Begins a new timeline, with a row in the audit log; `false` if the old one has ended already.
    pub async fn begin_timeline(&mut self, turn: &Turn, now: Timestamp) -> Result<bool, Error> {
        let moved = on_backend!(self, |tx| sqlx::query(
            "UPDATE tenant SET timeline = $3, seq = CASE WHEN seq < $4 THEN $4 ELSE seq END + 1
             WHERE id = $1 AND timeline = $2"
        )
        .bind(uuid(turn.tenant))
        .bind(uuid(turn.from))
        .bind(uuid(turn.to))
        .bind(turn.at_least)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        if moved == 0 {
            return Ok(false);
        }
        for ended in [Some(turn.from), turn.unknown].into_iter().flatten() {
            on_backend!(self, |tx| sqlx::query(
                "INSERT INTO timeline (tenant, id, ended_at, cause) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant, id) DO NOTHING"
            )
            .bind(uuid(turn.tenant))
            .bind(uuid(ended))
            .bind(now.millis())
            .bind(turn.cause.as_str())
            .execute(&mut **tx)
            .await
            .map(drop))?;
        }
        self.append_audit(&AuditEntry {
            tenant: turn.tenant,
            at: now,
            person: None,
            device: None,
            act: "timeline.begin".to_owned(),
            object: format!("timeline/{}", turn.to),
            result: turn.cause.as_str().to_owned(),
            request_id: String::new(),
        })
        .await?;
        Ok(true)
    }

    /// Whether this timeline was the sub-district's once, and has ended.
    pub async fn is_past_timeline(&mut self, tenant: Id, timeline: Id) -> Result<bool, Error> {
        let row: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT ended_at FROM timeline WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(timeline))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.is_some())
    }

    /// The timeline that ended last.
    pub async fn find_last_turn(&mut self, tenant: Id) -> Result<Option<Ended>, Error> {
        let row: Option<(i64, String)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT ended_at, cause FROM timeline WHERE tenant = $1 ORDER BY ended_at DESC LIMIT 1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(|(at, cause)| {
            Ok(Ended {
                at: Timestamp::from_millis(at),
                cause: Cause::read(&cause, "timeline", "cause")?,
            })
        })
        .transpose()
    }
}
