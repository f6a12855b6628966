//! What is proposed on the first day, and what once people have decided.

use super::*;
use crate::model::{Example, Recipe};

fn text<'a>(title: &'a str, body: &'a str) -> Text<'a> {
    Text {
        title,
        body,
        requester: None,
        category: &[None, None, None],
    }
}

fn first_day(title: &str, body: &str) -> Proposal {
    propose(text(title, body), &Catalogue::first(), &Learned::default())
}

#[test]
fn on_the_first_day_words_propose_class_topic_and_unit_with_the_words_that_did() {
    let found = first_day(
        "房东不退押金",
        "我在某小区租房，退租后房东一直不退押金两千元。",
    );
    let category = found.category.unwrap();
    assert_eq!(category.value.join(BETWEEN), "住房物业 / 房屋租赁 / 退押金");
    assert_eq!(
        (category.by, &*category.reasons[0].text),
        (Source::Words, "不退押金")
    );
    assert_eq!(found.topic.unwrap().value, "rental_deposit");
    let unit = found.unit.unwrap();
    assert!(unit.value.community && unit.value.entry == "rental");
    assert_eq!(found.urgency, None);
}

#[test]
fn what_says_nothing_gets_no_proposal_but_that_a_citizen_asks() {
    let found = first_day("您好", "麻烦了");
    assert_eq!(
        (found.category, found.topic, found.unit),
        (None, None, None)
    );
    assert_eq!(found.urgency, None);
}

#[test]
fn two_classes_that_are_as_close_stay_unproposed() {
    // Two characters each.
    assert_eq!(first_day("停水停电", "").category, None);
    assert_eq!(first_day("停水停电", "").urgency.unwrap().value, "urgent");
}

#[test]
fn danger_to_life_is_told_before_what_is_only_urgent() {
    let found = first_day("楼道漏气", "闻到燃气泄漏的味道，停水也没人管。");
    assert_eq!(found.urgency.unwrap().value, "critical");
}

#[test]
fn the_unit_follows_the_class_that_a_person_chose() {
    let category = ["市容环境", "绿化养护"].map(|name| Some(name.to_owned()));
    let [large, middle] = category;
    let chosen = Text {
        category: &[large, middle, None],
        ..text("小区问题", "物业不管")
    };
    let found = propose(chosen, &Catalogue::first(), &Learned::default());
    assert_eq!(found.unit.unwrap().value.entry, "greening");
}

/// Sixty tickets about two things, in words that no catalogue has.
fn decided() -> Vec<Example> {
    let texts = |words: &'static str, label: &'static str| {
        (0..30).map(move |n| Example {
            title: format!("{words}第{n}次反映"),
            body: format!("{words}，请派人来看"),
            label: label.to_owned(),
        })
    };
    let lifts = texts("老式升降梯卡住不动", "住房物业 / 物业服务 / 电梯");
    lifts
        .chain(texts("河边芦苇荡有股怪气", "环境保护 / 水体 / 河道污染"))
        .collect()
}

#[test]
fn once_people_have_decided_the_model_proposes_and_says_which_characters_decided() {
    let catalogue = Catalogue::first();
    let strange = text("升降梯又卡住", "卡住不动");
    assert_eq!(
        propose(strange, &catalogue, &Learned::default()).category,
        None
    );
    let learned = Learned::of(&decided(), &[], &catalogue, Recipe::default());
    let found = propose(strange, &catalogue, &learned).category.unwrap();
    assert_eq!(found.by, Source::Learned);
    assert_eq!(found.value[0], "住房物业");
    let reasons: Vec<&str> = found.reasons.iter().map(|it| &*it.text).collect();
    assert!(
        reasons.iter().all(|it| "升降梯又卡住不动".contains(it)),
        "{reasons:?}"
    );
    // Of something else it says nothing.
    assert_eq!(
        propose(text("办理居住", ""), &catalogue, &learned).category,
        None
    );
}

#[test]
fn what_is_learned_again_after_a_restart_says_the_same() {
    let catalogue = Catalogue::first();
    let learned = Learned::of(&decided(), &[], &catalogue, Recipe::default());
    let figures = learned.figures();
    let kept = serde_json::from_str(&serde_json::to_string(&figures).unwrap()).unwrap();
    let again = Learned::again(&decided(), &[], &catalogue, &kept, Recipe::default());
    let asked = text("升降梯又卡住", "卡住不动");
    assert_eq!(
        propose(asked, &catalogue, &again),
        propose(asked, &catalogue, &learned)
    );
    assert_eq!(again.figures(), figures);
}

#[test]
fn a_class_that_the_office_took_out_of_its_tree_is_not_proposed_any_more() {
    let mut catalogue = Catalogue::first();
    catalogue.types.retain(|it| it.name != "环境保护");
    let learned = Learned::of(&decided(), &[], &catalogue, Recipe::default());
    assert_eq!(learned.figures().large, None);
}
