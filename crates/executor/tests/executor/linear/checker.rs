//! Tells whether what many saw of one case at once could have been seen by them one after the other (linearizability).
//!
//! Knows of a case only that it has a version, a revision and a value, and of an operation when it began and ended and what
//! came of it. The search is that of Wing and Gong (Testing and Verifying Concurrent Objects, 1993) with Lowe's memory of
//! states that led nowhere.

use std::collections::HashSet;

/// A case as somebody saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    /// How many events it had.
    pub(crate) version: u64,
    /// How many decisions of people had changed it.
    pub(crate) revision: u64,
    /// What stood on record.
    pub(crate) value: Option<i64>,
}

/// What came of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// It read.
    Read(Seen),
    /// It was granted: a value was recorded, on the revision that it named if it named one.
    Wrote {
        on: Option<u64>,
        value: i64,
        first: u64,
        events: u64,
    },
    /// It was refused because the case was no longer at the revision that it named.
    Refused { on: u64, now: u64 },
}

/// An operation: when it began and ended, by a clock that only counts, and what came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) begun: u64,
    pub(crate) ended: u64,
    pub(crate) came: Came,
}

/// Most operations of a history: one bit each.
pub(crate) const MOST: usize = 128;

/// Tells whether there is an order of the operations in which each follows those that had ended before it began, and in which
/// each is what one case does.
pub(crate) fn is_linearizable(first: Seen, history: &[Operation]) -> bool {
    assert!(history.len() <= MOST, "a history of {}", history.len());
    let mut dead = HashSet::new();
    search(first, 0, history, &mut dead)
}

fn search(
    state: Seen,
    done: u128,
    history: &[Operation],
    dead: &mut HashSet<(u128, Seen)>,
) -> bool {
    let open = || (0..history.len()).filter(|&nth| done >> nth & 1 == 0);
    let Some(earliest_end) = open().map(|nth| history[nth].ended).min() else {
        return true;
    };
    if dead.contains(&(done, state)) {
        return false;
    }
    let next = open().filter(|&nth| history[nth].begun < earliest_end);
    for nth in next.collect::<Vec<_>>() {
        if let Some(state) = after(state, history[nth].came)
            && search(state, done | 1 << nth, history, dead)
        {
            return true;
        }
    }
    dead.insert((done, state));
    false
}

/// Returns the case as it is after an operation; `None` if no case would answer so.
fn after(state: Seen, came: Came) -> Option<Seen> {
    match came {
        Came::Read(seen) => (seen == state).then_some(state),
        Came::Refused { on, now } => (now == state.revision && on != now).then_some(state),
        Came::Wrote {
            on,
            value,
            first,
            events,
        } => {
            let fits = first == state.version && on.is_none_or(|on| on == state.revision);
            fits.then_some(Seen {
                version: state.version + events,
                revision: state.revision + 1,
                value: Some(value),
            })
        }
    }
}

#[test]
fn the_checker_tells_orders_that_are_possible_from_those_that_are_not() {
    let at = |revision, value| Seen {
        version: revision + 1,
        revision,
        value,
    };
    let wrote = |on, value, first| Came::Wrote {
        on,
        value,
        first,
        events: 1,
    };
    let history = |operations: &[(u64, u64, Came)]| -> Vec<Operation> {
        let operation = |&(begun, ended, came)| Operation { begun, ended, came };
        operations.iter().map(operation).collect()
    };
    let begin = at(0, None);
    // A read beside a write may see either; one after it only what was written.
    for (begun, seen, possible) in [
        (1, at(0, None), true),
        (1, at(1, Some(7)), true),
        (5, at(1, Some(7)), true),
        (5, at(0, None), false),
    ] {
        let beside = history(&[(0, 4, wrote(None, 7, 1)), (begun, 9, Came::Read(seen))]);
        assert_eq!(is_linearizable(begin, &beside), possible, "{seen:?}");
    }
    // Of two that saw the same revision one is refused.
    let both = |second| history(&[(0, 9, wrote(Some(0), 7, 1)), (1, 8, second)]);
    assert!(is_linearizable(
        begin,
        &both(Came::Refused { on: 0, now: 1 })
    ));
    assert!(!is_linearizable(begin, &both(wrote(Some(0), 8, 2))));
    assert!(!is_linearizable(
        begin,
        &both(Came::Refused { on: 0, now: 0 })
    ));
}
