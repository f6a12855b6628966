//! 并单: which tickets may be worked on in another one's place, and what that one's story says of it.

use serde_json::json;
use store::Tx;
use store::audit::AuditEntry;
use store::ticket_events::NewTicketEvent;
use sync_core::Id;
use sync_core::lifecycle::Act;
use sync_core::lifecycle::life::Life;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// The ticket that another one goes into must be worked on itself: places of places would hide what is to be done.
pub(super) async fn check(
    act: &Act,
    ticket: Id,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    let Act::Merge { into, .. } = act else {
        return Ok(());
    };
    if *into == ticket {
        return Err(refused(
            "same_ticket",
            "不能把工单并入它自己；请选另一件工单。",
        ));
    }
    let Some(main) = tx.find_ticket(user.tenant, *into, None).await? else {
        return Err(refused(
            "main_unknown",
            "没有要并入的工单；请刷新后重新选择。",
        ));
    };
    if main.row.status.is_over() {
        return Err(refused(
            "main_over",
            "要并入的工单已经办结或退回；请选一件还在办的，或把两件关联起来。",
        ));
    }
    if Life::of(&tx.list_ticket_past(user.tenant, *into).await?)
        .merged_into
        .is_some()
    {
        return Err(refused(
            "main_merged",
            "要并入的工单自己已经并入别的工单；请直接并入那一件。",
        ));
    }
    let linked = tx.list_linked_tickets(user.tenant, ticket).await?;
    if linked.iter().any(|other| other.relation == "merged") {
        return Err(refused(
            "has_merged",
            "已有工单并入这一件；请反过来，把另一件并入这一件。",
        ));
    }
    Ok(())
}

/// What the main ticket's story says of a ticket that goes into it or comes out of it.
pub(super) async fn tell(
    act: &Act,
    before: &Life,
    (ticket, number): (Id, Option<&str>),
    seq: i64,
    entry: &AuditEntry,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    let (main, kind) = match (act, before.merged_into) {
        (Act::Merge { into, .. }, _) => (*into, "merged"),
        (Act::Unmerge { .. }, Some(main)) => (main, "unmerged"),
        _ => return Ok(()),
    };
    tx.touch_ticket(user.tenant, main, seq).await?;
    let event = NewTicketEvent {
        at: entry.at,
        person: Some(user.person),
        device: Some(user.device),
        kind,
        detail: json!({ "ticket": ticket, "number": number, "words": act.said() }),
    };
    tx.append_ticket_event(user.tenant, main, &event).await?;
    Ok(())
}

fn refused(code: &'static str, sentence: &'static str) -> ApiError {
    ApiError::unprocessable(code, sentence)
}
