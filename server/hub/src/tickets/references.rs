//! What an action names must be there: units, words, and what the catalogue has.

use classify::catalogue::Catalogue;
use intake::form::{CREDIT_CODE, credit_code};
use sync_core::lifecycle::Act;
use sync_core::lifecycle::act::Answer;

use crate::auth::CurrentUser;
use crate::classifier;
use crate::error::ApiError;
use store::Tx;
use store::tickets::{RequestKind, RequesterType, Ticket, TicketTimes, Urgency};
use sync_core::lifecycle::life::Life;

/// How much of a name a refusal repeats.
const SHOWN_CHARS: usize = 20;

/// The ticket as it stands: what it has already may be named again, whatever became of the catalogue since.
pub(super) struct Has<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) times: &'a TicketTimes,
    pub(super) life: &'a Life,
}

/// Checks what an action names, and puts what somebody wrote into the form in which it is kept.
pub(super) async fn check(
    act: &mut Act,
    has: &Has<'_>,
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<(), ApiError> {
    if let Act::AskHelp { unit, .. } = act
        && tx.find_unit(user.tenant, *unit).await?.is_none()
    {
        return Err(ApiError::unprocessable(
            "unit_unknown",
            "没有这个单位；请刷新页面后重新选择协办单位。",
        ));
    }
    if let Act::Describe { form } = act
        && let Some(code) = form.get_mut(CREDIT_CODE)
        && !matches!(code, Answer::Text(text) if text.trim().is_empty())
    {
        *code = credit_code(code)
            .map_err(|refusal| ApiError::unprocessable(refusal.field, refusal.sentence))?;
    }
    if let Act::Classify {
        request_kind,
        requester_type,
        urgency,
        category,
        topic,
        ..
    } = act
    {
        let known = request_kind
            .as_deref()
            .is_none_or(|word| RequestKind::parse(word).is_some())
            && requester_type
                .as_deref()
                .is_none_or(|word| RequesterType::parse(word).is_some())
            && urgency
                .as_deref()
                .is_none_or(|word| Urgency::parse(word).is_some());
        if !known {
            return Err(ApiError::unprocessable(
                "word_unknown",
                "诉求类型、诉求主体或紧急程度不在列表里；请刷新页面后重新选择。",
            ));
        }
        let new_category = category
            .as_ref()
            .filter(|it| **it != has.ticket.row.category);
        let new_topic = topic.as_ref().filter(|it| !has.has_topic(it));
        if new_category.is_none() && new_topic.is_none() {
            return Ok(());
        }
        let (_, catalogue) = classifier::catalogue(user.tenant, tx).await?;
        if let Some(category) = new_category
            && !catalogue.has_category(category)
        {
            let named: Vec<&str> = category.iter().flatten().map(String::as_str).collect();
            return Err(unknown("category", "类别", &named.join(" / ")));
        }
        return check_topic(new_topic, &catalogue);
    }
    if let Act::Analyse { causes, topic, .. } = act {
        let new_topic = topic.as_ref().filter(|it| !has.has_topic(it));
        let new_cause = causes.iter().any(|it| !has.life.causes.contains(it));
        if !new_cause && new_topic.is_none() {
            return Ok(());
        }
        let (_, catalogue) = classifier::catalogue(user.tenant, tx).await?;
        let gone = causes
            .iter()
            .find(|it| catalogue.cause(it).is_none() && !has.life.causes.contains(it));
        if let Some(gone) = gone {
            return Err(unknown("causes", "诉求根源", gone));
        }
        return check_topic(new_topic, &catalogue);
    }
    Ok(())
}

impl Has<'_> {
    fn has_topic(&self, topic: &str) -> bool {
        self.times.topic.as_deref() == Some(topic)
    }
}

fn check_topic(topic: Option<&String>, catalogue: &Catalogue) -> Result<(), ApiError> {
    match topic {
        Some(topic) if catalogue.topic(topic).is_none() => Err(unknown("topic", "重点问题", topic)),
        Some(_) | None => Ok(()),
    }
}

/// The code is the name of the field, as at the intake desk.
fn unknown(field: &'static str, called: &str, value: &str) -> ApiError {
    let shown: String = value.chars().take(SHOWN_CHARS).collect();
    ApiError::unprocessable(
        field,
        format!("{called}“{shown}”不在目录里；请刷新页面后重新选择，或请管理员先加进目录。"),
    )
}
