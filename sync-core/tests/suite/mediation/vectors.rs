//! The bytes that are signed, fixed for ever.

use std::io::Write as _;

use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::hex;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::content::Content;
use sync_core::record::Record;

use super::phones::MORNING;

/// One content in the form that other programs read: JSON beside the bytes and their hash.
#[derive(serde::Deserialize, serde::Serialize)]
struct Vector {
    name: String,
    /// What makes it, on a fresh document.
    edits: Vec<Edit>,
    /// What [`Content`] reads: numbers, words and yes or no, times in ms.
    content: serde_json::Value,
    bytes: String,
    sha256: String,
}

#[test]
fn canonical_bytes_are_those_of_the_vectors_for_ever() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../src/kinds/mediation/vectors.json")).unwrap();
    assert!(vectors.len() > 3);
    for vector in vectors {
        let mut document = Document::seeded(Kind::MEDIATION);
        for edit in &vector.edits {
            document.edit(edit, [1; 16], MORNING).unwrap();
        }
        let content = Content::of(&Record::of(&document)).unwrap();
        assert_eq!(
            hex::encode(&content.bytes()),
            vector.bytes,
            "{}",
            vector.name
        );
        assert_eq!(
            hex::encode(&content.hash()),
            vector.sha256,
            "{}",
            vector.name
        );
    }
}

#[test]
fn another_program_reads_the_vectors_alike() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/kinds/mediation");
    let script = format!("{folder}/vectors.py");
    let output = match std::process::Command::new("python3").arg(&script).output() {
        Ok(output) => output,
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: python3 cannot be started ({error})");
            return;
        }
        Err(error) => panic!("python3 is needed to read the vectors: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    // It sees a difference too.
    let mut vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../src/kinds/mediation/vectors.json")).unwrap();
    vectors[1].bytes.replace_range(0..2, "a5");
    let mut child = std::process::Command::new("python3")
        .args([&script, "/dev/stdin"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let bent = serde_json::to_string(&vectors).unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(bent.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
