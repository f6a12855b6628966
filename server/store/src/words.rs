//! Enumerations that are words in the database and in JSON, as the API describes them.

use super::Error;

/// What a column holds, or that it is corrupt.
pub(crate) fn read<T>(
    parsed: Option<T>,
    table: &'static str,
    column: &'static str,
) -> Result<T, Error> {
    parsed.ok_or(Error::Corrupt { table, column })
}

/// Makes an enum of words (`sync_core::words!`) that the API describes and columns hold.
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($body:tt)+ }
    ) => {
        sync_core::words! {
            $(#[$doc])*
            pub enum $name { $($body)+ }
        }

        // The derive does not see a word that comes from a macro, and would describe the variants' names.
        $crate::words::described!($name as $name for $name);

        impl $name {
            /// The value that a column holds.
            pub(crate) fn read(
                text: &str,
                table: &'static str,
                column: &'static str,
            ) -> Result<Self, $crate::Error> {
                $crate::words::read(Self::parse(text), table, column)
            }
        }
    };
}
pub(crate) use words;

/// Describes words to the API: `described!(Marker as Name for Words)`, where the words' type is the core's, which
/// knows nothing of APIs.
macro_rules! described {
    ($marker:ident as $name:ident for $words:ty) => {
        impl utoipa::PartialSchema for $marker {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(<$words>::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $marker {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
pub(crate) use described;

/// The states of a ticket, as the API describes them.
#[derive(Debug)]
pub struct TicketStateWord;
described!(TicketStateWord as TicketStatus for sync_core::lifecycle::TicketState);

/// The decisions of the office, as the API describes them.
#[derive(Debug)]
pub struct DecisionWord;
described!(DecisionWord as Decision for sync_core::lifecycle::Decision);
