//! Many rows with one statement: a statement costs a switch of threads on SQLite and a journey on PostgreSQL,
//! whatever it carries.

use sqlx::{Database, Encode, QueryBuilder, Type};
use sync_core::Id;
use uuid::Uuid;

use super::db::uuid;

/// Rows that one statement takes. Only a few sizes, because each is a text of its own that is prepared once.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// Cuts rows into pieces, each for one statement.
pub(super) fn pieces<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (piece, behind) = rest.split_at_checked(size)?;
        rest = behind;
        Some(piece)
    })
}

/// Ends a text that stopped behind `IN` with the ids in brackets.
pub(super) fn push_ids<DB>(query: &mut QueryBuilder<DB>, ids: &[Id])
where
    DB: Database,
    for<'t> Uuid: Encode<'t, DB> + Type<DB>,
{
    query.push(" (");
    let mut list = query.separated(", ");
    for one in ids {
        list.push_bind(uuid(*one));
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_piece_and_few_sizes_occur() {
        for count in [0, 1, 3, 15, 16, 63, 64, 65, 200] {
            let rows: Vec<usize> = (0..count).collect();
            let cut: Vec<&[usize]> = pieces(&rows).collect();
            assert_eq!(cut.concat(), rows);
            assert!(cut.iter().all(|piece| SIZES.contains(&piece.len())));
        }
    }
}
