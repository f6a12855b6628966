//! What people ask lists for: how long a question may be, and how many each may have at once.

use basis::Share;
use sync_core::Id;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Longer questions are cut: nobody types them.
const MAX_QUERY_CHARS: usize = 100;

/// The question that was asked, without the control characters that PostgreSQL refuses; `None` if there is none.
pub(crate) fn asked(value: Option<&str>) -> Option<String> {
    let shown = value?.trim().chars().filter(|c| !c.is_control());
    let text: String = shown.take(MAX_QUERY_CHARS).collect();
    (!text.is_empty()).then_some(text)
}

/// A turn at searching, held until the list is answered; none is needed without a question.
///
/// # Errors
/// If this person has all of their searches running (docs/adr/0010).
pub(crate) fn turn(
    app: &App,
    user: &CurrentUser,
    question: Option<&str>,
) -> Result<Option<Share<Id>>, ApiError> {
    let Some(_) = question else { return Ok(None) };
    match app.searches().take(user.person) {
        Some(turn) => Ok(Some(turn)),
        None => Err(ApiError::too_many_requests(
            "too_many_searches",
            "上一次查找还没有结束，请稍候再试。",
            1,
        )),
    }
}

/// A turn at reckoning figures: a person has as many of these at once as of searches.
///
/// # Errors
/// If all of them are running.
pub(crate) fn reckoning(app: &App, user: &CurrentUser) -> Result<Share<Id>, ApiError> {
    app.searches().take(user.person).ok_or_else(|| {
        ApiError::too_many_requests("too_many_searches", "上一次统计还没有算完，请稍候再试。", 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_what_was_typed_without_what_nobody_types() {
        assert_eq!(asked(None), None);
        assert_eq!(asked(Some("  \u{0}\n ")), None);
        assert_eq!(asked(Some(" 楼道\u{0}堆物 ")).as_deref(), Some("楼道堆物"));
        let long = "楼".repeat(5_000);
        assert_eq!(
            asked(Some(&long)).map(|text| text.chars().count()),
            Some(MAX_QUERY_CHARS)
        );
    }
}
