//! Numbers of clauses.

/// 一, 十二, 一百零三: a number below 10,000 in words; a larger one in digits.
pub(crate) fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if number == 0 || number >= 10_000 {
        return number.to_string();
    }
    let mut text = String::new();
    let mut rest = number;
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text += "零";
        }
        // 十二 and not 一十二, but 一百一十二.
        if !(unit == 10 && digit == 1 && text.is_empty()) {
            text += DIGITS.get(digit).copied().unwrap_or_default();
        }
        text += name;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (number, said) in [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (40, "四十"),
            (99, "九十九"),
            (100, "一百"),
            (103, "一百零三"),
            (110, "一百一十"),
            (112, "一百一十二"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
            (9999, "九千九百九十九"),
            (10_000, "10000"),
        ] {
            assert_eq!(chinese(number), said);
        }
    }
}
