//! How often an address may ask without an account: whoever holds a paper or has reported something asks once or twice,
//! whoever guesses asks for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sync_core::Timestamp;

use crate::address::Address;
use crate::app::App;
use crate::error::ApiError;

const MINUTE_MILLIS: i64 = 60 * 1000;
/// Addresses that are counted apart within a minute, some hundred bytes each; further ones have one count together.
const ADDRESSES: usize = 10_000;

/// Counts the requests of each address by the minute, in memory; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    most: u32,
    /// Code and sentence of whoever comes too often.
    told: (&'static str, &'static str),
    minute: Arc<Mutex<Minute>>,
}

#[derive(Debug, Default)]
struct Minute {
    began_at: Option<Timestamp>,
    counts: HashMap<Address, u32>,
}

impl Pace {
    /// At most `most` requests of an address in a minute.
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            told: ("too_many_papers", "同一网络核对得太多，请过一分钟再试。"),
            minute: Arc::default(),
        }
    }

    /// The same, told in other words.
    pub(crate) fn telling(self, code: &'static str, sentence: &'static str) -> Self {
        let told = (code, sentence);
        Self { told, ..self }
    }

    /// Counts a request, or says after how many seconds there may be another.
    fn take(&self, address: Address, now: Timestamp) -> Result<(), u32> {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let age = minute.began_at.map(|began| now.millis_since(began));
        // Also where the clock was set back.
        let age = age.filter(|age| (0..MINUTE_MILLIS).contains(age));
        if age.is_none() {
            *minute = Minute {
                began_at: Some(now),
                counts: HashMap::new(),
            };
        }
        let is_full = minute.counts.len() >= ADDRESSES && !minute.counts.contains_key(&address);
        let address = if is_full { Address::default() } else { address };
        let count = minute.counts.entry(address).or_default();
        if *count >= self.most {
            let left = MINUTE_MILLIS - age.unwrap_or(0);
            return Err(u32::try_from((left + 999) / 1000).unwrap_or(60));
        }
        *count += 1;
        Ok(())
    }
}

/// Holds every address to its pace, before anything of a request is read.
pub(crate) async fn keep(
    State((app, pace)): State<(App, Pace)>,
    address: Address,
    request: Request,
    next: Next,
) -> Response {
    // As with the shares of an address: behind a proxy that nobody named everybody comes from here.
    if !address.is_here()
        && let Err(seconds) = pace.take(address, app.clock().now())
    {
        let (code, detail) = pace.told;
        return ApiError::too_many_requests(code, detail, seconds).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn address(n: u32) -> Address {
        Address::of(IpAddr::V4(Ipv4Addr::from_bits(0xc633_6400 + n)))
    }

    const fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    #[test]
    fn an_address_that_has_asked_too_often_is_told_when_it_may_again() {
        let pace = Pace::new(3);
        let asked: Vec<_> = (100..105)
            .map(|second| pace.take(address(1), at(second)))
            .collect();
        assert_eq!(asked, [Ok(()), Ok(()), Ok(()), Err(57), Err(56)]);
        assert_eq!(
            pace.take(address(2), at(104)),
            Ok(()),
            "others are not held"
        );
        assert_eq!(pace.take(address(1), at(160)), Ok(()), "the minute is over");
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out() {
        let pace = Pace::new(1);
        assert_eq!(pace.take(address(1), at(1_000)), Ok(()));
        assert_eq!(pace.take(address(1), at(10)), Ok(()));
        assert!(pace.take(address(1), at(11)).is_err());
    }

    #[test]
    fn a_flood_of_addresses_takes_bounded_memory() {
        let pace = Pace::new(2);
        for n in 0..60_000 {
            let _ = pace.take(address(n), at(5));
        }
        let kept = pace.minute.lock().unwrap().counts.len();
        assert!(kept <= ADDRESSES + 1, "{kept}");
        assert!(
            pace.take(address(70_000), at(6)).is_err(),
            "late ones share one count"
        );
        assert_eq!(
            pace.take(address(0), at(6)),
            Ok(()),
            "early ones have their own"
        );
    }
}
