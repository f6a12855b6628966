//! The bytes that are signed, fixed for ever.

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
