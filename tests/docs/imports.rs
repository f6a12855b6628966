//! docs/IMPORTS.md lists every sentence that refuses a file.

use std::fmt::Write as _;

use tables::{FileRefused, NotATable};

const HEADING: &str = "## Files that are refused as a whole";

#[test]
fn the_document_of_imports_lists_every_sentence_that_refuses_a_file() {
    let text = super::read("docs/IMPORTS.md");
    let (before, _) = text.split_once(HEADING).unwrap_or((&text, ""));
    let mut list = String::new();
    for sentence in sentences() {
        writeln!(list, "- {sentence}").expect("text");
    }
    let current = format!(
        "{}\n\n{HEADING}\n\nGenerated from the program.\n\n{list}",
        before.trim_end()
    );
    super::assert_current("docs/IMPORTS.md", &current);
}

fn sentences() -> Vec<String> {
    let dots = || "…".to_owned();
    let tables = NotATable::ALL.map(FileRefused::NotATable);
    let headers = [
        FileRefused::UnknownHeader { first: dots() },
        FileRefused::MissingColumns {
            title: dots(),
            columns: dots(),
        },
        FileRefused::UnknownSource(dots(), dots()),
        FileRefused::Mapping(dots()),
    ];
    // A new reason must find its way into one of the lists above.
    let listed = |refused: &FileRefused| match refused {
        FileRefused::NotATable(_)
        | FileRefused::UnknownHeader { .. }
        | FileRefused::MissingColumns { .. }
        | FileRefused::UnknownSource(..)
        | FileRefused::Mapping(_) => refused.to_string(),
    };
    tables.iter().chain(&headers).map(listed).collect()
}
