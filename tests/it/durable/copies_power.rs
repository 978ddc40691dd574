//! Cuts the power at each call while a database, a backup or a restored one is made: what was acknowledged is there, and what
//! was not is whole or not there.
//! The disk is that of `tests/it/durable/disk.rs`; kills are in `tests/it/durable/copies.rs`.

use std::collections::BTreeMap;
use std::fs;

use tsuho_tests::count;

use super::disk::{Call, Disk, Draws, Left as Kept, What};
use super::making::{Left, MAKINGS, Making, journaled, look, place};
use super::power::cuts;
use super::scene::{NOT_SHOWN, each, spread};
use super::shim::Shim;

/// A run that made something, and the database that was there before.
struct Run {
    making: &'static Making,
    original: Vec<u8>,
    calls: Vec<Call>,
}

impl Run {
    fn of(shim: &Shim, making: &'static Making) -> Self {
        let place = place();
        let original = fs::read(place.path().join("a.db")).expect("it is there");
        let calls = journaled(shim, place.path(), making.line);
        Self {
            making,
            original,
            calls,
        }
    }

    /// Cuts the power after so many calls; returns what is there then, or what is wrong with it.
    fn cut(&self, after: usize, kept: Kept) -> Result<Left, String> {
        let mut disk = Disk::with(&[("a.db", self.original.clone())]);
        for call in &self.calls[..after] {
            disk.take(call);
        }
        let is_said = self.calls[..after]
            .iter()
            .any(|call| call.what == What::Said);
        let folder = tempfile::tempdir().expect("a temporary folder");
        disk.cut(kept, &mut Draws(1 + after as u64), folder.path());
        match look(folder.path(), self.making)? {
            Left::Nothing if is_said => Err("it was said to be made, and is lost".to_owned()),
            left => Ok(left),
        }
    }

    /// Returns the place of the call that gave it its name.
    fn named(&self) -> usize {
        let named = self.calls.iter().position(|call| call.what == What::Named);
        named.expect("it gets a name")
    }

    /// Returns points at which the power is cut: from call to call, and all kinds from the moment on when it is named.
    fn points(&self, most: usize) -> Vec<(usize, Kept)> {
        let kinds = [Kept::Nothing, Kept::Some(50), Kept::Everything];
        let last = self.named()..=self.calls.len();
        let last = last.flat_map(|after| kinds.map(|kept| (after, kept)));
        cuts(self.calls.len(), most)
            .into_iter()
            .chain(last)
            .collect()
    }
}

#[test]
fn a_database_or_a_copy_is_whole_or_not_there_at_whatever_call_the_power_is_cut() {
    let Some(shim) = Shim::compiled() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (mut wrong, mut of, mut kinds) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    for making in &MAKINGS {
        let run = Run::of(&shim, making);
        let points = run.points(count(3, usize::MAX));
        for (point, found) in each(&points, |(after, kept)| {
            ((*after, *kept), run.cut(*after, *kept))
        }) {
            of += 1;
            match found {
                Ok(left) => {
                    *kinds
                        .entry(format!("{}: {left:?}", making.name))
                        .or_default() += 1;
                }
                Err(why) => wrong.push(format!("{} at {point:?}: {why}", making.line)),
            }
        }
    }
    for (kind, count) in kinds {
        println!("{kind}: {count}");
    }
    println!(
        "FIGURE power cuts while a database is made: half a one or a lost one {} of {of}",
        wrong.len()
    );
    assert_eq!(wrong, [""; 0]);
    assert!(of >= count(40, 400), "{of}");
}

/// Changes a run to what another program would ask of the disk.
type Plant = fn(&mut Run);

const PLANTED: [(&str, Plant); 4] = [
    ("named and not flushed", |run| {
        let unfinished = format!(".{}.unfinished", run.making.name);
        run.calls.retain(|call| {
            !matches!(call.what, What::Flush | What::Flushed) || call.name != unfinished
        });
    }),
    ("its folder is not flushed", |run| {
        let named = run.named();
        let mut at = 0;
        run.calls.retain(|call| {
            at += 1;
            at <= named || !matches!(call.what, What::Flush | What::Flushed)
        });
    }),
    ("told before it is named", |run| {
        let at = run.named();
        let said = run.calls.iter().position(|call| call.what == What::Said);
        let said = run.calls.remove(said.expect("it is told"));
        run.calls.insert(at, said);
    }),
    ("made under its own name", |run| {
        let named = run.named();
        run.calls.remove(named);
        let unfinished = format!(".{}.unfinished", run.making.name);
        for call in &mut run.calls {
            if let Some(suffix) = call.name.strip_prefix(&unfinished) {
                call.name = format!("{}{suffix}", run.making.name);
            }
        }
    }),
];

#[test]
fn a_database_that_is_named_too_early_is_found_by_cutting_the_power() {
    let Some(shim) = Shim::compiled() else {
        println!("{NOT_SHOWN}");
        return;
    };
    let (mut planted, mut caught) = (0, 0);
    for making in &MAKINGS {
        for (what, plant) in PLANTED {
            let mut run = Run::of(&shim, making);
            plant(&mut run);
            planted += 1;
            let points = spread(run.calls.len(), count(12, 200)).into_iter();
            // Most of what is wrong is so when it was told.
            let points: Vec<usize> = points.chain(run.calls.len() - 6..run.calls.len()).collect();
            let kinds = [Kept::Nothing, Kept::Some(50)];
            let points = points.iter().rev();
            let found = points
                .flat_map(|after| kinds.map(|kept| (*after, kept)))
                .find_map(|(after, kept)| run.cut(after, kept).err());
            println!(
                "{}, {what}: {}",
                making.line,
                found.as_deref().unwrap_or("not found")
            );
            caught += usize::from(found.is_some());
        }
    }
    println!("databases that are named too early: planted {planted}, caught {caught}");
    assert_eq!(caught, planted);
}
