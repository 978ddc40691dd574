//! Keeps what was found while a case is looked at once, so that what is read twice is found once.
//! A chain of thirty facts that each read the one before twice would otherwise be a thousand million evaluations.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::case::Case;
use crate::case::decide::Context;
use crate::case::fact::Cursor;
use crate::case::settle::Standpoint;
use crate::name::{FactName, ObligationName};
use crate::time::{Timestamp, Zone};
use crate::value::Value;
use crate::workflow::guard::{SinceOf, Truth};

/// What was found, and when time alone may change it next (E6).
#[derive(Debug, Clone)]
pub(super) struct Known<T> {
    pub(super) value: T,
    pub(super) next_change: Option<Timestamp>,
}

/// What is seen: everything on record, or what had been learnt by a moment; from one duty, or from none.
type Lens = (Option<Timestamp>, Option<Standpoint>);

/// The value of a fact, if it has one.
type Found = Known<Option<Value>>;

/// What was found through one lens.
#[derive(Debug)]
pub(super) struct Seen {
    /// Values by the place of their fact; there may be a lens for each of many thousand moments, so that each is small.
    pub(super) facts: Box<[OnceCell<Box<Found>>]>,
    /// Facts whose value is being found: the compiler excludes cycles, and a fact that needs itself is unknown.
    pub(super) open: RefCell<BTreeSet<usize>>,
    pub(super) applies: OnceCell<Known<Truth>>,
    /// Due moments by obligation; `None` while one is being found.
    pub(super) dues: RefCell<BTreeMap<ObligationName, Option<Known<Option<Timestamp>>>>>,
}

/// Since when a condition had been true and known, at each moment at which that changed or may have.
pub(super) type Line = Vec<(Timestamp, Option<Timestamp>)>;

/// What was found in one look at a case, through every lens.
#[derive(Debug)]
pub(super) struct Memo<'a> {
    /// The moment of the look.
    pub(super) at: Timestamp,
    /// The zone of the first authority.
    pub(super) zone: Zone,
    /// The declared facts in order: where one stands is its place. There are a handful of looks to each command.
    places: Vec<&'a FactName>,
    lenses: RefCell<BTreeMap<Lens, Rc<Seen>>>,
    /// Lines of `since.`; `None` while one is being found.
    pub(super) lines: RefCell<BTreeMap<SinceOf, Option<Rc<Line>>>>,
    /// Whether it was asked which duties are on record, and which of them run.
    pub(super) asked_duties: Cell<bool>,
    /// How far each fact's versions were followed: moments are asked for mostly in order.
    cursors: RefCell<BTreeMap<&'a FactName, Cursor>>,
}

impl<'a> Memo<'a> {
    /// Begins a look at a case.
    pub(super) fn new(context: &Context<'a>, at: Timestamp, zone: Zone) -> Rc<Self> {
        Rc::new(Self {
            at,
            zone,
            places: context.rules.facts.keys().collect(),
            lenses: RefCell::default(),
            lines: RefCell::default(),
            asked_duties: Cell::default(),
            cursors: RefCell::default(),
        })
    }

    /// Returns a declared fact's place.
    pub(super) fn place(&self, name: &FactName) -> Option<usize> {
        self.places.binary_search(&name).ok()
    }

    /// Returns what was found through a lens.
    pub(super) fn seen(
        &self,
        learnt_by: Option<Timestamp>,
        standpoint: Option<Standpoint>,
    ) -> Rc<Seen> {
        let mut lenses = self.lenses.borrow_mut();
        // Facts are the same from every duty, and kept once.
        let facts = if standpoint.is_none() {
            self.places.len()
        } else {
            0
        };
        let seen = lenses.entry((learnt_by, standpoint)).or_insert_with(|| {
            Rc::new(Seen {
                facts: (0..facts).map(|_| OnceCell::new()).collect(),
                open: RefCell::default(),
                applies: OnceCell::new(),
                dues: RefCell::default(),
            })
        });
        Rc::clone(seen)
    }

    /// Returns a fact's value as it was known at a moment.
    pub(super) fn value_at(
        &self,
        case: &'a Case,
        name: &FactName,
        moment: Timestamp,
    ) -> Option<Value> {
        let (name, history) = case.facts.get_key_value(name)?;
        let mut cursors = self.cursors.borrow_mut();
        let cursor = cursors.entry(name).or_default();
        cursor.move_to(history, moment);
        cursor.value().cloned()
    }
}
