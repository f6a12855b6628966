//! Where tickets and reviewed documents stand, and what moves them: rules as data, without IO.
//!
//! No other room names a state. Whoever wants to know asks here: what a step makes of a state, whether a state is
//! final, which states a list leaves out.

pub mod act;
pub mod action;
pub mod life;
pub mod mediation;
pub mod review;
pub mod ticket;

pub use act::Act;
pub use action::{Need, Rule, TenStep, TicketAction};
pub use life::Life;
pub use mediation::MediationState;
pub use review::{Decision, Mark, ReviewState};
pub use ticket::{TicketState, TicketStep};

/// Makes an enum of words: `words! { /// Doc. pub enum State { /// Doc. Active = "active", } }`.
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$word_doc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every one, in the order of the work.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in tables, on the wire and in the apps' lists of words.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one that this word names.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
