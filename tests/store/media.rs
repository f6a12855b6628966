//! Photos, and who sees them.

use harness::on_both_backends;
use store::documents::DocumentRow;
use store::media::{Media, Thumbnails};
use store::{Db, Tx};
use sync_core::kinds::Kind;
use sync_core::{Id, MediaHash};

use super::rows::{self, DEVICE, PERSON, TENANT, at, id};
use super::tickets::ticket;

on_both_backends! {
    a_photo_is_seen_while_both_scope_and_principal_last,
    a_photo_is_stored_once,
    photos_that_look_alike_are_found_among_all,
    photos_of_a_document_are_pending_until_they_come_or_are_taken_out,
    thumbnails_wait_until_they_are_made_or_given_up,
}

fn photo(n: u8) -> Media {
    Media {
        tenant: TENANT,
        sha256: MediaHash::from_bytes([n; 32]),
        size_bytes: 210_000,
        mime: "image/jpeg".to_owned(),
        width: 1600,
        height: 1200,
        device: DEVICE,
        received_at: at(30_000 - i64::from(n)),
        thumbnails: Thumbnails::Pending,
    }
}

async fn a_photo_is_stored_once(db: Db) {
    let mut tx = rows::begin(&db).await;
    assert!(tx.insert_media(&photo(1)).await.unwrap());
    let mut again = photo(1);
    again.device = id(77);
    assert!(!tx.insert_media(&again).await.unwrap());
    let found = tx.find_media(TENANT, photo(1).sha256).await.unwrap();
    assert_eq!(found, Some(photo(1)));
    assert_eq!(tx.find_media(id(50), photo(1).sha256).await.unwrap(), None);
    again.tenant = id(50);
    assert!(
        tx.insert_media(&again).await.unwrap(),
        "tenants do not share photos"
    );
}

async fn photos_that_look_alike_are_found_among_all(db: Db) {
    const OWN: u64 = 0xF00D_BEEF_0123_4567;
    let mut tx = rows::begin(&db).await;
    // The nth differs in n bits, spread over all quarters.
    for n in 0..=9_u8 {
        let differing = (0..n).fold(0_u64, |bits, i| bits | (1 << (u32::from(i) * 7 % 64)));
        tx.insert_media(&photo(n)).await.unwrap();
        let likeness = OWN ^ differing;
        tx.put_likeness(TENANT, photo(n).sha256, likeness)
            .await
            .unwrap();
    }
    // One of another sub-district, and one that nobody has looked at.
    let mut elsewhere = photo(20);
    elsewhere.tenant = id(50);
    tx.insert_media(&elsewhere).await.unwrap();
    tx.put_likeness(id(50), elsewhere.sha256, OWN)
        .await
        .unwrap();
    tx.insert_media(&photo(30)).await.unwrap();

    let found = tx.list_alike(TENANT, photo(0).sha256, 7).await.unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.sha256, one.bits)).collect();
    let wanted: Vec<_> = (1..=7_u8)
        .map(|n| (photo(n).sha256, u32::from(n)))
        .collect();
    assert_eq!(found, wanted);
    let none = tx.list_alike(TENANT, photo(30).sha256, 7).await.unwrap();
    assert!(none.is_empty());
    // Looked at again, it is another one.
    tx.put_likeness(TENANT, photo(1).sha256, !OWN)
        .await
        .unwrap();
    let found = tx.list_alike(TENANT, photo(0).sha256, 1).await.unwrap();
    assert!(found.is_empty());
}

async fn thumbnails_wait_until_they_are_made_or_given_up(db: Db) {
    let mut tx = rows::begin(&db).await;
    for n in 1..=3 {
        tx.insert_media(&photo(n)).await.unwrap();
    }
    let hash = |n| (TENANT, photo(n).sha256);
    let pending = tx.list_pending_thumbnails().await.unwrap();
    assert_eq!(
        pending,
        [hash(3), hash(2), hash(1)],
        "the longest waiting first"
    );
    for (n, state) in [(1, Thumbnails::Ready), (2, Thumbnails::Failed)] {
        tx.update_thumbnails(TENANT, photo(n).sha256, state)
            .await
            .unwrap();
    }
    assert_eq!(tx.list_pending_thumbnails().await.unwrap(), [hash(3)]);
}

/// A document of the ticket that points at the photo.
async fn document(tx: &mut Tx, n: u8, of: Id, sha256: MediaHash) {
    let row = DocumentRow {
        id: id(n),
        tenant: TENANT,
        kind: Kind::VISIT,
        ticket: of,
        device: DEVICE,
        heads: Vec::new(),
        changed_seq: 1,
        change_count: 1,
        byte_count: 100,
    };
    tx.put_documents(&[row], at(20_000)).await.unwrap();
    tx.put_document_photos(TENANT, &[(id(n), sha256, false)])
        .await
        .unwrap();
    tx.link_documents(TENANT, &[(of, id(n), 1)]).await.unwrap();
}

async fn photos_of_a_document_are_pending_until_they_come_or_are_taken_out(db: Db) {
    let mut tx = rows::begin(&db).await;
    let [first, second, third] = [1, 2, 3].map(|n| photo(n).sha256);
    let (doc, other) = (id(60), id(61));
    let noted = [
        (doc, second, false),
        (doc, first, false),
        (other, first, false),
    ];
    tx.put_document_photos(TENANT, &noted).await.unwrap();
    // Each later note leaves the others as they are.
    let more = [(doc, third, false), (doc, second, true)];
    tx.put_document_photos(TENANT, &more).await.unwrap();
    let listed = tx.list_document_photos(TENANT, &[doc]).await.unwrap();
    let expected = [(first, false), (second, true), (third, false)];
    assert_eq!(listed, expected.map(|photo| (doc, photo)));
    let pending = tx.list_pending_photos(TENANT, &[doc, other]).await;
    let expected = [(doc, first), (doc, third), (other, first)];
    assert_eq!(pending.unwrap(), expected);
    assert!(tx.insert_media(&photo(1)).await.unwrap());
    let counts = tx.count_pending_photos(TENANT, &[doc, other]).await;
    assert_eq!(counts.unwrap(), [(doc, 1)].into());
    let elsewhere = tx.list_document_photos(id(50), &[doc]).await;
    assert!(elsewhere.unwrap().is_empty(), "another tenant");
}

async fn a_photo_is_seen_while_both_scope_and_principal_last(db: Db) {
    const GRID: Id = id(30);
    let mut tx = rows::begin(&db).await;
    tx.insert_tickets(TENANT, &[ticket(40), ticket(41)], 1)
        .await
        .unwrap();
    let hash = photo(1).sha256;
    document(&mut tx, 60, id(40), hash).await;
    async fn sees(tx: &mut Tx) -> bool {
        tx.sees_photo(TENANT, PERSON, photo(1).sha256)
            .await
            .unwrap()
    }

    assert!(!sees(&mut tx).await, "neither scope nor principal");
    tx.grant_ticket_scope(TENANT, id(40), GRID, 2)
        .await
        .unwrap();
    assert!(!sees(&mut tx).await, "a scope of others");
    tx.grant_principal(TENANT, PERSON, GRID, 3).await.unwrap();
    assert!(sees(&mut tx).await);
    assert!(
        !tx.sees_photo(id(50), PERSON, hash).await.unwrap(),
        "another tenant"
    );
    let other = photo(2).sha256;
    assert!(
        !tx.sees_photo(TENANT, PERSON, other).await.unwrap(),
        "another photo"
    );

    tx.revoke_ticket_scope(TENANT, id(40), GRID, 4)
        .await
        .unwrap();
    assert!(!sees(&mut tx).await, "the ticket was taken away");
    tx.grant_ticket_scope(TENANT, id(41), GRID, 5)
        .await
        .unwrap();
    assert!(
        !sees(&mut tx).await,
        "a ticket that the visit has nothing to do with"
    );
    tx.link_documents(TENANT, &[(id(41), id(60), 2)])
        .await
        .unwrap();
    assert!(sees(&mut tx).await, "a visit for two tickets");
    tx.revoke_principal(TENANT, PERSON, GRID, 6).await.unwrap();
    assert!(!sees(&mut tx).await, "the person left the grid");
}
