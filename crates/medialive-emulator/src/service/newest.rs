//! The newest entries of a record, which would grow without end.

use std::collections::VecDeque;

/// A call takes about a kilobyte; a program that polls once a second fills this in a day.
const MOST: usize = 100_000;

/// Entries in order; of more than [`MOST`], the newest.
#[derive(Debug)]
pub(crate) struct Newest<T> {
    entries: VecDeque<T>,
    dropped: usize,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), dropped: 0 }
    }
}

impl<T: Clone> Newest<T> {
    pub(crate) fn push(&mut self, entry: T) {
        self.entries.push_back(entry);
        if self.entries.len() > MOST {
            self.entries.pop_front();
            self.dropped += 1;
        }
    }

    /// The entries after the first `known` that there ever were, as far as they are kept.
    pub(crate) fn since(&self, known: usize) -> Vec<T> {
        self.entries.iter().skip(known.saturating_sub(self.dropped)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_the_others_keep_their_numbers() {
        let mut newest = Newest::default();
        for number in 0..MOST + 2 {
            newest.push(number);
        }

        assert_eq!(newest.since(0).first(), Some(&2));
        assert_eq!(newest.since(MOST), [MOST, MOST + 1]);
        assert_eq!(newest.since(MOST + 2), [0; 0]);
    }
}
