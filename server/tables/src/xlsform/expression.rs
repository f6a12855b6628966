//! The few shapes of conditions and constraints that a form can hold.

/// A condition as it is written, by the question's and the choice's own words.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    /// `${q} = 'x'`, `selected(${q}, 'x')`
    Is(&'a str, &'a str),
    /// `${q} != ''`
    Answered(&'a str),
}

/// Reads a condition; `None` if it has another shape.
pub(super) fn condition(text: &str) -> Option<Asked<'_>> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("selected") {
        let inner = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
        let (question, value) = inner.split_once(',')?;
        return Some(Asked::Is(name(question)?, quoted(value)?));
    }
    if let Some((question, value)) = text.split_once("!=") {
        let (question, value) = (name(question)?, quoted(value)?);
        return value.is_empty().then_some(Asked::Answered(question));
    }
    let (question, value) = text.split_once('=')?;
    let value = quoted(value).or_else(|| number(value))?;
    (!value.is_empty()).then_some(Asked::Is(name(question)?, value))
}

/// `${q}`
fn name(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${")?.strip_suffix('}')?.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

/// `'x'`, `"x"`, and with the quotes that word processors make of them.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let pairs = [('\'', '\''), ('"', '"'), ('‘', '’'), ('“', '”')];
    let inner = pairs
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))?;
    (!inner.contains(['\'', '"', '(', '$'])).then_some(inner.trim())
}

fn number(text: &str) -> Option<&str> {
    let text = text.trim();
    text.parse::<i64>().is_ok().then_some(text)
}

/// Bounds: at least, at most.
pub(super) type Bounds = (Option<i64>, Option<i64>);

/// `. >= 1 and . <= 10`, also with `>`, `<` and one bound; of `what` is `string-length(.)` its length. `None` if it has
/// another shape.
pub(super) fn bounds(text: &str, what: &str) -> Option<Bounds> {
    let (mut min, mut max) = (None, None);
    for part in split_and(text) {
        let part: String = part.chars().filter(|c| !c.is_whitespace()).collect();
        let inner = part
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'));
        let part = inner
            .filter(|inner| inner.starts_with(what))
            .unwrap_or(&part);
        let rest = part.strip_prefix(what)?;
        let (least, limit) = if let Some(number) = rest.strip_prefix(">=") {
            (true, number.parse::<i64>().ok()?)
        } else if let Some(number) = rest.strip_prefix("<=") {
            (false, number.parse::<i64>().ok()?)
        } else if let Some(number) = rest.strip_prefix('>') {
            (true, number.parse::<i64>().ok()?.checked_add(1)?)
        } else if let Some(number) = rest.strip_prefix('<') {
            (false, number.parse::<i64>().ok()?.checked_sub(1)?)
        } else {
            return None;
        };
        let place = if least { &mut min } else { &mut max };
        if place.replace(limit).is_some() {
            return None;
        }
    }
    Some((min, max))
}

fn split_and(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(" and ").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_that_a_form_can_hold_are_read_and_no_others() {
        for (text, read) in [
            ("${a}='x'", Some(Asked::Is("a", "x"))),
            (" ${a} = \"x\" ", Some(Asked::Is("a", "x"))),
            ("${ n }=5", Some(Asked::Is("n", "5"))),
            ("selected(${a}, 'x')", Some(Asked::Is("a", "x"))),
            ("selected( ${a} , ‘x’ )", Some(Asked::Is("a", "x"))),
            ("${a} != ''", Some(Asked::Answered("a"))),
            ("${a} != 'x'", None),
            ("${a} > 5", None),
            ("${a} >= 5", None),
            ("${a} <= 5", None),
            ("${a}='x' or ${b}='y'", None),
            ("${a}='x' and ${b}='y'", None),
            ("not(selected(${a}, 'x'))", None),
            ("${a}=''", None),
            ("true()", None),
            ("", None),
        ] {
            assert_eq!(condition(text), read, "{text}");
        }
    }

    #[test]
    fn bounds_are_read_with_both_signs_and_nothing_else_is_taken_for_them() {
        for (text, read) in [
            (". >= 1 and . <= 10", Some((Some(1), Some(10)))),
            (".>0 and .<11", Some((Some(1), Some(10)))),
            ("(. >= -5) and (. <= 5)", Some((Some(-5), Some(5)))),
            (".<=3 AND .>=1", Some((Some(1), Some(3)))),
            (". < 10", Some((None, Some(9)))),
            (". != 3", None),
            (". > ${a}", None),
            (". >= 1 and . >= 2", None),
            (". >= 1.5", None),
            ("regex(., '^a')", None),
            (". > 9223372036854775807", None),
        ] {
            assert_eq!(bounds(text, "."), read, "{text}");
        }
        assert_eq!(
            bounds("string-length(.) <= 20", "string-length(.)"),
            Some((None, Some(20)))
        );
    }
}
