//! Laws of roll-backs: in a week of ten phones something is put back to what it was before. At the end everything that a
//! living copy holds is at the hub and shown, and nobody had to do anything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::EcdsaKeyPair;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::backends::{Backend, FromBackend, on_postgres, on_sqlite};
use harness::phone::{Phone, post};
use harness::photos::jpeg;
use harness::simulation::{Chance, gesture, scale};
use harness::snapshot::Snapshot;
use harness::test_app::{Caller, TestApp};
use hub::census::count_photos;
use photos::Rendition;
use serde_json::json;
use sync_core::replica::ReplicaError;
use sync_core::{Id, MediaHash, Role, hex};

use crate::api::device_key;
use crate::api::media::upload;
use crate::sync::signed::signed;
use crate::sync::street::{self, Street};

const PHONES: usize = 10;
const HOUR: i64 = 60 * 60 * 1000;

#[test]
fn whatever_is_put_back_all_that_a_living_copy_holds_is_shown_at_the_end_on_sqlite() {
    on_sqlite(async |backend: Backend| weeks(backend, 1, scale(20, 1_000)).await);
}

#[test]
fn whatever_is_put_back_all_that_a_living_copy_holds_is_shown_at_the_end_on_postgres() {
    on_postgres(async |backend: Backend| weeks(backend, 50_000, scale(6, 250)).await);
}

/// What is put back in the middle of a week.
#[derive(Clone, Copy, Debug)]
enum Lost {
    /// The hub's database; the mark beside it stays, or is as old as it.
    Database { mark: bool },
    /// The hub's key folder, to before its signing key was replaced.
    Keys,
    /// A phone's store.
    Phone,
    /// The photo folder.
    Photos,
    /// The token with which a phone renews its sign-in.
    Token,
}

/// A phone with its photos: the bytes, and whether the hub has confirmed them on the timeline that it follows.
struct Handset {
    phone: Phone,
    photos: Vec<(Vec<u8>, bool)>,
    followed: Option<String>,
    sign_in: SignIn,
}

/// A phone's sign-in: its key, which nothing puts back, and the tokens that it has had.
#[derive(Clone)]
struct SignIn {
    pair: Rc<EcdsaKeyPair>,
    had: Vec<String>,
}

impl SignIn {
    /// As the field app renews, with a proof by the phone's key.
    async fn renew(&mut self, caller: &mut Caller, hub: &TestApp) {
        let refresh = self.had.last().unwrap();
        let at = hub.app().clock().now().millis();
        let Caller { tenant, device, .. } = caller;
        let message = format!("warmline renewal 1\n{tenant}\n{device}\n{at}\n{refresh}");
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = hex::encode(signature.unwrap().as_ref());
        let proof = json!({ "tenant": tenant, "device": device, "at": at, "signature": signature });
        let body = json!({ "refresh": refresh, "proof": proof });
        let answer = device_key::post(hub, "/v1/token", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let answer = answer.json();
        self.had
            .push(answer["refresh"].as_str().unwrap().to_owned());
        *caller = hub.caller_of(answer["access"].as_str().unwrap());
    }
}

/// Everything of the hub at one moment.
struct Copy {
    database: Snapshot,
    keys: Vec<(PathBuf, Vec<u8>)>,
    photos: Vec<(PathBuf, Vec<u8>)>,
}

impl Copy {
    async fn take(street: &Street) -> Self {
        Self {
            database: Snapshot::take(street.hub.app().store()).await,
            keys: files(&street.hub.app().config().data.join("keys")),
            photos: files(&street.hub.app().config().data.join("photos")),
        }
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found
}

fn put_folder_back(street: &Street, name: &str, then: &[(PathBuf, Vec<u8>)]) {
    let folder = street.hub.app().config().data.join(name);
    for (path, _) in files(&folder) {
        fs::remove_file(path).unwrap();
    }
    for (path, content) in then {
        fs::write(path, content).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn replace_signing_key(street: &Street) {
    let keys = street.hub.app().config().data.join("keys");
    fs::rename(keys.join("signing.key"), keys.join("signing-previous.key")).unwrap();
}

async fn weeks(backend: Backend, first: u64, seeds: usize) {
    let mut street = Street::from_backend(backend).await;
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let name = format!("li{number}");
        phones.push(device_key::enrolled(&street.hub, &name, &[street.grid]).await);
    }
    let monday = Snapshot::take(street.hub.app().store()).await;
    let began = street.hub.app().clock().now();
    for seed in (first..).take(seeds) {
        monday.put_back(street.hub.app().store()).await;
        // A sign-in that is a month old has ended, whatever proves it.
        let clock = street.hub.app().clock();
        clock.advance(began.millis() - clock.now().millis());
        let chance = &mut Chance::new(seed);
        let phones = phones
            .iter()
            .enumerate()
            .map(|(place, (caller, pair, refresh))| {
                let own = seed * 100 + place as u64;
                Handset {
                    phone: Phone::new(&street.hub, caller, Role::GridWorker, own),
                    photos: Vec::new(),
                    followed: None,
                    sign_in: SignIn {
                        pair: Rc::clone(pair),
                        had: vec![refresh.clone()],
                    },
                }
            });
        let phones = phones.collect();
        street = week(street, phones, chance, seed).await;
    }
}

async fn week(
    mut street: Street,
    mut phones: Vec<Handset>,
    chance: &mut Chance,
    seed: u64,
) -> Street {
    for handset in &mut phones {
        come_by(handset, &street).await;
        handset.phone.remember();
    }
    let lost = match chance.below(9) {
        8 => Lost::Token,
        0 => Lost::Keys,
        1 => Lost::Phone,
        2 => Lost::Photos,
        3..=4 => Lost::Database { mark: true },
        _ => Lost::Database { mark: false },
    };
    let (copied, back) = (chance.below(30), 10 + chance.below(40));
    let mut copy = None;
    let (mut copied_at, mut photos_alone) = (0, false);
    let mut unlucky = None;
    for step in 0..60 {
        street.hub.app().clock().advance(HOUR / 2);
        if step == copied.min(back) {
            copy = Some(Copy::take(&street).await);
            copied_at = last(&street).await;
            if matches!(lost, Lost::Keys) {
                replace_signing_key(&street);
                street.hub = street.hub.reopen().await;
            }
        }
        if step == back {
            match (lost, &copy) {
                (Lost::Database { mark }, Some(copy)) => {
                    // Photos take no number: where nothing else came after the copy, nothing proves the loss.
                    photos_alone = last(&street).await == copied_at;
                    street.hub = street.hub.put_back(&copy.database, mark).await;
                }
                (Lost::Keys, Some(copy)) => {
                    put_folder_back(&street, "keys", &copy.keys);
                    street.hub = street.hub.reopen().await;
                }
                (Lost::Photos, Some(copy)) => {
                    put_folder_back(&street, "photos", &copy.photos);
                    street.hub = street.hub.reopen().await;
                    // As every hub does at its start.
                    count_photos(street.hub.app()).await.unwrap();
                }
                (Lost::Database { .. } | Lost::Keys | Lost::Photos, None) => {}
                (Lost::Token, _) => {
                    let place = chance.below(PHONES);
                    let had = &mut phones[place].sign_in.had;
                    had.truncate(1 + chance.below(had.len()));
                    unlucky = Some(place);
                }
                (Lost::Phone, _) => {
                    let place = chance.below(PHONES);
                    let phone = &mut phones[place].phone;
                    let transactions = phone.transactions();
                    if transactions > 0 {
                        phone.roll_back(chance.below(transactions));
                    }
                    unlucky = Some(place);
                }
            }
        }
        let place = chance.below(PHONES);
        act(&street, &mut phones[place], chance).await;
    }
    // Everybody comes by, as phones do while they are in sight.
    for _ in 0..4 {
        let mut order: Vec<usize> = (0..PHONES).collect();
        chance.shuffle(&mut order);
        for place in order {
            come_by(&mut phones[place], &street).await;
        }
        street.hub.app().clock().advance(HOUR + HOUR / 10);
    }
    let told = format!("seed {seed}, {lost:?} of step {copied} at step {back}, phone {unlucky:?}");
    for Handset { phone, photos, .. } in &mut phones {
        for (photo, _) in photos.iter().filter(|_| !photos_alone) {
            let sha256 = MediaHash::of(photo);
            let stored = street
                .hub
                .app()
                .blobs()
                .read(street.hub.tenant(), sha256, Rendition::Original)
                .await;
            assert!(stored.unwrap().is_some(), "{told}: {sha256} is not stored");
            let mut tx = street.hub.app().store().read().await.unwrap();
            assert!(
                tx.find_media(street.hub.tenant(), sha256)
                    .await
                    .unwrap()
                    .is_some(),
                "{told}"
            );
        }
        let status = phone.replica().status();
        assert_eq!((status.queued, status.received), (0, 0), "{told}");
        let docs: Vec<Id> = phone
            .replica()
            .records()
            .iter()
            .map(|row| row.doc)
            .collect();
        for doc in docs {
            let mut tx = street.hub.app().store().read().await.unwrap();
            let shown = tx.find_visit_state(street.hub.tenant(), doc).await.unwrap();
            drop(tx);
            assert!(shown.is_some(), "{told}: {doc} is not shown");
            assert_eq!(
                phone.heads(doc),
                street::logged(&street.hub, doc).await.0,
                "{told}"
            );
        }
    }
    street
}

/// The last number that the hub has given out.
async fn last(street: &Street) -> i64 {
    let mut tx = street.hub.app().store().read().await.unwrap();
    let end = tx.find_feed_end(street.hub.tenant()).await.unwrap();
    end.unwrap().last
}

/// A phone in sight asks a few times.
async fn come_by(handset: &mut Handset, street: &Street) {
    let Handset {
        phone,
        photos,
        followed,
        sign_in,
    } = handset;
    sign_in.renew(&mut phone.caller, &street.hub).await;
    for _ in 0..6 {
        let request = signed(&sign_in.pair, phone, phone.request());
        let answer = post(&street.hub, &phone.caller, &request).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        let taken = phone.take(&answer.body);
        let again = taken.iter().any(|one| one.resync || one.more == Some(true));
        if phone.replica().status().queued == 0 && !again {
            break;
        }
    }
    // What `MediaLane.follow` of the field app does.
    let timeline = phone.replica().status().timeline;
    if *followed != timeline {
        photos.iter_mut().for_each(|(_, sent)| *sent = false);
        *followed = timeline;
    }
    for (photo, sent) in photos.iter_mut().filter(|(_, sent)| !sent) {
        let asked = Request::head(format!("/v1/media/{}", MediaHash::of(photo)))
            .header(header::AUTHORIZATION, street.hub.bearer(&phone.caller));
        let answer = street.hub.send(asked.body(Body::empty()).unwrap()).await;
        if answer.status != StatusCode::OK {
            upload(&street.hub, &phone.caller, photo).await;
        }
        *sent = true;
    }
}

/// Something that a person does or that a network does to them.
async fn act(street: &Street, handset: &mut Handset, chance: &mut Chance) {
    let phone = &mut handset.phone;
    match chance.below(11) {
        10 => {
            let seed = u32::try_from(chance.below(1 << 30)).unwrap_or(0);
            handset.photos.push((jpeg(8, 8, seed), false));
        }
        0..=1 => drop(phone.create_visit(street.ticket)),
        2..=4 => {
            let docs: Vec<Id> = phone
                .replica()
                .records()
                .iter()
                .map(|row| row.doc)
                .collect();
            let Some(doc) = chance.pick(&docs).copied() else {
                return;
            };
            let record = phone.record(doc);
            let edit = gesture(&record, phone.caller.person, phone.now(), chance);
            match phone.try_edit(doc, &edit) {
                Ok(()) | Err(ReplicaError::Locked) => {}
                Err(error) => panic!("an honest gesture was refused: {error}, {edit:?}"),
            }
        }
        5..=7 => come_by(handset, street).await,
        _ => {
            // The answer is cut somewhere, and the app may start again.
            let request = signed(&handset.sign_in.pair, phone, phone.request());
            let answer = post(&street.hub, &phone.caller, &request).await;
            // A hub that was put back may not know the sign-in; the phone renews it when it comes by.
            if answer.status == StatusCode::OK {
                phone.take(&answer.body[..chance.below(answer.body.len() + 1)]);
            }
            if chance.below(2) == 0 {
                phone.crash();
            }
        }
    }
}
