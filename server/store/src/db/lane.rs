//! The way of statements to the database, and the place where tests let it fail.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};
use sqlx::{Database, Either, Error, Execute, Executor, Postgres, SqlStr, Sqlite, Transaction};

/// Lets calls of the store fail, for tests: `begin`, each statement and `commit` count as one. The transaction is
/// ended beneath sqlx, as a full disk and a server that is switched off do; or the caller panics.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    calls: u64,
    /// The first and the last call that fail; 0 for none.
    fails: (u64, u64),
    /// The first and the last call that panic; 0 for none.
    panics: (u64, u64),
}

impl Faults {
    /// Lets the `n`-th call from now fail; 0 for none.
    pub fn fail_at(&self, n: u64) {
        self.plan(Plan {
            fails: (n, n),
            ..Plan::default()
        });
    }

    /// Lets the `n`-th call from now and all later ones fail.
    pub fn fail_from(&self, n: u64) {
        self.plan(Plan {
            fails: (n, u64::MAX),
            ..Plan::default()
        });
    }

    /// Lets whoever makes the `n`-th call from now panic; 0 for nobody.
    pub fn panic_at(&self, n: u64) {
        self.plan(Plan {
            panics: (n, n),
            ..Plan::default()
        });
    }

    /// Lets whoever makes the `n`-th call from now or a later one panic.
    pub fn panic_from(&self, n: u64) {
        self.plan(Plan {
            panics: (n, u64::MAX),
            ..Plan::default()
        });
    }

    /// Calls since the last of the above.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    fn plan(&self, plan: Plan) {
        *self.lock() = plan;
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call and tells whether it is the one that fails.
    fn strikes(&self) -> bool {
        let mut plan = self.lock();
        plan.calls += 1;
        let within = |(first, last)| (first..=last).contains(&plan.calls);
        let (fails, panics) = (within(plan.fails), within(plan.panics));
        drop(plan);
        if panics {
            std::panic::resume_unwind(Box::new("a panic that a test asked for"));
        }
        fails
    }
}

/// Whether a call that begins now is to fail.
pub(super) fn check(faults: Option<&Faults>) -> Result<(), Error> {
    match faults {
        Some(faults) if faults.strikes() => Err(broken()),
        Some(_) | None => Ok(()),
    }
}

fn broken() -> Error {
    Error::Io(std::io::Error::other("a fault that a test asked for"))
}

/// A transaction that statements run in.
#[derive(Debug)]
pub struct Lane<DB: Database> {
    tx: Transaction<'static, DB>,
    faults: Option<Faults>,
}

impl<DB: Database> Lane<DB> {
    pub(super) fn new(tx: Transaction<'static, DB>, faults: Option<Faults>) -> Box<Self> {
        Box::new(Self { tx, faults })
    }

    pub(super) async fn rollback(self) -> Result<(), Error> {
        self.tx.rollback().await
    }

    fn strikes(&self) -> bool {
        self.faults.as_ref().is_some_and(Faults::strikes)
    }
}

/// Statements of one database; `$break` ends the transaction or the whole connection, without sqlx's knowledge.
macro_rules! lane {
    ($db:ty, $break:literal) => {
        impl Lane<$db> {
            pub(super) async fn commit(mut self) -> Result<(), Error> {
                if self.strikes() {
                    return Err(self.fall().await);
                }
                self.tx.commit().await
            }

            /// Ends the transaction as a failing machine does; what it answers is of no matter.
            async fn fall(&mut self) -> Error {
                let _ = sqlx::raw_sql($break).execute(&mut *self.tx).await;
                broken()
            }
        }

        impl<'c> Executor<'c> for &'c mut Lane<$db> {
            type Database = $db;

            fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<$db>, Error>>
            where
                'c: 'e,
                E: 'q + Execute<'q, $db>,
            {
                if self.strikes() {
                    let failed = async { Err(self.fall().await) };
                    return failed.into_stream().boxed();
                }
                (&mut *self.tx).fetch_many(query)
            }

            fn fetch_optional<'e, 'q: 'e, E>(
                self,
                query: E,
            ) -> BoxFuture<'e, Result<Option<<$db as Database>::Row>, Error>>
            where
                'c: 'e,
                E: 'q + Execute<'q, $db>,
            {
                if self.strikes() {
                    return async { Err(self.fall().await) }.boxed();
                }
                (&mut *self.tx).fetch_optional(query)
            }

            fn prepare_with<'e>(
                self,
                sql: SqlStr,
                parameters: &'e [<$db as Database>::TypeInfo],
            ) -> BoxFuture<'e, Result<<$db as Database>::Statement, Error>>
            where
                'c: 'e,
            {
                (&mut *self.tx).prepare_with(sql, parameters)
            }
        }
    };
}

/// What a statement gives: how many rows it changed, or a row.
type Step<DB> = Either<<DB as Database>::QueryResult, <DB as Database>::Row>;

lane!(Sqlite, "ROLLBACK");
lane!(Postgres, "SELECT pg_terminate_backend(pg_backend_pid())");
