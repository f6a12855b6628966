//! Enumerations that are words in the database and in JSON.

/// Makes an enum of words, each with its text form:
/// `words! { /// Doc. pub enum State { /// Doc. Active = "active", } }`.
///
/// `as_str` gives the word, `parse` reads it, and `read` reads it from a column or says that the column
/// is corrupt.
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

        // The derive does not see a word that comes from a macro, and would describe the variants' names.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl $name {
            /// The word in database and API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value that this word names.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// The value that a column holds.
            pub(crate) fn read(
                text: &str,
                table: &'static str,
                column: &'static str,
            ) -> Result<Self, $crate::Error> {
                Self::parse(text).ok_or($crate::Error::Corrupt { table, column })
            }
        }
    };
}
pub(crate) use words;
