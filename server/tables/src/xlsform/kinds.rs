//! What the types of a survey's questions are to a form.

use super::WhyLeft;

/// The name of the list behind `select_one` and its like.
pub(super) fn list_of(kind: &str) -> Option<String> {
    if let Kind::Select { list, .. } = kind_of(kind) {
        return Some(list);
    }
    None
}

/// What a type of question is to a form.
pub(super) enum Kind {
    Text,
    Whole,
    Decimal,
    Date,
    Select {
        many: bool,
        list: String,
        other: bool,
    },
    Range,
    Note,
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    Never(WhyLeft),
}

pub(super) fn kind_of(text: &str) -> Kind {
    let lower = text.to_lowercase().replace('_', " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let selects = [
        ("select one from ", false),
        ("select all that apply from ", true),
        ("select one ", false),
        ("select multiple ", true),
        ("select many ", true),
        ("select1 ", false),
    ];
    let joined = words.join(" ");
    if words.iter().any(|word| word.contains("file")) && joined.starts_with("select") {
        return Kind::Never(WhyLeft::ChoicesElsewhere);
    }
    for (head, many) in selects {
        if !joined.starts_with(head) {
            continue;
        }
        // The list keeps its letters: it is named by the sheet of choices as it is.
        let skip = head.split_whitespace().count();
        let written = text.trim().replacen("select_one", "select one", 1);
        let written = written.replacen("select_multiple", "select multiple", 1);
        let mut rest: Vec<&str> = written.split_whitespace().skip(skip).collect();
        let other = rest
            .last()
            .is_some_and(|last| matches!(last.to_lowercase().as_str(), "or_other" | "other"))
            && rest.len() > 1;
        if other {
            rest.retain(|word| {
                !matches!(
                    word.to_lowercase().as_str(),
                    "or_other" | "other" | "specify" | "or"
                )
            });
        }
        let list = rest.join(" ");
        return Kind::Select { many, list, other };
    }
    match joined.as_str() {
        "text" | "string" => Kind::Text,
        "integer" | "int" => Kind::Whole,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "range" => Kind::Range,
        "note" => Kind::Note,
        "begin group" => Kind::BeginGroup,
        "end group" => Kind::EndGroup,
        "begin repeat" => Kind::BeginRepeat,
        "end repeat" => Kind::EndRepeat,
        "image" | "photo" | "audio" | "video" | "file" | "background-audio" => {
            Kind::Never(WhyLeft::Picture)
        }
        "geopoint" | "geotrace" | "geoshape" | "location" | "gps" | "start-geopoint" => {
            Kind::Never(WhyLeft::Place)
        }
        "start" | "end" | "today" | "deviceid" | "device id" | "subscriberid" | "simserial"
        | "phonenumber" | "phone number" | "username" | "email" | "audit" | "get start time"
        | "get end time" | "get today" | "get device id" => Kind::Never(WhyLeft::NotedAnyway),
        "calculate" | "hidden" | "calculation" => Kind::Never(WhyLeft::Computed),
        _ => Kind::Never(WhyLeft::KindUnknown),
    }
}
