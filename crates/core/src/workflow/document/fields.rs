//! Finds what stands under the keys of a mapping.
//! Which keys it may have is checked by `shape`.

use crate::diagnostic::Location;
use crate::workflow::source::Node;

/// A mapping whose keys were checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'n> {
    node: &'n Node,
}

impl<'n> Fields<'n> {
    /// Takes a mapping whose keys were checked.
    pub(super) const fn of(node: &'n Node) -> Self {
        Self { node }
    }

    /// Returns the mapping.
    pub(super) const fn node(self) -> &'n Node {
        self.node
    }

    /// Returns the value of a key.
    pub(super) fn get(self, key: &str) -> Option<&'n Node> {
        self.node.get(key)
    }

    /// Returns where a key stands, if it is there.
    pub(super) fn place(self, key: &str) -> Option<&'n Location> {
        let mut entries = self.node.entries().iter();
        entries
            .find(|entry| entry.key == key)
            .map(|entry| &entry.key_at)
    }
}
