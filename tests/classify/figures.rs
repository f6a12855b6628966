//! What docs/BENCHMARKS.md says of the classifier, measured again on the real files.

use classify::folds::{self, Figures};
use classify::party::{self, Party};
use classify::{Example, Recipe};
use tables::Mapping;
use tables::labelled::{self, LabelledTicket};

use crate::imports::files::real;

async fn tickets(name: &str) -> Option<Vec<LabelledTicket>> {
    let content = real(name)?;
    let mappings = Mapping::embedded().unwrap();
    let (tickets, refused) = labelled::read(content.into(), mappings).await.unwrap();
    assert_eq!(refused, []);
    Some(tickets)
}

async fn examples() -> Option<Vec<Example>> {
    let tickets = tickets("zw_messages_labeled.csv").await?;
    let examples = tickets.into_iter().map(|it| Example {
        title: it.title,
        body: it.description,
        label: it.category[0].clone().unwrap(),
    });
    Some(examples.collect())
}

fn measure(examples: &[Example]) -> Figures {
    // One division of the three that the documentation shows: it takes a second.
    folds::measure(examples, 5, 1, Recipe::default()).unwrap()
}

#[tokio::test]
async fn four_of_five_messages_that_the_model_has_not_seen_get_the_class_that_a_person_gave() {
    let Some(examples) = examples().await else {
        return;
    };
    assert_eq!(examples.len(), 495);
    let figures = measure(&examples);
    println!("{figures:?}");
    assert!(figures.accuracy >= 0.80, "{}", figures.accuracy);
    assert!(figures.macro_f1 >= 0.78, "{}", figures.macro_f1);
    assert!(figures.baseline.accuracy < 0.25 && figures.baseline.macro_f1 < 0.06);
    // It is silent on half of them, and of what it says nineteen of twenty are right.
    assert!(figures.spoken > 0.4 && figures.spoken_accuracy >= folds::SURE);
}

#[tokio::test]
async fn the_same_messages_give_the_same_model_to_the_last_digit() {
    let Some(examples) = examples().await else {
        return;
    };
    let few = examples.get(..200).unwrap();
    assert_eq!(measure(few), measure(few));
}

#[tokio::test]
async fn labels_that_were_dealt_out_by_chance_cannot_be_learned() {
    let Some(mut examples) = examples().await else {
        return;
    };
    // The measure would be worthless if it saw the answers: with labels moved on by one it must find nothing.
    let mut labels: Vec<String> = examples.iter().map(|it| it.label.clone()).collect();
    labels.sort_unstable();
    let mut chance = sync_core::chance::Chance::new(7, 1);
    for example in &mut examples {
        let place = chance.below(labels.len() as u64) as usize;
        example.label = labels.swap_remove(place);
    }
    let figures = measure(&examples);
    assert!(figures.accuracy < 0.30, "{}", figures.accuracy);
}

/// How many of the tickets that a person labelled the rules get right; and how many always the largest class would.
async fn subjects(name: &str, labels: &str) -> Option<(usize, usize)> {
    let tickets = tickets(name).await?;
    let labels: Vec<(&str, Party)> = labels
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(number, word)| (number, Party::parse(word).unwrap()))
        .collect();
    assert_eq!(labels.len(), 100);
    let right = labels.iter().filter(|(number, person)| {
        let ticket = tickets.iter().find(|it| it.upstream_no == *number).unwrap();
        party::decide(&ticket.title, &ticket.description, None).party == *person
    });
    let largest = Party::ALL.map(|party| labels.iter().filter(|it| it.1 == party).count());
    Some((right.count(), largest.into_iter().max().unwrap()))
}

#[tokio::test]
async fn of_a_hundred_messages_read_by_a_person_the_rules_get_the_subject_of_ninety_right() {
    let labels = include_str!("../fixtures/subjects/board_labeled.csv");
    let Some((right, largest)) = subjects("zw_messages_labeled.csv", labels).await else {
        return;
    };
    assert_eq!(largest, 74);
    assert!(right >= 90, "{right}");
}

#[tokio::test]
async fn of_a_hundred_real_cases_read_by_a_person_the_rules_get_the_subject_of_ninety_right() {
    let labels = include_str!("../fixtures/subjects/pingshan.csv");
    let Some((right, largest)) = subjects("pingshan_2018_events.csv", labels).await else {
        return;
    };
    assert_eq!(largest, 81);
    assert!(right >= 90, "{right}");
}
