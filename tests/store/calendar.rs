//! Imported years of the official calendar.

use harness::on_both_backends;
use store::calendar::ImportedYear;
use store::{Db, Error};
use sync_core::calendar::{Calendar, Day};

use super::rows::{self, PERSON, TENANT, at, id};

on_both_backends! {
    the_newest_of_each_imported_year_counts,
    a_year_that_cannot_be_read_is_an_error_and_never_left_out,
}

fn year(number: i64, seq: i64, content: &str) -> ImportedYear {
    ImportedYear {
        year: number,
        seq,
        imported_at: at(seq),
        person: Some(PERSON),
        content: content.to_owned(),
    }
}

async fn the_newest_of_each_imported_year_counts(db: Db) {
    let mut tx = rows::begin(&db).await;
    let mut second = rows::tenant();
    second.id = id(50);
    second.code = "minzhu".to_owned();
    tx.insert_tenant(&second).await.unwrap();
    assert_eq!(tx.load_calendar(TENANT).await.unwrap(), Calendar::shipped());

    let first = year(2027, 3, "年 2027\n来源 甲\n放假 元旦 2027-01-01\n");
    let newer = year(2027, 7, "年 2027\n来源 乙\n放假 元旦 2027-01-04\n");
    let later = year(2028, 5, "年 2028\n来源 丙\n放假 元旦 2028-01-03\n");
    for imported in [&newer, &later, &first] {
        tx.insert_calendar_year(TENANT, imported).await.unwrap();
    }
    let listed = tx.list_calendar_years(TENANT).await.unwrap();
    assert_eq!(listed, [newer, later]);
    let calendar = tx.load_calendar(TENANT).await.unwrap();
    assert_eq!(calendar.published_through(), Some(2028));
    let works = |day: &str| calendar.is_working_day(Day::parse(day).unwrap()).value;
    assert!(works("2027-01-01") && !works("2027-01-04"));
    assert_eq!(tx.load_calendar(id(50)).await.unwrap(), Calendar::shipped());
}

async fn a_year_that_cannot_be_read_is_an_error_and_never_left_out(db: Db) {
    let mut tx = rows::begin(&db).await;
    let damaged = year(2027, 3, "年 2027");
    tx.insert_calendar_year(TENANT, &damaged).await.unwrap();
    let error = tx.load_calendar(TENANT).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
}
