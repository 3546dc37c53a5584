//! Many short lists in one: what belongs to each owner, in the order it was given.

/// For each owner the positions of what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lists {
    start: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// The lists of so many owners; the item at position i belongs to `owners[i]`.
    pub(super) fn new(n_owners: usize, owners: &[usize]) -> Self {
        let mut start = vec![0; n_owners + 1];
        for owner in owners {
            start[owner + 1] += 1;
        }
        for owner in 0..n_owners {
            start[owner + 1] += start[owner];
        }
        let mut next = start.clone();
        let mut items = vec![0; owners.len()];
        for (item, owner) in owners.iter().enumerate() {
            items[next[*owner]] = item;
            next[*owner] += 1;
        }
        Self { start, items }
    }

    /// What an owner has.
    pub(super) fn of(&self, owner: usize) -> impl Iterator<Item = usize> {
        self.items[self.start[owner]..self.start[owner + 1]].iter().copied()
    }

    /// How many it has.
    pub(super) fn count(&self, owner: usize) -> usize {
        self.start[owner + 1] - self.start[owner]
    }
}
