//! What a group of pushes brings, written at once.

use std::collections::{BTreeMap, HashMap};

use sync_core::{Id, Timestamp};

use store::Tx;
use store::device_days::{DeviceDay, day_of};
use store::documents::{ActorRow, DocumentKey, MovedActor, ReceivedSeq};
use store::inbox::InboxRow;

/// How long the sums of a device's days are kept.
const KEPT_DAYS: i64 = 30;

/// What the group brings.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) rows: Vec<InboxRow>,
    /// The sub-district that brought an id first.
    pub(super) firsts: HashMap<Id, Id>,
    pub(super) actors: BTreeMap<(Id, [u8; 16]), (Id, Id)>,
    /// Actors that go over from a former device of the same person.
    pub(super) moved: Vec<MovedActor>,
    pub(super) numbers: BTreeMap<(DocumentKey, [u8; 16]), u64>,
    /// What is added to the day of a device.
    pub(super) days: BTreeMap<(Id, Id), DeviceDay>,
}

impl Taken {
    /// Writes it down.
    /// `today`: the sums of each device, this group included.
    pub(super) async fn write(
        self,
        today: &HashMap<(Id, Id), DeviceDay>,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let Self {
            mut rows,
            actors,
            moved,
            numbers,
            days,
            firsts: _,
        } = self;
        // All were made in the same moment, and ids of a moment are in no order: the gate reads by id.
        let mut ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        for (row, id) in rows.iter_mut().zip(ids) {
            row.id = id;
        }
        tx.insert_inbox(&rows).await?;
        let actors: Vec<ActorRow> = actors
            .into_iter()
            .map(|((tenant, actor), (device, person))| ActorRow {
                tenant,
                actor,
                device,
                person,
            })
            .collect();
        tx.bind_actors(&actors, now).await?;
        for actor in &moved {
            tx.move_actor(actor, now).await?;
        }
        let numbers: Vec<_> = numbers
            .into_iter()
            .map(|(((tenant, doc), actor), seq)| ReceivedSeq {
                tenant,
                doc,
                actor,
                seq: i64::try_from(seq).unwrap_or(i64::MAX),
            })
            .collect();
        tx.put_received_seqs(&numbers).await?;
        // The first of a day makes room for it.
        let mut begun: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (key, more) in &days {
            if today.get(key) == Some(more) {
                begun.entry(key.0).or_default().push(key.1);
            }
        }
        for (tenant, devices) in begun {
            tx.delete_device_days(tenant, &devices, day_of(now) - KEPT_DAYS)
                .await?;
        }
        let days: Vec<_> = days.into_iter().collect();
        tx.add_to_device_days(day_of(now), &days).await
    }
}
