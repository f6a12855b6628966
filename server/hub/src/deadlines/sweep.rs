//! The look at every clock that shows another level by now.
//!
//! What to look at stands in the rows, so a stop loses nothing: after it everything that passed meanwhile is caught up
//! with. Every look holds the sub-district's number, so that of several hubs one warns.

use std::time::Duration;

use basis::Pulse;
use sync_core::Id;

use crate::app::App;

/// S16: a ticket past its deadline is known to be so within a minute.
const EVERY: Duration = Duration::from_secs(60);
/// Tickets of one transaction: others write between two.
const AT_ONCE: i64 = 200;
/// A ticket that cannot be read is looked at again after this long, ms.
const LATER_MILLIS: i64 = 60 * 60 * 1000;

/// Looks once a minute. Ends only if it always panics.
pub(crate) async fn run(app: App, pulse: Pulse) {
    while !pulse.is_given_up() {
        if let Some(Err(error)) = pulse.attempt(look(&app)).await {
            tracing::warn!(?error, "the deadlines could not be looked at");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Looks at every clock that shows another level by now, and at every ticket to which something happened. Gives how many
/// tickets show something else than before.
///
/// # Errors
/// If the database could not; what was looked at before stays looked at.
pub async fn look(app: &App) -> Result<usize, store::Error> {
    let tenants = app.store().read().await?.list_tenants().await?;
    let mut changed = 0;
    for tenant in tenants {
        if !is_any(tenant.id, app).await? {
            continue;
        }
        let mut tx = app.store().begin().await?;
        tx.pass_over_answered(tenant.id).await?;
        tx.commit().await?;
        while let Some(found) = look_at_some(tenant.id, app).await? {
            changed += found;
        }
    }
    Ok(changed)
}

/// Most looks find nothing, and reading waits for nobody who writes.
async fn is_any(tenant: Id, app: &App) -> Result<bool, store::Error> {
    let mut tx = app.store().read().await?;
    let found = tx.list_changed_clocks(tenant, app.clock().now(), 1).await?;
    Ok(!found.is_empty())
}

/// `None` when nothing is left.
async fn look_at_some(tenant: Id, app: &App) -> Result<Option<usize>, store::Error> {
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let seq = tx.next_seq(tenant).await?;
    let tickets = tx.list_changed_clocks(tenant, now, AT_ONCE).await?;
    if tickets.is_empty() {
        tx.commit().await?;
        return Ok(None);
    }
    let changed = match tx.renew_deadlines(tenant, &tickets, seq, now).await {
        Ok(changed) => changed,
        Err(store::Error::Corrupt { table, column }) => {
            drop(tx);
            tracing::error!(
                table,
                column,
                "a ticket cannot be read: its group is looked at one by one"
            );
            return one_by_one(tenant, &tickets, app).await.map(Some);
        }
        Err(error) => return Err(error),
    };
    let concerned = tx.find_ticket_principals(tenant, &changed).await?;
    tx.commit().await?;
    let concerned: Vec<Id> = concerned.into_values().flatten().collect();
    if !concerned.is_empty() {
        app.doors().live().poke(tenant, concerned);
    }
    Ok(Some(changed.len()))
}

/// A ticket that cannot be read keeps no other one from being looked at.
async fn one_by_one(tenant: Id, tickets: &[Id], app: &App) -> Result<usize, store::Error> {
    let mut changed = 0;
    for ticket in tickets {
        let now = app.clock().now();
        let mut tx = app.store().begin().await?;
        let seq = tx.next_seq(tenant).await?;
        match tx.renew_deadlines(tenant, &[*ticket], seq, now).await {
            Ok(found) => {
                tx.commit().await?;
                changed += found.len();
            }
            Err(store::Error::Corrupt { .. }) => {
                drop(tx);
                let mut tx = app.store().begin().await?;
                let later = now.plus_millis(LATER_MILLIS);
                tx.put_off_deadlines(tenant, *ticket, later).await?;
                tx.commit().await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(changed)
}
