//! 通话记录: first contacts and callbacks.

use basis::mask;
use print::Block;
use sync_core::lifecycle::Act;
use sync_core::lifecycle::act::{NotAsked, Satisfaction};

use super::Source;
use super::head::{joined, table};
use crate::moment;
use crate::words::Words;

/// Every call and every other way in which the requester was reached, oldest first.
pub(super) fn calls(source: &Source, words: &Words) -> Vec<Block> {
    let rows = source.past.iter().filter_map(|past| {
        let act = past.act.as_ref()?;
        let (means, told_at, words_said) = if let Act::Contact {
            means, words, at, ..
        } = act
        {
            (means, *at, words)
        } else if let Act::Callback { means, words, .. } = act {
            (means, None, words)
        } else {
            return None;
        };
        // A phone's clock may run ahead; nobody called later than the hub heard of it.
        let at = told_at.map_or(past.at, |at| at.min(past.at));
        let noted = if at == past.at {
            String::new()
        } else {
            format!("{} 上传", moment::minute(past.at))
        };
        Some(vec![
            moment::minute(at),
            words.word("ticket_action", act.action().as_str()),
            words.word("means", means.as_str()),
            source.name(past.person),
            joined(&[&answers(act, words), &mask::text(words_said), &noted]),
        ])
    });
    table(
        "通话记录",
        [
            ("时间", 5),
            ("事项", 4),
            ("方式", 3),
            ("人员", 5),
            ("结果", 9),
        ],
        rows.collect(),
        "没有首次联系和回访的记录。",
    )
}

/// What was answered at a callback; nothing of another act.
pub(super) fn answers(act: &Act, words: &Words) -> String {
    let Act::Callback {
        service,
        result,
        solved,
        not_asked,
        ..
    } = act
    else {
        return String::new();
    };
    callback_answers(*service, *result, *solved, *not_asked, words)
}

/// 服务：满意，结果：不满意，未解决; or why nobody was asked.
pub(super) fn callback_answers(
    service: Option<Satisfaction>,
    result: Option<Satisfaction>,
    solved: Option<bool>,
    not_asked: Option<NotAsked>,
    words: &Words,
) -> String {
    let answer = |label: &str, answer: Option<Satisfaction>| {
        answer.map_or_else(String::new, |answer| {
            format!("{label}{}", words.word("satisfaction", answer.as_str()))
        })
    };
    let solved = match solved {
        Some(true) => "已解决",
        Some(false) => "未解决",
        None => "",
    };
    let not_asked = not_asked.map_or_else(String::new, |why| {
        format!("未回访：{}", words.word("not_asked", why.as_str()))
    });
    joined(&[
        &answer("服务", service),
        &answer("结果", result),
        solved,
        &not_asked,
    ])
}
