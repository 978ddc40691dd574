//! Promises about leases.
//!
//! Nothing waits here for a lease to end: one that lasts no time has ended when it is taken.

use std::time::Duration;

use futures_util::future::try_join_all;

use crate::conformance::{Backend, Breach, same};
use crate::{Claim, Claimed, Kind, Renewal, Store, Tenure};

const HOUR: Duration = Duration::from_hours(1);

/// How many ask at once, and how often.
const CALLERS: usize = 16;
const ROUNDS: u64 = 20;

fn claim(name: &str, holder: &str, lasting: Duration) -> Claim {
    Claim {
        name: name.to_owned(),
        holder: holder.to_owned(),
        lasting,
    }
}

/// Takes a lease that nobody else holds.
async fn take(store: &dyn Store, claim: &Claim) -> Result<Tenure, Breach> {
    match store.take_lease(claim).await? {
        Claimed::Taken(tenure) => Ok(tenure),
        Claimed::Held { holder, remaining } => Err(Breach(format!(
            "a lease that is free is held by {holder:?} for {remaining:?}"
        ))),
    }
}

pub(super) async fn a_lease_has_one_holder_at_a_time(backend: &dyn Backend) -> Result<(), Breach> {
    for kind in [Kind::Real, Kind::Drill] {
        let installation = backend.create(kind).await;
        let (store, second) = (installation.store(), installation.second().await);
        let one = take(store, &claim("a", "one", HOUR)).await?;
        let expected = Tenure {
            name: "a".to_owned(),
            holder: "one".to_owned(),
            epoch: 1,
        };
        same!(one, expected, "the first tenure");
        for other in [store, &*second] {
            let refused = other.take_lease(&claim("a", "two", HOUR)).await?;
            let Claimed::Held { holder, remaining } = refused else {
                return Err(Breach(format!("two hold one lease: {refused:?}")));
            };
            same!(holder.as_deref(), Some("one"), "the holder");
            let is_within = remaining > HOUR / 2 && remaining <= HOUR;
            same!(is_within, true, format!("what remains: {remaining:?}"));
        }
        same!(
            store.renew_lease(&one, HOUR).await?,
            Renewal::Renewed,
            "renewal by its holder"
        );
        let other = take(&*second, &claim("b", "two", HOUR)).await?;
        same!(other.epoch, 1, "epoch of another lease");
    }
    Ok(())
}

pub(super) async fn a_lease_that_ended_is_taken_over_and_never_regained(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let (store, second) = (installation.store(), installation.second().await);
    let one = take(store, &claim("a", "same", Duration::ZERO)).await?;
    same!(
        store.renew_lease(&one, Duration::ZERO).await?,
        Renewal::Renewed,
        "renewal of what ended and nobody took"
    );
    // Whoever takes it may have the same name: only the epoch tells them apart.
    let two = take(&*second, &claim("a", "same", HOUR)).await?;
    same!(two.epoch, 2, "epoch of the second tenure");
    same!(
        store.renew_lease(&one, HOUR).await?,
        Renewal::Lost,
        "renewal under an old epoch"
    );
    store.release_lease(&one).await?;
    same!(
        second.renew_lease(&two, HOUR).await?,
        Renewal::Renewed,
        "renewal after somebody else gave back what they had lost"
    );
    Ok(())
}

pub(super) async fn a_lease_that_is_given_back_is_free_at_once(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    let one = take(store, &claim("a", "one", HOUR)).await?;
    store.release_lease(&one).await?;
    same!(
        store.renew_lease(&one, HOUR).await?,
        Renewal::Lost,
        "renewal of what was given back"
    );
    let two = take(store, &claim("a", "two", HOUR)).await?;
    same!(two.epoch, 2, "epoch of the second tenure");
    Ok(())
}

pub(super) async fn a_lease_that_outlasts_every_claim_is_nobodys(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let store = installation.store();
    take(store, &claim("a", "one", HOUR)).await?;
    let two = take(store, &claim("a", "two", HOUR / 2)).await?;
    same!(two.epoch, 2, "epoch of the second tenure");
    Ok(())
}

pub(super) async fn of_many_who_ask_at_once_one_takes_the_lease(
    backend: &dyn Backend,
) -> Result<(), Breach> {
    let installation = backend.create(Kind::Real).await;
    let second = installation.second().await;
    let stores = [installation.store(), &*second];
    for round in 1..=ROUNDS {
        let asked = (0..CALLERS).map(|caller| async move {
            let claim = claim("a", &format!("caller {caller}"), HOUR);
            stores[caller % 2].take_lease(&claim).await
        });
        let claimed = try_join_all(asked).await?;
        let taken: Vec<Tenure> = claimed
            .into_iter()
            .filter_map(|claimed| match claimed {
                Claimed::Taken(tenure) => Some(tenure),
                Claimed::Held { .. } => None,
            })
            .collect();
        let [tenure] = taken.as_slice() else {
            return Err(Breach(format!("the lease was taken by {taken:?}")));
        };
        same!(tenure.epoch, round, "epoch");
        stores[0].release_lease(tenure).await?;
    }
    Ok(())
}
