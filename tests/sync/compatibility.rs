//! What travels and what phones keep, byte for byte: old phones and old stores must still be understood.
//!
//! The bytes are checked in under `tests/fixtures`. A test that fails here says that the protocol has changed: give
//! the change a new version, keep the old bytes, and add new ones (`WARMLINE_NEW_FIXTURES=1` writes what is missing).

use std::path::PathBuf;

use serde_bytes::ByteBuf;
use sync_core::deadline::{
    ClockKind, Extension, Facts, Feedback, Given, Pause, Recorded, recorded_at,
};
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::lifecycle::act::Addressee;
use sync_core::protocol::{
    AssignedTo, Changes, End, Envelope, Frame, HelpAsked, PersonRecord, Pin, Promise, Push,
    Receipt, Reference, Refusal, ReviewRecord, Said, Scope, ScopeEvent, Supervised, SyncRequest,
    TicketDeadline, TicketRecord, TicketWork, UnitRecord, Unsent, VerdictRecord, VisitRecord,
    decode, decode_frame, encode, encode_frame,
};
use sync_core::reason::Reason;
use sync_core::replica::{Replica, Session};
use sync_core::{Id, Role, Timestamp, chunk, hex, segment};

use super::scope::change_of;

/// The bytes of a fixture; `made` is written where it is missing and new ones are wanted.
fn fixture(name: &str, made: &[u8]) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    if !path.exists() && std::env::var_os("WARMLINE_NEW_FIXTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn at(n: i64) -> Timestamp {
    Timestamp::from_millis(1_795_483_800_000 + n)
}

const fn id(n: u8) -> Id {
    Id::from_bytes([n; 16])
}

fn request() -> SyncRequest {
    SyncRequest {
        v: 1,
        timeline: Some(ByteBuf::from([1; 16])),
        cursor: Some(ByteBuf::from([2; 24])),
        want_bytes: 262_144,
        push: vec![Push {
            doc: id(1),
            kind: Kind::VISIT,
            ticket: id(2),
            segment: ByteBuf::from([3; 12]),
            signature: None,
        }],
        app: "1.0.0".to_owned(),
        now: at(0),
        unsent: Unsent {
            changes: 3,
            photos: 1,
            // An app that does not say it sends the request of version 1 byte for byte.
            records: None,
        },
        own: false,
        whole: Vec::new(),
        signature: None,
    }
}

/// Every frame there is, with every field filled in.
fn frames() -> Vec<(&'static str, Frame)> {
    vec![
        (
            "receipts",
            Frame::Receipts(vec![Receipt {
                doc: Some(id(1)),
                received: ByteBuf::from([1; 32]),
                duplicate: ByteBuf::from([2; 64]),
                waiting: ByteBuf::from([3; 32]),
                refused: vec![Refusal {
                    hash: ByteBuf::from([4; 32]),
                    code: Reason::OutOfScope,
                }],
                later: None,
            }]),
        ),
        (
            "verdicts",
            Frame::Verdicts(vec![
                VerdictRecord {
                    doc: id(1),
                    seq: 7,
                    hashes: ByteBuf::from([1; 32]),
                    quarantined: None,
                },
                VerdictRecord {
                    doc: id(1),
                    seq: 8,
                    hashes: ByteBuf::from([2; 16]),
                    quarantined: Some(Reason::SchemaViolation),
                },
            ]),
        ),
        (
            "scope",
            Frame::Scope(vec![
                Scope {
                    ticket: id(2),
                    doc: None,
                    event: ScopeEvent::Granted,
                    assigned: None,
                },
                Scope {
                    ticket: id(3),
                    doc: None,
                    event: ScopeEvent::Removed,
                    assigned: None,
                },
            ]),
        ),
        (
            "tickets",
            Frame::Tickets(vec![TicketRecord {
                id: Some(id(2)),
                upstream_no: "12345-1".to_owned(),
                title: "楼道堆物".to_owned(),
                description: "二单元楼道堆放杂物。".to_owned(),
                address: "和平路1号".to_owned(),
                community: "和平社区".to_owned(),
                category: ["城市管理".to_owned(), "环境".to_owned(), String::new()],
                status: "assigned".to_owned(),
                urgency: "urgent".to_owned(),
                dispatched_at: at(1),
                due_at: Some(at(2)),
                assigned: Some(AssignedTo {
                    kind: "grid".to_owned(),
                    id: id(4),
                    name: "一网格".to_owned(),
                }),
                requester_type: String::new(),
                requester_masked: "张*".to_owned(),
                phone_masked: "138****0000".to_owned(),
                deadline: None,
                work: None,
            }]),
        ),
        (
            "visits",
            Frame::Visits(vec![VisitRecord {
                doc: id(1),
                ticket: id(2),
                state: "returned".to_owned(),
                reviews: vec![ReviewRecord {
                    decision: "return".to_owned(),
                    reason: "不一致".to_owned(),
                    remark: "请核对".to_owned(),
                    pins: vec![Pin {
                        path: "fields/outcome".to_owned(),
                        text: "两种说法".to_owned(),
                    }],
                    by: "李某某".to_owned(),
                    at: at(3),
                }],
            }]),
        ),
        (
            "reference",
            Frame::Reference(Reference {
                people: vec![PersonRecord {
                    id: id(5),
                    name: "王某某".to_owned(),
                    role: Role::BuildingCaptain,
                    left: false,
                }],
                units: vec![UnitRecord {
                    id: id(4),
                    kind: "grid".to_owned(),
                    name: "一网格".to_owned(),
                }],
                calendar: Vec::new(),
                profiles: Vec::new(),
                on_call: Vec::new(),
                forms: Vec::new(),
            }),
        ),
        (
            "changes",
            Frame::Changes(Changes {
                doc: id(1),
                kind: Kind::VISIT,
                ticket: id(2),
                segments: vec![ByteBuf::from([1; 5]), ByteBuf::from([2; 6])],
                writers: Vec::new(),
            }),
        ),
        (
            "resync",
            Frame::Resync {
                timeline: ByteBuf::from([1; 16]),
            },
        ),
        (
            "end",
            Frame::End(End {
                more: true,
                server_time: at(4),
                timeline: ByteBuf::from([1; 16]),
                min_client: "0.1.0".to_owned(),
                secured_until: None,
                released_until: None,
            }),
        ),
        ("poke", Frame::Poke),
    ]
}

#[test]
fn a_request_of_version_1_is_understood_and_written_as_ever() {
    let made = encode(&request());
    let kept = fixture("protocol-1/request.cbor", &made);
    assert_eq!(decode::<SyncRequest>(&kept), Ok(request()));
    assert_eq!(hex::encode(&kept), hex::encode(&made));
    insta::assert_snapshot!("request", minicbor::display(&kept).to_string());
}

#[test]
fn a_signed_request_of_older_and_of_newer_apps_is_understood_and_written_as_ever() {
    let mut each = request();
    each.push[0].signature = Some(ByteBuf::from([5; 64]));
    let mut whole = request();
    whole.signature = Some(ByteBuf::from([6; 64]));
    for (name, request) in [("request-each-signed", each), ("request-signed", whole)] {
        let made = encode(&request);
        let kept = fixture(&format!("protocol-1/{name}.cbor"), &made);
        assert_eq!(decode::<SyncRequest>(&kept), Ok(request), "{name}");
        assert_eq!(hex::encode(&kept), hex::encode(&made), "{name}");
    }
}

#[test]
fn every_frame_of_version_1_is_understood_and_written_as_ever() {
    let mut shown = Vec::new();
    for (name, frame) in frames() {
        let envelope = Envelope {
            cursor: (name == "end").then(|| ByteBuf::from([9; 24])),
            frame,
        };
        let made = encode(&envelope);
        let kept = fixture(&format!("protocol-1/{name}.cbor"), &made);
        assert_eq!(decode::<Envelope>(&kept), Ok(envelope.clone()), "{name}");
        assert_eq!(hex::encode(&kept), hex::encode(&made), "{name}");
        shown.push(format!("{name}: {}", minicbor::display(&kept)));
        let framed = encode_frame(&envelope);
        assert_eq!(decode_frame(&framed[4..]), Ok(envelope), "{name}");
    }
    insta::assert_snapshot!("frames", shown.join("\n\n"));
}

/// What hubs say since phones count deadlines by themselves.
fn frames_with_deadlines() -> Vec<(&'static str, Frame)> {
    let mut facts = Facts {
        dispatched_at: at(1),
        assigned_at: Some(at(2)),
        given_due_at: Some(at(3)),
        first_contact: Some(Recorded::seen(at(4))),
        arrived: Some(recorded_at(at(5), 120_000, at(600_000))),
        result_at: Some(at(6)),
        returned_at: Some(at(7)),
        closed_at: Some(at(8)),
        ..Facts::default()
    };
    facts.feedbacks = vec![Feedback {
        to: Addressee::Platform,
        at: at(9),
    }];
    facts.pauses = vec![Pause {
        from: at(10),
        until: None,
    }];
    facts.extensions = vec![Extension {
        at: at(11),
        until: at(12),
    }];
    facts.given = vec![Given {
        kind: ClockKind::CoTask,
        name: "7".to_owned(),
        from: at(13),
        due_at: at(14),
        met_at: None,
    }];
    let [ticket] = frames()
        .into_iter()
        .find_map(|(_, frame)| {
            if let Frame::Tickets(tickets) = frame {
                tickets.try_into().ok()
            } else {
                None
            }
        })
        .unwrap();
    vec![
        (
            "tickets-deadline",
            Frame::Tickets(vec![TicketRecord {
                deadline: Some(TicketDeadline {
                    profile: "general_5wd".to_owned(),
                    version: 2,
                    facts,
                }),
                ..ticket
            }]),
        ),
        (
            "reference-profiles",
            Frame::Reference(Reference {
                profiles: vec!["方案 general_5wd\n版本 2\n".to_owned()],
                ..Reference::default()
            }),
        ),
        (
            "reference-forms",
            Frame::Reference(Reference {
                forms: vec!["表单 wages\n版本 2\n".to_owned()],
                ..Reference::default()
            }),
        ),
    ]
}

#[test]
fn what_phones_count_deadlines_by_is_understood_and_written_as_ever() {
    for (name, frame) in frames_with_deadlines() {
        let envelope = Envelope {
            cursor: None,
            frame,
        };
        let made = encode(&envelope);
        let kept = fixture(&format!("protocol-1/{name}.cbor"), &made);
        assert_eq!(decode::<Envelope>(&kept), Ok(envelope), "{name}");
        assert_eq!(hex::encode(&kept), hex::encode(&made), "{name}");
    }
}

/// What hubs say since phones show what is asked of whom on a ticket.
fn frames_with_work() -> Vec<(&'static str, Frame)> {
    let (_, frame) = frames_with_deadlines().remove(0);
    let Frame::Tickets(tickets) = frame else {
        panic!("tickets come first");
    };
    let said = |words: &str, millis| Said {
        words: words.to_owned(),
        by: "周某".to_owned(),
        at: at(millis),
    };
    let work = TicketWork {
        version: 9,
        leads: true,
        instruction: Some(said("请今天到场", 1)),
        taken_by: Some("王某某".to_owned()),
        help: vec![HelpAsked {
            n: 4,
            words: "请清运".to_owned(),
            unit: "城管科".to_owned(),
            due_at: Some(at(20)),
            state: "done".to_owned(),
            answer: "已清运".to_owned(),
        }],
        others: vec!["二网格".to_owned()],
        promises: vec![Promise {
            n: 0,
            party: "供电局".to_owned(),
            words: "换表".to_owned(),
            due_at: Some(at(21)),
            promised: true,
        }],
        hold_until: Some(at(22)),
        returned: Some(said("请补照片", 2)),
        supervisions: vec![Supervised {
            n: 6,
            level: "urge".to_owned(),
            words: "请抓紧".to_owned(),
            due_at: Some(at(23)),
            answered: false,
        }],
        contacts: vec![at(3)],
    };
    let assigned = tickets[0].assigned.clone();
    let tickets = tickets.into_iter().map(|ticket| TicketRecord {
        work: Some(work.clone()),
        ..ticket
    });
    vec![
        ("tickets-work", Frame::Tickets(tickets.collect())),
        (
            "scope-assigned",
            Frame::Scope(vec![Scope {
                ticket: id(3),
                doc: None,
                event: ScopeEvent::Removed,
                assigned,
            }]),
        ),
    ]
}

#[test]
fn what_phones_show_of_the_work_on_a_ticket_is_understood_and_written_as_ever() {
    for (name, frame) in frames_with_work() {
        let envelope = Envelope {
            cursor: None,
            frame,
        };
        let made = encode(&envelope);
        let kept = fixture(&format!("protocol-1/{name}.cbor"), &made);
        assert_eq!(decode::<Envelope>(&kept), Ok(envelope), "{name}");
        assert_eq!(hex::encode(&kept), hex::encode(&made), "{name}");
    }
}

/// The ticket as apps read it that know of no deadline profiles.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
struct OlderTicket {
    upstream_no: String,
    due_at: Option<Timestamp>,
}

#[test]
fn an_older_app_reads_a_ticket_that_brings_clocks_and_work() {
    let (_, frame) = frames_with_work().remove(0);
    let Frame::Tickets(tickets) = frame else {
        panic!("tickets come first");
    };
    let older: OlderTicket = decode(&encode(&tickets[0])).unwrap();
    assert_eq!(older.upstream_no, "12345-1");
    assert_eq!(older.due_at, tickets[0].due_at);
}

#[test]
fn a_message_with_words_of_a_later_version_is_understood() {
    // A map of one more key, as a newer hub or phone would send it.
    let mut later = encode(&request());
    assert_eq!(later[0], 0xa8);
    later[0] = 0xa9;
    later.extend(b"\x65later\x01");
    assert_eq!(decode::<SyncRequest>(&later), Ok(request()));
}

#[test]
fn a_segment_and_its_changes_are_unpacked_as_ever() {
    let changes = [
        change_of(7, "room", "101"),
        change_of(8, "outcome", "partly"),
    ];
    let kept = fixture("protocol-1/segment.bin", &segment::pack(&changes));
    let unpacked = segment::unpack(&kept).unwrap();
    assert_eq!(unpacked, changes);
    let hashes = unpacked
        .iter()
        .map(|bytes| hex::encode(&chunk::scan(bytes).unwrap().hash));
    insta::assert_snapshot!("segment", hashes.collect::<Vec<_>>().join("\n"));
}

/// A phone with everything that a store can hold.
fn stored() -> Vec<(String, Vec<u8>)> {
    let mut store = std::collections::BTreeMap::new();
    let mut replica = Replica::new([7; 32]);
    let mut keep = |batch: sync_core::replica::Batch| {
        for (key, value) in batch.writes {
            store.insert(key, value.unwrap());
        }
    };
    keep(replica.start_session(Session {
        device: id(10),
        person: id(11),
        name: "王某某".to_owned(),
        role: Role::GridWorker,
        tenant: id(12),
    }));
    keep(replica.begin(Kind::VISIT, id(1), id(2), at(0)).unwrap());
    let note = "finding".to_owned();
    let text = "三楼堆放纸箱。".to_owned();
    keep(
        replica
            .edit(id(1), &Edit::SetNote { note, text }, at(1))
            .unwrap(),
    );
    for (name, frame) in frames() {
        // It would make the phone forget where it stands.
        if name == "resync" {
            continue;
        }
        let frame = if let Frame::Changes(changes) = frame {
            Frame::Changes(Changes {
                doc: id(20),
                segments: vec![ByteBuf::from(segment::pack(&[change_of(7, "room", "101")]))],
                ..changes
            })
        } else {
            frame
        };
        let envelope = Envelope {
            cursor: (name == "end").then(|| ByteBuf::from([9; 24])),
            frame,
        };
        let bytes = encode_frame(&envelope);
        keep(replica.receive(&bytes[4..], at(5)).unwrap().batch);
    }
    store.into_iter().collect()
}

#[test]
fn a_store_of_version_1_is_restored_as_ever() {
    let lines: String = stored()
        .iter()
        .map(|(key, value)| format!("{key} {}\n", hex::encode(value)))
        .collect();
    let kept = fixture("store-1.txt", lines.as_bytes());
    let mut replica = Replica::new([8; 32]);
    for line in String::from_utf8(kept).unwrap().lines() {
        let (key, value) = line.split_once(' ').unwrap();
        assert!(replica.restore(key, &hex::decode(value).unwrap()), "{key}");
    }
    let ready = replica.ready();
    assert_eq!((ready.docs, ready.tickets, ready.queued), (2, 1, 2));
    assert!(ready.damaged.is_empty());
    let looks = serde_json::json!({
        "visits": replica.records(),
        "own": replica.view(id(1)).unwrap(),
        "pulled": replica.view(id(20)).unwrap(),
        "tickets": replica.tickets(),
        "reference": replica.reference(),
        "status": replica.status(),
        "cursor": hex::encode(replica.cursor().unwrap()),
    });
    insta::assert_json_snapshot!("store", looks);
    // And it goes on from there.
    let batch = replica
        .edit(id(1), &harness::phone::set("room", "302"), at(9))
        .unwrap();
    assert_eq!(batch.writes.len(), 2);
}
