//! Why something was not done to a ticket, in sentences that say what to do.

use std::collections::HashMap;
use std::sync::LazyLock;

use sync_core::Id;
use sync_core::calendar::Day;
use sync_core::lifecycle::life::Refused;
use sync_core::lifecycle::{Act, Need, TicketState};
use sync_core::words::Language;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::Tx;
use store::ticket_events::TicketEvent;

/// What people call things, in Chinese.
static WORDS: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(Language::Chinese.common()).unwrap_or_default());

/// What people call it; the word itself if the list has none.
pub(super) fn called(key: &str, word: &str) -> String {
    let known = WORDS.get(&format!("{key}.{word}"));
    known.map_or_else(|| word.to_owned(), Clone::clone)
}

/// How many events a refusal names.
const NAMED: usize = 3;

/// Somebody did something to the ticket since it was on the screen: what, and who.
pub(super) async fn meanwhile(
    seen: i64,
    ticket: Id,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<ApiError, store::Error> {
    let events = tx.list_ticket_events(user.tenant, ticket).await?;
    let since: Vec<String> = events
        .iter()
        .filter(|event| event.n > seen)
        .map(said)
        .collect();
    let more = since.len().saturating_sub(NAMED);
    let mut named: Vec<String> = since.into_iter().take(NAMED).collect();
    if more > 0 {
        named.push(format!("另有 {more} 项"));
    }
    Ok(ApiError::conflict(
        "changed_meanwhile",
        format!(
            "您打开之后，这件工单有了变化：{}。请看过最新内容再决定；您写好的内容还在。",
            named.join("；")
        ),
    ))
}

fn said(event: &TicketEvent) -> String {
    let who = event.by.as_ref().map_or("系统", |by| by.name.as_str());
    let what = match event.kind.as_str() {
        "assigned" => called("ticket_action", "assign"),
        kind if WORDS.contains_key(&format!("ticket_action.{kind}")) => {
            called("ticket_action", kind)
        }
        _ => "更新了记录".to_owned(),
    };
    format!("{who}{what}（{}）", Day::of(event.at))
}

/// The answer to what the rules refuse.
pub(super) fn refusal(why: Refused, act: &Act, state: TicketState) -> ApiError {
    let action = called("ticket_action", act.action().as_str());
    match why {
        Refused::Role => ApiError::forbidden(
            "role_not_allowed",
            format!("您的角色不能做“{action}”；请让有权限的同事操作。"),
        ),
        Refused::State => ApiError::conflict(
            "wrong_state",
            format!(
                "这件工单现在是“{}”，不能做“{action}”；请刷新后按当前状态办理。",
                called("ticket_state", state.as_str())
            ),
        ),
        Refused::Merged => ApiError::conflict(
            "merged",
            "这件工单已经并入另一件办理；请到主单上操作，或先撤销并单。",
        ),
        Refused::Task => ApiError::conflict(
            "task_gone",
            format!("“{action}”对应的事项已经办过或不存在；请刷新后再看。"),
        ),
        Refused::OtherUnit => ApiError::forbidden(
            "other_unit",
            "这件事是交给别的单位办的；请由该单位或街道热线办操作。",
        ),
        Refused::Need(need) => ApiError::conflict(
            need_code(need),
            format!("不能做“{action}”：{}。", called("need", need.as_str())),
        ),
        Refused::Past => ApiError::unprocessable(
            "time_past",
            "时间已经过去，或早于派发时间；请选一个以后的时间。",
        ),
        Refused::Answer => ApiError::unprocessable(
            "answer_unclear",
            "请把服务、结果和是否解决三项都记下；没有问到的，只选不回访的原因。",
        ),
        Refused::Empty => ApiError::unprocessable(
            "words_missing",
            format!("“{action}”要写明内容；请填写后再提交。"),
        ),
        Refused::TooLong(most) => ApiError::unprocessable(
            "words_too_long",
            format!("内容超过 {most} 字；请缩短后再提交，您写的内容还在。"),
        ),
        Refused::TooMany => {
            ApiError::unprocessable("too_many", "一次列得太多；请减少条目后再提交。")
        }
    }
}

const fn need_code(need: Need) -> &'static str {
    need.as_str()
}
