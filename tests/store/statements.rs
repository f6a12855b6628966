//! Every statement of the store names the sub-district of every table that it reads or writes.
//!
//! The texts are taken from the sources: a statement is a string that begins with its verb, with the strings
//! behind it up to the next one, and with the macros that stand for parts of it put in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Statements that serve all sub-districts, by what they begin with and by what they end with, and why.
const OF_ALL: [(&str, &str, &str); 11] = [
    (
        "SELECT code_hash, tenant, person",
        "FROM enrolment WHERE code_hash = $1",
        "a fresh phone shows a code and does not know its sub-district; what it finds says it",
    ),
    (
        "SELECT hash, tenant, device",
        "FROM refresh_token WHERE hash = $1",
        "a refresh token comes with nothing else; what it finds says it",
    ),
    (
        "SELECT doc FROM inbox WHERE doc IN",
        "",
        "phones make ids: a new one is refused where another sub-district has it",
    ),
    (
        "SELECT id FROM document WHERE id IN",
        "AND tenant <> ",
        "the same for what is admitted",
    ),
    (
        "SELECT DISTINCT tenant, doc FROM inbox",
        "WHERE state = 'received' AND stored_at <= $1",
        "every hub decides for all on what another one has left",
    ),
    (
        "SELECT MIN(stored_at) FROM inbox",
        "WHERE state = 'received'",
        "whether the hub is healthy is one question for all",
    ),
    (
        "SELECT tenant, sha256 FROM media",
        "ORDER BY received_at",
        "one queue makes the thumbnails of all",
    ),
    (
        "SELECT hash, tenant, doc, form",
        "LIMIT 16",
        "whoever holds a paper knows its hash and no sub-district; what it finds says it",
    ),
    (
        "SELECT code, tenant, place",
        "FROM card WHERE code = $1",
        "whoever stands before a card knows its code and no sub-district; what it finds says it",
    ),
    (
        "SELECT tenant, ticket, at FROM report",
        "WHERE code_hash = $1",
        "whoever reported something has a query code and nothing else; what it finds says it",
    ),
    (
        "SELECT COUNT(*) FROM ticket_search s",
        "MATCH $1",
        "the sub-district is a word of the question, which no person can write",
    ),
];

const VERBS: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// Tables of the migrations but `tenant`, which is the sub-district itself.
fn tables() -> Vec<&'static str> {
    let words: Vec<&str> = migrations::POSTGRES
        .iter()
        .flat_map(|step| step.sql.split_whitespace())
        .collect();
    words
        .windows(3)
        .filter(|words| words[..2] == ["CREATE", "TABLE"] && words[2] != "tenant")
        .map(|words| words[2])
        .collect()
}

#[test]
fn every_statement_names_the_sub_district_of_every_table() {
    let statements = statements();
    assert!(
        statements.len() >= 110,
        "the store has more statements than {}",
        statements.len()
    );
    let tables = tables();
    assert!(tables.len() >= 20, "{tables:?}");
    let mut known = [0; OF_ALL.len()];
    let mut faults = Vec::new();
    for statement in &statements {
        let missing = nameless(statement, &tables);
        let listed = OF_ALL.iter().position(|(begin, end, _)| {
            statement.starts_with(begin) && statement.trim_end().ends_with(end.trim_end())
        });
        match listed {
            Some(place) if !missing.is_empty() => known[place] += 1,
            _ if missing.is_empty() => {}
            _ => faults.push(format!("{missing:?} in {statement}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(known, [1; OF_ALL.len()], "the list says what there is");
}

#[test]
fn a_statement_that_forgets_it_once_is_found() {
    let tables = ["ticket", "unit", "visit"];
    for (text, missing) in [
        ("SELECT id FROM ticket WHERE tenant = $1", ""),
        ("SELECT id, tenant FROM ticket WHERE id = $1", "ticket"),
        (
            "SELECT 1 FROM ticket t LEFT JOIN unit u ON u.id = t.grid WHERE t.tenant = $1",
            "unit",
        ),
        (
            "SELECT 1 FROM ticket t CROSS JOIN unit u WHERE t.tenant = $1 AND u.tenant = t.tenant",
            "",
        ),
        (
            "SELECT 1 FROM ticket t WHERE t.tenant = $1 AND t.id IN (SELECT t.id FROM ticket t)",
            "ticket",
        ),
        ("UPDATE ticket SET status = $2 WHERE id = $1", "ticket"),
        ("DELETE FROM ticket WHERE tenant <> $1", "ticket"),
        ("INSERT INTO visit (doc, state) ", "visit"),
        (
            "INSERT INTO visit (tenant, doc) VALUES ($1, $2) ON CONFLICT (doc) DO NOTHING",
            "visit",
        ),
        (
            "INSERT INTO visit (tenant, doc)  ON CONFLICT (tenant, doc) DO UPDATE SET state = $3",
            "",
        ),
    ] {
        assert_eq!(nameless(text, &tables).join(" "), missing, "{text}");
    }
}

/// The tables of a statement that are not held to a sub-district.
fn nameless<'t>(text: &str, tables: &[&'t str]) -> Vec<&'t str> {
    let words = words(text);
    let at = |place: usize| words.get(place).map_or("", String::as_str);
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, word) in words.iter().enumerate() {
        let (before, behind) = (at(place.wrapping_sub(1)), at(place + 1));
        if (word == "tenant" || word.ends_with(".tenant")) && (before == "=" || behind == "=") {
            *named.entry(word).or_default() += 1;
        }
    }
    let mut missing = Vec::new();
    for place in 0..words.len() {
        let Some(table) = tables.iter().find(|table| **table == at(place + 1)) else {
            continue;
        };
        let held = match at(place) {
            "INTO" => {
                let conflict = words.windows(3).position(|words| {
                    words[0] == "ON" && words[1] == "CONFLICT" && words[2] == "("
                });
                list(&words, place + 2).contains(&"tenant")
                    && conflict.is_none_or(|on| list(&words, on + 2).contains(&"tenant"))
            }
            "FROM" | "JOIN" | "UPDATE" => {
                let alias = at(place + 2);
                let column = match alias.chars().all(|letter| letter.is_ascii_lowercase()) {
                    true if !alias.is_empty() => format!("{alias}.tenant"),
                    _ => "tenant".to_owned(),
                };
                // Each naming serves one table: an alias may stand for two in a statement and its part.
                match named.get_mut(column.as_str()) {
                    Some(left) if *left > 0 => {
                        *left -= 1;
                        true
                    }
                    _ => false,
                }
            }
            _ => continue,
        };
        if !held {
            missing.push(*table);
        }
    }
    missing
}

/// The words in the brackets that open at a place.
fn list(words: &[String], open: usize) -> Vec<&str> {
    let inside = words.iter().skip(open + 1).map(String::as_str);
    inside.take_while(|word| *word != ")").collect()
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' | '$' | '<' | '>' => {
                words.last_mut().unwrap().push(letter);
            }
            letter if letter.is_whitespace() => words.push(String::new()),
            letter => words.extend([letter.to_string(), String::new()]),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Every statement of the store's sources.
fn statements() -> Vec<String> {
    let mut files: Vec<(PathBuf, Vec<Token>)> = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/store/src");
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                files.push((path, tokens(code)));
            }
        }
    }
    let mut macros = Macros::default();
    for (path, tokens) in &mut files {
        macros.take_out(path, tokens);
    }
    let mut statements: Vec<String> = Vec::new();
    for (path, tokens) in &files {
        let mut pieces = Vec::new();
        macros.pieces(path, tokens, &BTreeMap::new(), &mut pieces);
        let mut open = false;
        for piece in pieces {
            let begins = VERBS
                .iter()
                .any(|verb| piece.trim_start().starts_with(&format!("{verb} ")));
            if begins {
                statements.push(piece.trim_start().to_owned());
            } else if let Some(last) = statements.last_mut().filter(|_| open) {
                // Names of tables and columns in errors are no part of it.
                if piece.contains(' ') {
                    last.push_str(&piece);
                }
            }
            open = (open || begins) && piece != END;
        }
    }
    statements
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// What ends a statement in a list of pieces: the next function.
const END: &str = ";";

fn tokens(code: &str) -> Vec<Token> {
    let letters: Vec<char> = code.chars().collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or('\0');
    let (mut tokens, mut place) = (Vec::new(), 0);
    while place < letters.len() {
        let letter = letters[place];
        if letter == '/' && at(place + 1) == '/' {
            while place < letters.len() && letters[place] != '\n' {
                place += 1;
            }
        } else if letter == '"' || (letter == 'r' && at(place + 1) == '"') {
            let raw = letter == 'r';
            place += 1 + usize::from(raw);
            let mut text = String::new();
            while at(place) != '"' {
                if at(place) == '\\' && !raw {
                    place += 1;
                }
                text.push(at(place));
                place += 1;
            }
            place += 1;
            tokens.push(Token::Text(text));
        } else if letter == '\'' && (at(place + 1) == '\\' || at(place + 2) == '\'') {
            place += if at(place + 1) == '\\' { 4 } else { 3 };
        } else if letter.is_alphanumeric() || letter == '_' {
            let begin = place;
            while at(place).is_alphanumeric() || at(place) == '_' {
                place += 1;
            }
            tokens.push(Token::Word(letters[begin..place].iter().collect()));
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token::Sign(letter));
            }
            place += 1;
        }
    }
    tokens
}

/// Macros that stand for a part of a statement, by file and name: the names of their arguments, and their bodies.
#[derive(Default)]
struct Macros(BTreeMap<(PathBuf, String), (Vec<String>, Vec<Token>)>);

impl Macros {
    /// Takes the definitions out of a file; only those with a text in them are kept.
    fn take_out(&mut self, path: &Path, tokens: &mut Vec<Token>) {
        while let Some(begin) = tokens
            .iter()
            .position(|token| *token == Token::Word("macro_rules".to_owned()))
        {
            let end = closing(tokens, begin + 3);
            let all: Vec<Token> = tokens.drain(begin..=end).collect();
            let (Some(Token::Word(name)), Some(arrow)) = (
                all.get(2),
                all.iter().position(|token| *token == Token::Sign('>')),
            ) else {
                panic!("a macro without a name or an arrow");
            };
            let arguments = all[..arrow]
                .windows(2)
                .filter_map(|pair| match pair {
                    [Token::Sign('$'), Token::Word(name)] => Some(name.clone()),
                    _ => None,
                })
                .collect();
            let body = all[arrow + 1..].to_vec();
            if body.iter().any(|token| matches!(token, Token::Text(_))) {
                let key = (path.to_owned(), name.clone());
                self.0.insert(key, (arguments, body));
            }
        }
    }

    /// The macro of this name: of this file, or of another.
    fn find(&self, path: &Path, name: &str) -> Option<&(Vec<String>, Vec<Token>)> {
        let own = self.0.get(&(path.to_owned(), name.to_owned()));
        own.or_else(|| {
            let mut others = self.0.iter().filter(|((_, known), _)| known == name);
            others.next().map(|(_, found)| found)
        })
    }

    /// The texts in a list of tokens, macros put in.
    fn pieces(
        &self,
        path: &Path,
        tokens: &[Token],
        given: &BTreeMap<String, Vec<Token>>,
        pieces: &mut Vec<String>,
    ) {
        let mut place = 0;
        while place < tokens.len() {
            let (mut token, mut next) = (tokens[place].clone(), place + 1);
            if let (Token::Sign('$'), Some(Token::Word(name))) = (&token, tokens.get(next)) {
                let argument = given.get(name).cloned().unwrap_or_default();
                next += 1;
                match &argument[..] {
                    [Token::Word(name)] => token = Token::Word(name.clone()),
                    argument => self.pieces(path, argument, &BTreeMap::new(), pieces),
                }
            }
            match token {
                Token::Text(text) => pieces.push(text),
                Token::Word(word) if word == "fn" => pieces.push(END.to_owned()),
                Token::Word(word) if tokens.get(next) == Some(&Token::Sign('!')) => {
                    if let Some((names, body)) = self.find(path, &word) {
                        let end = closing(tokens, next + 1);
                        let arguments =
                            tokens[next + 2..end].split(|token| *token == Token::Sign(','));
                        let given = names.iter().cloned().zip(arguments.map(<[Token]>::to_vec));
                        self.pieces(path, body, &given.collect(), pieces);
                        next = end + 1;
                    }
                }
                Token::Word(_) | Token::Sign(_) => {}
            }
            place = next;
        }
    }
}

/// Where the bracket that opens at a place is closed.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            Token::Word(_) | Token::Text(_) | Token::Sign(_) => {}
        }
        if depth == 0 {
            return place;
        }
    }
    panic!("a bracket stays open");
}
