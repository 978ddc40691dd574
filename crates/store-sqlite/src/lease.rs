//! Takes, renews and gives back leases, each in one statement under the write lock.
//!
//! The database's clock is SQLite's own reading of the machine's, inside the statement.

use std::time::Duration;

use sqlx::SqliteConnection;
use tsuho_store::{Claim, Claimed, Error, Renewal, Tenure};

use crate::batch_rows::integer;
use crate::connections::Connections;
use crate::failure::Context;
use crate::lock::lock;
use crate::row;

/// Takes a lease, or says who holds it. Whoever waits for one asks without the write lock, so that waiting delays nobody.
pub(crate) async fn take(
    (writer, readers): (&Connections, &Connections),
    context: Context<'_>,
    claim: &Claim,
) -> Result<Claimed, Error> {
    if let Some((holder, remaining)) =
        held(&mut *readers.take(context).await?, context, claim).await?
    {
        return Ok(Claimed::Held { holder, remaining });
    }
    let mut locked = lock(writer, context).await?;
    let taken = sqlx::query(include_str!("../queries/take_lease.sql"))
        .bind(claim.name.clone())
        .bind(claim.holder.clone())
        .bind(micros(claim.lasting))
        .fetch_optional(&mut *locked)
        .await
        .map_err(|error| context.failure(error))?;
    locked.commit(context).await?;
    if let Some(row) = taken {
        return Ok(Claimed::Taken(Tenure {
            name: claim.name.clone(),
            holder: claim.holder.clone(),
            epoch: row::lease_epoch(&row, &claim.name)?,
        }));
    }
    // Somebody was faster, and may have given it back already.
    let held = held(&mut *readers.take(context).await?, context, claim).await?;
    let (holder, remaining) = held.unwrap_or((None, Duration::ZERO));
    Ok(Claimed::Held { holder, remaining })
}

/// Returns who holds a lease and for how much longer, unless it can be taken.
async fn held(
    reader: &mut SqliteConnection,
    context: Context<'_>,
    claim: &Claim,
) -> Result<Option<(Option<String>, Duration)>, Error> {
    let row = sqlx::query(include_str!("../queries/select_lease.sql"))
        .bind(claim.name.clone())
        .bind(micros(claim.lasting))
        .fetch_optional(reader)
        .await
        .map_err(|error| context.failure(error))?;
    row.map(|row| row::held_lease(&row, &claim.name))
        .transpose()
}

/// Renews a lease, unless it was lost.
pub(crate) async fn renew(
    writer: &Connections,
    context: Context<'_>,
    tenure: &Tenure,
    lasting: Duration,
) -> Result<Renewal, Error> {
    let mut locked = lock(writer, context).await?;
    let renewed = sqlx::query(include_str!("../queries/renew_lease.sql"))
        .bind(tenure.name.clone())
        .bind(tenure.holder.clone())
        .bind(integer(tenure.epoch))
        .bind(micros(lasting))
        .execute(&mut *locked)
        .await
        .map_err(|error| context.failure(error))?;
    locked.commit(context).await?;
    Ok(match renewed.rows_affected() {
        0 => Renewal::Lost,
        _ => Renewal::Renewed,
    })
}

/// Gives a lease back.
pub(crate) async fn release(
    writer: &Connections,
    context: Context<'_>,
    tenure: &Tenure,
) -> Result<(), Error> {
    let mut locked = lock(writer, context).await?;
    sqlx::query(include_str!("../queries/release_lease.sql"))
        .bind(tenure.name.clone())
        .bind(tenure.holder.clone())
        .bind(integer(tenure.epoch))
        .execute(&mut *locked)
        .await
        .map_err(|error| context.failure(error))?;
    locked.commit(context).await
}

fn micros(lasting: Duration) -> i64 {
    i64::try_from(lasting.as_micros()).unwrap_or(i64::MAX)
}
