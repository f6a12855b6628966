//! The columns of a table of people.

use std::collections::BTreeMap;

use crate::FileRefused;
use crate::header::Header;
use crate::plain;
use crate::table::{NotATable, Row};

/// Each column by its titles; the first is what it is called when it is missing.
pub(super) const USERNAME: &[&str] = &["账号", "帐号", "用户名", "登录名", "登录账号", "username"];
pub(super) const NAME: &[&str] = &["姓名", "name"];
pub(super) const ROLE: &[&str] = &["角色", "岗位", "role"];
pub(super) const UNITS: &[&str] = &["单位编码", "单位", "units", "unit codes", "unit_codes"];

/// Where the columns stand.
pub(super) struct Columns(BTreeMap<&'static str, Vec<usize>>);

impl Columns {
    /// Finds the columns; those that are needed and missing are named instead.
    fn of(header: &[String]) -> Result<Self, Vec<&'static str>> {
        let header: Vec<String> = header.iter().map(|cell| plain::title(cell)).collect();
        let mut columns = BTreeMap::new();
        for titles in [USERNAME, NAME, ROLE, UNITS] {
            let is_title = |cell: &String| titles.iter().any(|title| plain::title(title) == *cell);
            if let (Some(title), Some(place)) = (titles.first(), header.iter().position(is_title)) {
                columns.insert(*title, vec![place]);
            }
        }
        let needed = [USERNAME, NAME, ROLE].into_iter().filter_map(<[_]>::first);
        let missing: Vec<_> = needed
            .filter(|title| !columns.contains_key(*title))
            .copied()
            .collect();
        match missing.is_empty() {
            true => Ok(Self(columns)),
            false => Err(missing),
        }
    }

    pub(super) fn of_title(&self, titles: &[&'static str]) -> &[usize] {
        let columns = titles.first().and_then(|title| self.0.get(title));
        columns.map_or(&[], Vec::as_slice)
    }

    pub(super) fn cell<'a>(&self, row: &'a Row, titles: &[&'static str]) -> &'a str {
        let place = self.of_title(titles).first();
        let cell = place.and_then(|place| row.cells.get(*place));
        cell.map_or("", String::as_str)
    }
}

/// The first row that has the columns.
pub(super) fn header(top: &[Row]) -> Option<(Header, Columns)> {
    top.iter().find_map(|row| {
        let header = Header::of(row);
        let columns = Columns::of(&header.titles).ok()?;
        Some((header, columns))
    })
}

/// Says what the row that is most like a header lacks.
pub(super) fn refusal(tops: &[Vec<Row>]) -> FileRefused {
    let rows = tops.iter().flatten();
    let missing = rows.filter_map(|row| Columns::of(&row.cells).err());
    match missing.min_by_key(Vec::len) {
        None => FileRefused::NotATable(NotATable::Empty),
        Some(missing) => FileRefused::MissingColumns {
            title: "账号清单".to_owned(),
            columns: missing.join("、"),
        },
    }
}
