//! Orders clocks for every page and list, and picks the date that is due next.
//! A date that the law or an authority set is never hidden behind an aim or a rule of the operator's own.

use tsuho_core::case::Duty;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::Face;
use tsuho_core::name::ObligationName;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::Force;

use super::Words;

/// Where a clock stands among others; the first is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    run: Run,
    rank: Rank,
    /// Whether there is no moment at all.
    is_without: bool,
    moment: Option<Timestamp>,
}

/// Whether anything is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    Runs,
    Ended,
}

/// What a clock's moment is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A date that the law or an authority set.
    Date,
    /// The law or an authority gives no number, and a target stands in for it.
    Target,
    /// A rule of the operator's own.
    Own,
}

/// A date that something is due; the first is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DueDate {
    rank: Rank,
    /// The date, by the reading that is the earliest.
    pub(crate) at: Timestamp,
}

impl Words<'_> {
    /// Returns where a clock stands among others.
    pub(crate) fn place(&self, key: &DutyKey, duty: &Duty) -> Place {
        let run = if duty.is_running() {
            Run::Runs
        } else {
            Run::Ended
        };
        let target = duty.face.targets.iter().map(|target| target.due).min();
        let force = force(self.rules, &key.obligation);
        Place::of(run, force, (earliest(&duty.face), target))
    }

    /// Returns the date that is due next of some duties: of those that run and have a date the first.
    pub(crate) fn next_due<'a>(
        &self,
        duties: impl IntoIterator<Item = (&'a DutyKey, &'a Duty)>,
    ) -> Option<DueDate> {
        let running = duties.into_iter().filter(|(_, duty)| duty.is_running());
        let dates = running.filter_map(|(key, duty)| {
            let at = earliest(&duty.face)?;
            Some(self.due_date(&key.obligation, at))
        });
        dates.min()
    }

    /// Returns the earliest date of a clock as it is compared with others.
    pub(crate) fn due_date(&self, obligation: &ObligationName, at: Timestamp) -> DueDate {
        let rank = dated(force(self.rules, obligation));
        DueDate { rank, at }
    }
}

/// Returns how an obligation binds; of one that the rules do not have the most is assumed.
fn force(rules: &Rules, obligation: &ObligationName) -> Force {
    let rule = rules.obligation(obligation);
    rule.map_or(Force::Statutory, |rule| rule.force)
}

impl Place {
    /// Places a clock by its earliest date; by its earliest target only if it has no date.
    fn of(run: Run, force: Force, (date, target): (Option<Timestamp>, Option<Timestamp>)) -> Self {
        let rank = match (dated(force), date) {
            (Rank::Own, _) => Rank::Own,
            (Rank::Date | Rank::Target, Some(_)) => Rank::Date,
            (Rank::Date | Rank::Target, None) => Rank::Target,
        };
        let moment = date.or(target);
        Self {
            run,
            rank,
            is_without: moment.is_none(),
            moment,
        }
    }
}

const fn dated(force: Force) -> Rank {
    match force {
        Force::Statutory | Force::Guidance => Rank::Date,
        Force::Internal | Force::Voluntary => Rank::Own,
    }
}

fn earliest(face: &Face) -> Option<Timestamp> {
    face.readings.iter().map(|reading| reading.due).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        let moment = serde_json::json!(format!("{day}T00:00:00.000000Z"));
        serde_json::from_value(moment).expect("a moment")
    }

    #[test]
    fn a_date_of_the_law_comes_before_every_target_and_every_rule_of_ones_own() {
        let runs = |force, date, target| Place::of(Run::Runs, force, (date, target));
        let in_order = [
            // An aim that passed long ago does not move a date of the law.
            runs(Force::Statutory, Some(at("2023-11-01")), None),
            runs(Force::Guidance, Some(at("2023-11-20")), None),
            runs(
                Force::Statutory,
                Some(at("2023-11-27")),
                Some(at("2023-10-01")),
            ),
            runs(Force::Statutory, None, Some(at("2023-10-02"))),
            runs(Force::Statutory, None, Some(at("2023-10-28"))),
            runs(Force::Statutory, None, None),
            runs(Force::Internal, Some(at("2023-09-01")), None),
            runs(Force::Voluntary, None, Some(at("2023-09-02"))),
            Place::of(Run::Ended, Force::Statutory, (Some(at("2023-08-01")), None)),
        ];
        assert!(in_order.is_sorted());
        let by_moment = |place: &Place| place.moment;
        let mut planted = in_order;
        planted.sort_by_key(by_moment);
        let caught = usize::from(!planted.is_sorted());
        println!("planted 1, caught {caught}");
        assert_eq!(caught, 1);
    }

    #[test]
    fn what_is_due_next_is_the_earliest_date_of_the_law_if_there_is_one() {
        let due = |force, day| DueDate {
            rank: dated(force),
            at: at(day),
        };
        let law = due(Force::Statutory, "2023-11-27");
        let own = due(Force::Internal, "2023-10-25");
        let letter = due(Force::Guidance, "2023-11-20");
        assert_eq!([law, own].into_iter().min(), Some(law));
        assert_eq!([own, law, letter].into_iter().min(), Some(letter));
        assert_eq!([own].into_iter().min(), Some(own));
    }
}
