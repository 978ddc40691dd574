//! Keeps the filings of a case, and which of them serve a duty.
//! What a filing is, and when it counts, is said by `Filing`.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::ops::{Index, RangeBounds};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Filing;
use crate::case::clock::DutyKey;

/// The filings of a case by number.
///
/// A decision works on a copy of its case, which shares every filing with it that it does not change. A series is filed
/// for time and again, and each of its occurrences is asked for its own filings alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filings {
    made: BTreeMap<u64, Arc<Filing>>,
    /// Each duty with each filing that serves it, as `made` has it.
    serving: Arc<BTreeSet<(DutyKey, u64)>>,
}

impl Filings {
    /// Adds a filing.
    pub(crate) fn insert(&mut self, number: u64, filing: Filing) {
        let serving = Arc::make_mut(&mut self.serving);
        if let Some(before) = self.made.get(&number) {
            for duty in &before.duties {
                serving.remove(&(duty.clone(), number));
            }
        }
        serving.extend(filing.duties.iter().map(|duty| (duty.clone(), number)));
        self.made.insert(number, Arc::new(filing));
    }

    /// Changes what came of a filing, if there is one of that number. The duties that it serves stay.
    pub(crate) fn change(&mut self, number: u64, change: impl FnOnce(&mut Filing)) {
        if let Some(filing) = self.made.get_mut(&number) {
            change(Arc::make_mut(filing));
        }
    }

    /// Returns the filings that serve a duty.
    pub(crate) fn serving(&self, duty: &DutyKey) -> impl Iterator<Item = (u64, &Filing)> {
        let of_duty = (duty.clone(), 0)..=(duty.clone(), u64::MAX);
        let numbers = self.serving.range(of_duty).map(|&(_, number)| number);
        numbers.filter_map(|number| Some((number, self.get(&number)?)))
    }

    /// Returns the duties from one to another that are served, with each filing that serves them.
    pub(crate) fn serving_any(
        &self,
        (from, to): (DutyKey, DutyKey),
    ) -> impl Iterator<Item = (&DutyKey, &Filing)> {
        let served = self.serving.range((from, 0)..=(to, u64::MAX));
        served.filter_map(|(duty, number)| Some((duty, self.get(number)?)))
    }

    /// Returns a filing.
    #[must_use]
    pub fn get(&self, number: &u64) -> Option<&Filing> {
        self.made.get(number).map(Arc::as_ref)
    }

    /// Tells whether there is a filing of a number.
    #[must_use]
    pub fn contains_key(&self, number: &u64) -> bool {
        self.made.contains_key(number)
    }

    /// Returns every filing with its number.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.made.range(..))
    }

    /// Returns the filings of some numbers.
    #[must_use]
    pub fn range(&self, numbers: impl RangeBounds<u64>) -> Iter<'_> {
        Iter(self.made.range(numbers))
    }

    /// Returns every number.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &u64> {
        self.made.keys()
    }

    /// Returns every filing.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Filing> {
        self.made.values().map(Arc::as_ref)
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }
}

impl Index<&u64> for Filings {
    type Output = Filing;

    fn index(&self, number: &u64) -> &Filing {
        &self.made[number]
    }
}

/// Filings with their numbers, in order.
#[derive(Debug, Clone)]
pub struct Iter<'a>(btree_map::Range<'a, u64, Arc<Filing>>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a u64, &'a Filing);

    fn next(&mut self) -> Option<Self::Item> {
        let (number, filing) = self.0.next()?;
        Some((number, filing))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (number, filing) = self.0.next_back()?;
        Some((number, filing))
    }
}

impl<'a> IntoIterator for &'a Filings {
    type Item = (&'a u64, &'a Filing);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl Serialize for Filings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.made.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Filings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let made = BTreeMap::<u64, Arc<Filing>>::deserialize(deserializer)?;
        let served = made.iter().flat_map(|(&number, filing)| {
            let duties = filing.duties.iter();
            duties.map(move |duty| (duty.clone(), number))
        });
        let serving = Arc::new(served.collect());
        Ok(Self { made, serving })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a filing that serves some duties.
    fn serving(duties: &[&str]) -> Filing {
        let filing = serde_json::json!({
            "action": "report", "obligations": ["report"], "duties": duties, "recipients": ["ministry"],
            "channel": "portal", "sent_at": "2023-10-27T13:40:00.000000Z",
            "counts": { "ministry": "2023-10-27T13:40:00.000000Z" }, "effective_at": null, "document": null,
            "receipt": null, "evidence": [], "elsewhere": [], "gaps": [], "version": 1, "undone": null,
        });
        serde_json::from_value(filing).expect("a filing")
    }

    /// Tells whether the filings of every duty are those that looking through all of them finds.
    fn agree(filings: &Filings) -> bool {
        let names = [
            "report@ministry#1",
            "report@ministry#2",
            "report@ministry#3",
        ];
        names.iter().all(|name| {
            let duty: DutyKey = name.parse().expect("a duty");
            let found: Vec<u64> = filings.serving(&duty).map(|(number, _)| number).collect();
            let all = filings.iter();
            let looked: Vec<u64> = all
                .filter(|(_, filing)| filing.duties.contains(&duty))
                .map(|(&number, _)| number)
                .collect();
            found == looked
        })
    }

    #[test]
    fn the_filings_of_a_duty_are_those_that_serve_it() {
        let mut filings = Filings::default();
        filings.insert(1, serving(&["report@ministry#1"]));
        filings.insert(2, serving(&["report@ministry#1", "report@ministry#2"]));
        filings.insert(3, serving(&[]));
        assert!(agree(&filings));
        // One that takes another's number serves what it says itself.
        filings.insert(2, serving(&["report@ministry#3"]));
        assert!(agree(&filings));
        let written = serde_json::to_string(&filings).expect("JSON");
        let read: Filings = serde_json::from_str(&written).expect("filings");
        assert!(agree(&read) && read == filings);

        let mut missing = filings.clone();
        Arc::make_mut(&mut missing.serving).pop_first();
        let mut stale = filings.clone();
        let duty = "report@ministry#2".parse().expect("a duty");
        Arc::make_mut(&mut stale.serving).insert((duty, 2));
        let planted = [missing, stale];
        let caught = planted.iter().filter(|filings| !agree(filings)).count();
        println!(
            "duties with other filings than theirs: planted {}, caught {caught}",
            planted.len()
        );
        assert_eq!(caught, planted.len());
    }

    #[test]
    fn a_copy_shares_the_filings_that_it_does_not_change() {
        let mut filings = Filings::default();
        filings.insert(1, serving(&["report@ministry#1"]));
        filings.insert(2, serving(&["report@ministry#2"]));
        let mut copy = filings.clone();
        copy.change(2, |filing| filing.version = 2);
        assert!(Arc::ptr_eq(&filings.made[&1], &copy.made[&1]));
        assert_eq!((filings[&2].version, copy[&2].version), (1, 2));
    }
}
