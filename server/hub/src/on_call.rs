//! Who of a team is on call: for the roster itself, and beside the tickets of the team.

use serde::Serialize;
use store::Tx;
use store::on_call::OnCall;
use sync_core::calendar::Day;
use sync_core::{Id, Timestamp};

/// A team and who of it is on call today.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TeamOnCall {
    /// The team.
    #[schema(value_type = String)]
    unit: Id,
    /// Its name.
    name: String,
    /// Nobody, one or several.
    people: Vec<PersonOnCall>,
}

/// Somebody who is on call.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PersonOnCall {
    /// Who.
    #[schema(value_type = String)]
    id: Id,
    /// Their name.
    name: String,
    /// By which number they are reached, masked; null if none was written down. In full:
    /// `POST /v1/units/{id}/on-call/number`.
    number: Option<String>,
}

impl From<OnCall> for PersonOnCall {
    fn from(one: OnCall) -> Self {
        Self {
            id: one.person,
            name: one.name,
            number: one.number,
        }
    }
}

/// Who is on call today, by team.
pub(crate) struct Today(Vec<OnCall>);

impl Today {
    pub(crate) async fn load(
        tenant: Id,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let day = Day::of(now);
        let all = tx.list_on_call(tenant, None, (day, day)).await?;
        Ok(Self(all.into_iter().filter(|one| one.here).collect()))
    }

    /// Names of those of a team.
    pub(crate) fn names(&self, unit: Id) -> Vec<String> {
        let of = self.0.iter().filter(|one| one.unit == unit);
        of.map(|one| one.name.clone()).collect()
    }

    pub(crate) fn team(&self, unit: Id, name: String) -> TeamOnCall {
        let of = self.0.iter().filter(|one| one.unit == unit);
        TeamOnCall {
            unit,
            name,
            people: of.cloned().map(PersonOnCall::from).collect(),
        }
    }
}
