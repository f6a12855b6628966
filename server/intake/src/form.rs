//! What the form of a channel asks beside the common fields, as one flat list of answers.
//!
//! S59: wage arrears tell employer, site, months, amount and people. S70: an enterprise's request names the enterprise, its market
//! and what it concerns; its code is checked where it is given.

use std::collections::BTreeMap;

use sync_core::calendar::Day;
use sync_core::lifecycle::act::Answer;
use sync_core::lifecycle::life::ENTERPRISE_NAME;

use crate::channel::Channel;
use crate::credit_code::CreditCode;
use crate::refusal::Refusal;

/// Answers by the name of their field.
pub type Form = BTreeMap<String, Answer>;

/// Employer, as the worker names it.
pub const EMPLOYER: &str = "employer";
/// Building site or workplace.
pub const SITE: &str = "site";
/// First month that was not paid, `2026-08`.
pub const MONTHS_FROM: &str = "months_from";
/// Last month that was not paid.
pub const MONTHS_TO: &str = "months_to";
/// What is owed to all together, in fen.
pub const AMOUNT_FEN: &str = "amount_fen";
/// How many are owed.
pub const PEOPLE: &str = "people";
/// 统一社会信用代码
pub const CREDIT_CODE: &str = "credit_code";
/// The market or park that the enterprise is in.
pub const MARKET: &str = "market";
/// Whom or what it concerns: 停网的商户有二十家.
pub const AFFECTED_SCOPE: &str = "affected_scope";

const MAX_CHARS: usize = 200;
/// A hundred million yuan: no site of a sub-district owes more, and a slip of two places shows.
const MAX_FEN: i64 = 10_000_000_000;
const MAX_PEOPLE: i64 = 10_000;

/// Checks a form against what its channel and its requester need; gives it tidied, without blank answers.
///
/// # Errors
/// The first answer that is missing or wrong, with what to do.
pub fn check(
    form: Form,
    channel: Channel,
    is_enterprise: bool,
    today: Day,
) -> Result<Form, Refusal> {
    let mut checked = Checked {
        given: form
            .into_iter()
            .filter(|(_, answer)| !is_blank(answer))
            .collect(),
        kept: Form::new(),
    };
    if channel.asks_wages() {
        checked.wages(today)?;
    }
    if is_enterprise {
        checked.enterprise()?;
    }
    match checked.given.into_keys().next() {
        None => Ok(checked.kept),
        Some(name) => Err(Refusal::new(
            "form",
            format!(
                "这个渠道的表没有“{}”这一栏；请刷新页面后再填。",
                name.chars().take(20).collect::<String>()
            ),
        )),
    }
}

/// A credit code as it is kept, wherever it was written.
///
/// # Errors
/// Which place is wrong, with what to do.
pub fn credit_code(answer: &Answer) -> Result<Answer, Refusal> {
    let Answer::Text(code) = answer else {
        return Err(Refusal::new(
            CREDIT_CODE,
            "统一社会信用代码应为 18 位文字；请对照营业执照填写。",
        ));
    };
    let code =
        CreditCode::parse(code).map_err(|error| Refusal::new(CREDIT_CODE, error.to_string()))?;
    Ok(Answer::Text(code.as_str().to_owned()))
}

fn is_blank(answer: &Answer) -> bool {
    matches!(answer, Answer::Text(text) if text.trim().is_empty())
}

struct Checked {
    given: Form,
    kept: Form,
}

impl Checked {
    fn wages(&mut self, today: Day) -> Result<(), Refusal> {
        self.text(EMPLOYER, "请填写用人单位（公司、工地承包人或店名）。")?;
        self.text(SITE, "请填写工地或工作地点。")?;
        let from = self.month(MONTHS_FROM, "请填写从哪个月开始欠薪，如 2026-08。")?;
        let to = self.month(MONTHS_TO, "请填写欠薪到哪个月，如 2026-10。")?;
        if from > to {
            return Err(Refusal::new(
                MONTHS_TO,
                "欠薪的结束月份早于开始月份；请核对这两个月份。",
            ));
        }
        if to.start() > today.start() {
            return Err(Refusal::new(
                MONTHS_TO,
                "欠薪的结束月份还没有到；请核对月份。",
            ));
        }
        self.count(
            AMOUNT_FEN,
            1..=MAX_FEN,
            "请填写欠薪总额（元），大于 0、不超过一亿元。",
        )?;
        self.count(
            PEOPLE,
            1..=MAX_PEOPLE,
            "请填写被欠薪的人数，1 到 10000 之间的整数。",
        )
    }

    fn enterprise(&mut self) -> Result<(), Refusal> {
        self.text(ENTERPRISE_NAME, "请填写企业或商户的名称。")?;
        self.text(MARKET, "请填写企业所在的市场或园区，没有就写“无”。")?;
        self.text(AFFECTED_SCOPE, "请填写影响范围，如“二十家商户断网”。")?;
        if let Some(code) = self.given.remove(CREDIT_CODE) {
            self.kept
                .insert(CREDIT_CODE.to_owned(), credit_code(&code)?);
        }
        Ok(())
    }

    fn text(&mut self, name: &'static str, missing: &'static str) -> Result<(), Refusal> {
        let Some(Answer::Text(text)) = self.given.remove(name) else {
            return Err(Refusal::new(name, missing));
        };
        let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
        if text.chars().count() > MAX_CHARS {
            return Err(Refusal::new(
                name,
                format!("这一栏超过 {MAX_CHARS} 字；请缩短，细节写在诉求内容里。"),
            ));
        }
        self.kept.insert(name.to_owned(), Answer::Text(text));
        Ok(())
    }

    fn month(&mut self, name: &'static str, wrong: &'static str) -> Result<Day, Refusal> {
        let refused = || Refusal::new(name, wrong);
        let Some(Answer::Text(text)) = self.given.remove(name) else {
            return Err(refused());
        };
        let day = Day::parse(&format!("{}-01", text.trim())).ok_or_else(refused)?;
        let (year, month, _) = day.date();
        self.kept.insert(
            name.to_owned(),
            Answer::Text(format!("{year:04}-{month:02}")),
        );
        Ok(day)
    }

    fn count(
        &mut self,
        name: &'static str,
        allowed: std::ops::RangeInclusive<i64>,
        wrong: &'static str,
    ) -> Result<(), Refusal> {
        match self.given.remove(name) {
            Some(Answer::Number(number)) if allowed.contains(&number) => {
                self.kept.insert(name.to_owned(), Answer::Number(number));
                Ok(())
            }
            Some(_) | None => Err(Refusal::new(name, wrong)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = match Day::new(2026, 11, 24) {
        Some(day) => day,
        None => panic!("a day"),
    };

    fn wages() -> Form {
        let text = |text: &str| Answer::Text(text.to_owned());
        Form::from([
            (EMPLOYER.to_owned(), text("某某建筑公司")),
            (SITE.to_owned(), text(" 黄台工地 ")),
            (MONTHS_FROM.to_owned(), text("2026-08")),
            (MONTHS_TO.to_owned(), text("2026-10")),
            (AMOUNT_FEN.to_owned(), Answer::Number(12_345_600)),
            (PEOPLE.to_owned(), Answer::Number(12)),
        ])
    }

    fn refused(change: impl FnOnce(&mut Form)) -> (&'static str, String) {
        let mut form = wages();
        change(&mut form);
        let refusal = check(form, Channel::WageHotlinePhone, false, TODAY).unwrap_err();
        (refusal.field, refusal.sentence)
    }

    #[test]
    fn wage_arrears_are_kept_tidied() {
        let form = check(wages(), Channel::WageWechat, false, TODAY).unwrap();
        assert_eq!(form.get(SITE), Some(&Answer::Text("黄台工地".to_owned())));
        assert_eq!(form.len(), 6);
    }

    #[test]
    fn each_wrong_answer_is_refused_at_its_field_with_what_to_do() {
        let put = |name: &'static str, answer: Answer| {
            refused(move |form| drop(form.insert(name.to_owned(), answer)))
        };
        let text = |text: &str| Answer::Text(text.to_owned());
        assert_eq!(put(EMPLOYER, text(" ")).0, EMPLOYER);
        assert!(put(MONTHS_FROM, text("八月")).1.contains("如 2026-08"));
        assert!(put(MONTHS_TO, text("2026-07")).1.contains("早于开始月份"));
        assert!(put(MONTHS_TO, text("2026-12")).1.contains("还没有到"));
        assert_eq!(put(AMOUNT_FEN, Answer::Number(0)).0, AMOUNT_FEN);
        assert_eq!(put(PEOPLE, text("很多")).0, PEOPLE);
        assert!(put("colour", text("红")).1.contains("没有“colour”这一栏"));
    }

    #[test]
    fn an_enterprise_is_named_and_its_code_is_checked_where_it_is_given() {
        let text = |text: &str| Answer::Text(text.to_owned());
        let form = |code: &str| {
            Form::from([
                (ENTERPRISE_NAME.to_owned(), text("某某茶业")),
                (MARKET.to_owned(), text("黄台茶叶批发市场")),
                (AFFECTED_SCOPE.to_owned(), text("二十家商户断网")),
                (CREDIT_CODE.to_owned(), text(code)),
            ])
        };
        let check = |form| check(form, Channel::WarmPhone, true, TODAY);
        assert_eq!(check(form("")).unwrap().len(), 3);
        let kept = check(form("91330106 67395965 4p")).unwrap();
        assert_eq!(kept.get(CREDIT_CODE), Some(&text("91330106673959654P")));
        let wrong = check(form("9133O106673959654P")).unwrap_err();
        assert!(wrong.field == CREDIT_CODE && wrong.sentence.contains("第 5 位"));
        assert_eq!(check(Form::new()).unwrap_err().field, ENTERPRISE_NAME);
    }
}
