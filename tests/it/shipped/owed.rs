//! Draws facts that start a clock of law in a case that owes nothing yet. Most facts that chance draws leave a case under
//! every threshold, and a case without a clock shows nothing of clocks.

use tsuho_core::case::request::{Content, Facts};
use tsuho_core::case::{Case, decide, evolve};
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::Force;
use tsuho_executor::Ground;

use super::desk::Desk;
use super::draw::{Draws, some_facts};

/// How many sets of facts are looked at.
const TRIES: usize = 64;

/// How many draws make one set: about half of what a workflow asks for.
const DRAWS: usize = 5;

/// Draws facts after which a duty of law runs, if none does and some are found.
pub(super) fn facts(
    draws: &mut Draws,
    desk: &Desk,
    ground: &Ground,
    now: Timestamp,
) -> Option<Facts> {
    let rules = &ground.compiled.rules;
    if ground.case.is_closed() || owes(rules, &ground.case) {
        return None;
    }
    (0..TRIES).find_map(|_| {
        let mut facts = Facts::new();
        for _ in 0..DRAWS {
            facts.extend(some_facts(draws, rules, now));
        }
        let content = Content::Record {
            facts: facts.clone(),
        };
        let request = desk.now("duty_officer", content);
        let events = decide(&ground.context(), &ground.case, &request, now).ok()?;
        let after = events.iter().fold(Case::clone(&ground.case), evolve);
        owes(rules, &after).then_some(facts)
    })
}

/// Tells whether a clock of law runs.
fn owes(rules: &Rules, case: &Case) -> bool {
    let mut running = case.duties.iter().filter(|(_, duty)| duty.is_running());
    running.any(|(key, _)| {
        let obligation = rules.obligation(&key.obligation);
        obligation.is_some_and(|obligation| obligation.force == Force::Statutory)
    })
}
