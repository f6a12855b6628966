//! What was learned from the decisions of each sub-district's people, made again after a start from the same decisions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use basis::Clock;
use classify::catalogue::Catalogue;
use classify::decided::{self, Decided, Subject};
use classify::{Example, Learned, LearnedFigures, Recipe};
use serde_json::Value;
use store::catalogue::{ClassifiedTicket, Training};
use store::ticket_events::EventPerson;
use store::{Db, Tx};
use sync_core::lifecycle::Act;
use sync_core::{Id, Timestamp};

use crate::error::ApiError;

/// Decisions that are learned from, the last ones. More take longer and are of years past.
const LEARNED: i64 = 5_000;

/// Decisions that nothing was learned from yet, after which the hub learns by itself.
const NEW: i64 = 20;

/// The models of the sub-districts; cheap to clone.
#[derive(Clone)]
pub(crate) struct Classifier(Arc<Inner>);

struct Inner {
    store: Db,
    clock: Clock,
    known: Mutex<HashMap<Id, Known>>,
    /// Held by whoever trains: it takes a processor for seconds.
    training: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    training: i64,
    learned: Arc<Learned>,
}

/// The catalogue in force, and its version; 0 for the one that comes with the program.
pub(crate) async fn catalogue(tenant: Id, tx: &mut Tx) -> Result<(i64, Catalogue), ApiError> {
    let Some(row) = tx.find_catalogue(tenant).await? else {
        return Ok((0, Catalogue::first()));
    };
    Ok((row.version, read(&row.content)?))
}

/// What a column of the database holds.
pub(crate) fn read<T: serde::de::DeserializeOwned>(content: &str) -> Result<T, ApiError> {
    serde_json::from_str(content).map_err(|error| ApiError::internal(&error))
}

/// What people decided, as the core reads it; an event that it does not know (any more) teaches nothing.
pub(crate) fn decided(rows: Vec<ClassifiedTicket>) -> Vec<Decided> {
    let known = rows.into_iter().filter_map(|row| {
        let act: Act = serde_json::from_value(row.detail.get("act")?.clone()).ok()?;
        let given_to = row
            .given
            .as_ref()
            .and_then(|detail| detail.pointer("/to/id"));
        Some(Decided {
            title: row.title,
            body: row.description,
            act,
            given_to: given_to.and_then(Value::as_str).and_then(Id::parse),
        })
    });
    known.collect()
}

/// What is learned from.
struct Lessons {
    catalogue: Catalogue,
    categories: Vec<Example>,
    subjects: Vec<Example>,
}

impl Lessons {
    /// What had been decided until then, and what came with a class. The same moment gives the same lessons in the same order.
    async fn until(
        until: Timestamp,
        catalogue: Catalogue,
        tenant: Id,
        tx: &mut Tx,
    ) -> Result<Self, ApiError> {
        let mut rows = tx
            .list_classified_tickets(tenant, until, true, LEARNED)
            .await?;
        rows.sort_unstable_by_key(|row| row.ticket);
        let decided = decided(rows);
        let room = LEARNED.saturating_sub(i64::try_from(decided.len()).unwrap_or(LEARNED));
        let mut came = tx.list_labelled_tickets(tenant, until, room).await?;
        came.sort_unstable_by_key(|row| row.ticket);
        let mut categories = decided::examples(&decided, Subject::Category);
        categories.extend(came.into_iter().filter_map(|row| {
            Some(Example {
                label: decided::joined(&row.category)?,
                title: row.title,
                body: row.description,
            })
        }));
        Ok(Self {
            catalogue,
            categories,
            subjects: decided::examples(&decided, Subject::RequesterType),
        })
    }

    /// Examples whose class the tree has.
    fn known(&self) -> usize {
        let has = |it: &&Example| {
            let names: Vec<&str> = it.label.split(decided::BETWEEN).collect();
            self.catalogue.has_type(&names)
        };
        self.categories.iter().filter(has).count()
    }

    /// Learns from them, apart from the requests.
    async fn learn(self, figures: Option<LearnedFigures>) -> Result<Learned, ApiError> {
        let learning = tokio::task::spawn_blocking(move || {
            let (categories, subjects) = (&self.categories, &self.subjects);
            let recipe = Recipe::default();
            match figures {
                Some(figures) => {
                    Learned::again(categories, subjects, &self.catalogue, &figures, recipe)
                }
                None => Learned::of(categories, subjects, &self.catalogue, recipe),
            }
        });
        learning.await.map_err(|error| ApiError::internal(&error))
    }
}

impl Classifier {
    /// Nothing is known yet.
    pub(crate) fn new(store: Db, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            known: Mutex::default(),
            training: tokio::sync::Mutex::default(),
        }))
    }

    /// What was learned at the last training, by whichever hub; nothing before the first.
    pub(crate) async fn learned(&self, tenant: Id) -> Result<Arc<Learned>, ApiError> {
        let mut tx = self.0.store.read().await?;
        let Some(training) = tx.find_training(tenant).await? else {
            return Ok(Arc::default());
        };
        if let Some(learned) = self.known(tenant, training.n) {
            return Ok(learned);
        }
        let _turn = self.0.training.lock().await;
        // Whoever had the turn before has done it for all who waited.
        if let Some(learned) = self.known(tenant, training.n) {
            return Ok(learned);
        }
        let version = tx.find_catalogue_version(tenant, training.version).await?;
        let catalogue = match version {
            Some(row) => read(&row.content)?,
            None => Catalogue::first(),
        };
        let lessons = Lessons::until(training.at, catalogue, tenant, &mut tx).await?;
        drop(tx);
        let learned = lessons.learn(Some(read(&training.figures)?)).await?;
        Ok(self.keep(tenant, training.n, learned))
    }

    /// Learns from everything that was decided until now, and notes how well.
    pub(crate) async fn train(
        &self,
        by: Option<EventPerson>,
        tenant: Id,
    ) -> Result<Training, ApiError> {
        let _turn = self.0.training.lock().await;
        let now = self.0.clock.now();
        let mut tx = self.0.store.read().await?;
        let n = tx.find_training(tenant).await?.map_or(0, |last| last.n);
        let (version, catalogue) = catalogue(tenant, &mut tx).await?;
        let lessons = Lessons::until(now, catalogue, tenant, &mut tx).await?;
        drop(tx);
        let examples = i64::try_from(lessons.known()).unwrap_or(i64::MAX);
        let learned = lessons.learn(None).await?;
        let figures = serde_json::to_string(&learned.figures())
            .map_err(|error| ApiError::internal(&error))?;
        let training = Training {
            n: n.saturating_add(1),
            at: now,
            by,
            version,
            examples,
            figures,
        };
        let mut tx = self.0.store.begin().await?;
        tx.insert_training(tenant, &training).await?;
        tx.commit().await?;
        self.keep(tenant, training.n, learned);
        Ok(training)
    }

    /// Learns in the background once enough was decided since the last time. Asked often, it looks once.
    pub(crate) async fn learn_if_due(&self, tenant: Id) -> Result<(), ApiError> {
        let Ok(turn) = self.0.training.try_lock() else {
            return Ok(());
        };
        let mut tx = self.0.store.read().await?;
        let last = tx.find_training(tenant).await?;
        let since = last.map_or(Timestamp::from_millis(0), |last| last.at);
        let new = tx.count_classifications(tenant, since, NEW).await?;
        drop(tx);
        drop(turn);
        if new < NEW {
            return Ok(());
        }
        let classifier = self.clone();
        tokio::spawn(async move {
            if let Err(error) = classifier.train(None, tenant).await {
                tracing::warn!(%error, "the classifier could not learn; it tries again with the next proposal");
            }
        });
        Ok(())
    }

    fn known(&self, tenant: Id, training: i64) -> Option<Arc<Learned>> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&tenant).filter(|it| it.training == training)?;
        Some(Arc::clone(&known.learned))
    }

    fn keep(&self, tenant: Id, training: i64, learned: Learned) -> Arc<Learned> {
        let learned = Arc::new(learned);
        let known = Known {
            training,
            learned: Arc::clone(&learned),
        };
        let mut all = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant, known);
        learned
    }
}
