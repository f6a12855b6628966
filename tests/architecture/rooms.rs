//! Rooms of a crate: the modules at its top. Each may use others, never in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{root, shown, sources};

/// Room to the rooms that it uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// What a crate's root defines itself.
const ROOT: &str = "the crate's root";

#[test]
fn rooms_of_a_crate_use_each_other_without_circles() {
    let mut seen = 0;
    let mut circles = Vec::new();
    for source in crates() {
        let arrows = arrows(&source);
        seen += arrows.values().map(BTreeSet::len).sum::<usize>();
        if let Some(circle) = circle(&arrows) {
            circles.push(format!("{source}: {}", circle.join(" -> ")));
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
    assert!(
        seen > 150,
        "only {seen} arrows were found: the reading of them is broken"
    );
}

#[test]
fn a_circle_is_seen() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut arrows = Arrows::new();
        for (from, to) in pairs {
            let from = arrows.entry((*from).to_owned()).or_default();
            from.insert((*to).to_owned());
        }
        arrows
    };
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let found = circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "b")]));
    assert_eq!(found.unwrap(), ["b", "c", "b"]);
}

#[test]
fn an_arrow_is_read_however_it_is_written() {
    let used = |text: &str, place: &[&str]| {
        let place: Vec<String> = place.iter().map(|word| (*word).to_owned()).collect();
        let mut found: Vec<_> = paths(text, &place).into_iter().collect();
        found.sort();
        found
    };
    assert_eq!(
        used("use crate::gate::{Gate, Decided};", &["pull"]),
        ["gate"]
    );
    assert_eq!(
        used("use super::{cursor::Cursor, live, Parts};", &["pull"]),
        ["Parts", "cursor", "live"]
    );
    assert_eq!(
        used(
            "use super::Visit; super::super::log::X",
            &["project", "scopes"]
        ),
        ["log"]
    );
    assert_eq!(used("// crate::gate\nself::deep::x()", &["pull"]), [""; 0]);
}

/// The source folder of every crate but the tests.
fn crates() -> Vec<String> {
    let mut found: Vec<_> = sources(&["server", "sync-core", "mobile-shim", "migrations"])
        .iter()
        .filter(|file| file.ends_with("src/lib.rs"))
        .map(|file| shown(file.parent().unwrap()))
        .collect();
    found.sort();
    assert!(found.len() >= 13, "{found:?}");
    found
}

fn arrows(source: &str) -> Arrows {
    let folder = root().join(source);
    let is_room =
        |word: &str| folder.join(format!("{word}.rs")).exists() || folder.join(word).is_dir();
    let library = code(&folder.join("lib.rs"));
    let exports = exports(&library);
    let mut arrows = Arrows::new();
    for file in sources(&[source]) {
        let path = file.strip_prefix(&folder).unwrap().with_extension("");
        let place: Vec<String> = path
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let room = place[0].clone();
        if room == "main" {
            continue;
        }
        let used: BTreeSet<String> = if room == "lib" {
            // What the root shows of its rooms is not used by it.
            let own = without_exports(&library);
            words_before_colons(&own)
                .filter(|word| is_room(word))
                .collect()
        } else {
            paths(&code(&file), &place)
                .into_iter()
                .map(|word| match exports.get(&word) {
                    Some(room) => room.clone(),
                    None if is_room(&word) => word,
                    None => ROOT.to_owned(),
                })
                .collect()
        };
        let room = if room == "lib" { ROOT.to_owned() } else { room };
        let used = used
            .into_iter()
            .filter(|other| *other != room)
            .collect::<Vec<_>>();
        arrows.entry(room).or_default().extend(used);
    }
    arrows
}

/// The text of a file without its tests and comments.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let text = text
        .split("\n#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What the root shows under its own name, with the room that it comes from.
fn exports(library: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for shown in library.split("pub use ").skip(1) {
        let shown = shown.split(';').next().unwrap_or_default();
        let Some((room, names)) = shown.split_once("::") else {
            continue;
        };
        for name in names.trim_matches(['{', '}']).split(',') {
            let name = name.split(" as ").last().unwrap_or_default().trim();
            found.insert(name.to_owned(), room.to_owned());
        }
    }
    found
}

fn without_exports(library: &str) -> String {
    let mut parts = library.split("pub use ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once(';').map_or("", |(_, rest)| rest)
    })
}

/// Words that begin a path: `store` of `store::Db`.
fn words_before_colons(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("::").filter_map(|(at, _)| {
        let before = &text[..at];
        let word = before
            .rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next()?;
        let ahead = &before[..before.len() - word.len()];
        (!word.is_empty() && !ahead.ends_with("::")).then(|| word.to_owned())
    })
}

/// The first names under the crate's root that a file at `place` uses.
fn paths(text: &str, place: &[String]) -> BTreeSet<String> {
    let text: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = BTreeSet::new();
    for (at, start) in text
        .match_indices("crate::")
        .chain(text.match_indices("super::"))
    {
        let ahead = text[..at].chars().next_back();
        if ahead.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$') {
            continue;
        }
        let mut rest = &text[at + start.len()..];
        let mut up = usize::from(start == "super::");
        if up > 0 && text[..at].ends_with("super::") {
            continue;
        }
        while let Some(further) = rest.strip_prefix("super::") {
            (rest, up) = (further, up + 1);
        }
        if start == "super::" && up != place.len() {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(list) => found.extend(first_words(list)),
            None => found.extend(word(rest)),
        }
    }
    found
}

/// The first words of the entries of `a::b, c::{d, e}, f}`.
fn first_words(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut entry = String::new();
    let mut found = Vec::new();
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.extend(word(std::mem::take(&mut entry).trim_start())),
            _ => {}
        }
        if depth == 0 && letter != ',' {
            entry.push(letter);
        }
    }
    found.extend(word(entry.trim_start()));
    found
}

fn word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// A way along the arrows that comes back to where it began.
fn circle(arrows: &Arrows) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    arrows
        .keys()
        .find_map(|room| walk(room, arrows, &mut Vec::new(), &mut done))
}

fn walk(
    room: &str,
    arrows: &Arrows,
    way: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(start) = way.iter().position(|before| before == room) {
        let mut circle = way[start..].to_vec();
        circle.push(room.to_owned());
        return Some(circle);
    }
    if done.contains(room) {
        return None;
    }
    way.push(room.to_owned());
    let further = arrows.get(room).into_iter().flatten();
    let found = further
        .into_iter()
        .find_map(|next| walk(next, arrows, way, done));
    way.pop();
    done.insert(room.to_owned());
    found
}
