//! A queue in turns: whoever brings much waits behind their own, not before others.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Items by who brought them. [`Fair::pop`] gives one of each in turn.
#[derive(Debug)]
pub struct Fair<K, T> {
    /// Who has something here, in the order of their turns.
    turns: VecDeque<K>,
    items: HashMap<K, VecDeque<T>>,
    len: usize,
    most: usize,
    share: usize,
}

impl<K: Clone + Eq + Hash, T> Fair<K, T> {
    /// An empty queue of at most `most` items, of which each may have `share`.
    pub fn new(most: usize, share: usize) -> Self {
        Self {
            turns: VecDeque::new(),
            items: HashMap::new(),
            len: 0,
            most,
            share,
        }
    }

    /// Adds an item behind those of the same key.
    ///
    /// # Errors
    /// Gives the item back if the queue or the share is full.
    pub fn push(&mut self, key: K, item: T) -> Result<(), T> {
        if self.len >= self.most || self.held_by(&key) >= self.share {
            return Err(item);
        }
        let items = self.items.entry(key.clone()).or_default();
        if items.is_empty() {
            self.turns.push_back(key);
        }
        items.push_back(item);
        self.len += 1;
        Ok(())
    }

    /// The next item, of whoever's turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let key = self.turns.pop_front()?;
        let items = self.items.get_mut(&key)?;
        let item = items.pop_front();
        if items.is_empty() {
            self.items.remove(&key);
        } else {
            self.turns.push_back(key);
        }
        self.len -= usize::from(item.is_some());
        item
    }

    /// Items of this key.
    pub fn held_by(&self, key: &K) -> usize {
        self.items.get(key).map_or(0, VecDeque::len)
    }

    /// All items.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_brings_one_waits_for_one_of_each_other() {
        let mut queue = Fair::new(100, 50);
        for n in 0..50 {
            assert_eq!(queue.push("flood", n), Ok(()));
        }
        assert_eq!(queue.push("one", 100), Ok(()));
        assert_eq!(queue.push("two", 200), Ok(()));
        let first: Vec<i32> = (0..6).filter_map(|_| queue.pop()).collect();
        assert_eq!(first, [0, 100, 200, 1, 2, 3]);
        assert_eq!(queue.len(), 46);
    }

    #[test]
    fn a_share_is_full_before_the_queue_is() {
        let mut queue = Fair::new(3, 2);
        assert_eq!(queue.push('a', 1), Ok(()));
        assert_eq!(queue.push('a', 2), Ok(()));
        assert_eq!(queue.push('a', 3), Err(3));
        assert_eq!(queue.push('b', 4), Ok(()));
        assert_eq!(queue.push('c', 5), Err(5));
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.push('c', 5), Ok(()));
        let rest: Vec<i32> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [4, 2, 5]);
        assert!(queue.is_empty());
    }
}
