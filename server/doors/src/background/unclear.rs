//! Which documents of a group cannot be judged from where they stand.

use std::collections::{HashMap, HashSet};

use sync_core::Id;
use sync_core::chunk::ChunkHeader;
use sync_core::protocol::short;

use super::{Arrival, Background};

impl Background {
    /// Those of the documents that cannot be judged without their log. Where every change goes on from what stands at
    /// the document's heads or comes with it, the log is not asked: it costs more than all the rest.
    pub(super) fn unclear(
        &mut self,
        tenant: Id,
        docs: &[Id],
        arrivals: &[&Arrival<'_>],
    ) -> Vec<Id> {
        let mut pushed: HashMap<Id, Option<Vec<&ChunkHeader>>> = HashMap::new();
        for arrival in arrivals {
            let all = pushed
                .entry(arrival.push.doc)
                .or_insert_with(|| Some(Vec::new()));
            let headers = arrival.changes.and_then(|changes| {
                let headers = changes.iter().map(|change| change.header.as_ref().ok());
                headers.collect::<Option<Vec<_>>>()
            });
            *all = all
                .take()
                .zip(headers)
                .map(|(all, more)| [all, more].concat());
        }
        let mut unclear = Vec::new();
        for doc in docs {
            let here = (tenant, *doc);
            let known = self.known.entry(here).or_default();
            let headers = pushed.get(doc).and_then(Option::as_ref);
            let (Some(document), Some(headers)) = (self.documents.get(&here), headers) else {
                unclear.push(*doc);
                continue;
            };
            let heads = document.heads.as_chunks::<32>().0.iter().map(short);
            let mut stands: HashSet<[u8; 16]> = heads.chain(known.hashes.iter().copied()).collect();
            stands.extend(headers.iter().map(|header| short(&header.hash)));
            // All that is logged has a number that was counted, and is no change of these then.
            let goes_on = headers.iter().all(|header| {
                let last = known.seqs.get(&header.actor).copied().unwrap_or(0);
                header.seq > last && header.deps.iter().all(|dep| stands.contains(&short(dep)))
            });
            if goes_on && !self.aside.contains_key(&here) {
                let heads = document.heads.as_chunks::<32>().0;
                known.hashes.extend(heads.iter().map(short));
            } else {
                unclear.push(*doc);
            }
        }
        unclear
    }
}
