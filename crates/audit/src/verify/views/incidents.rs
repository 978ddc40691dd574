//! Compares the rows of incidents with the incidents as they were folded.
//! The other rows are compared by the parent.

use std::collections::BTreeSet;

use super::{Views, compare, extra, lacks, unreadable};
use crate::rows::incident_columns;
use crate::source::{IncidentRow, Source};
use crate::verify::Notes;

impl Views<'_> {
    /// Compares every row.
    pub(super) fn check_incidents<S: Source>(
        &self,
        source: &S,
        notes: &mut Notes,
    ) -> Result<(), S::Error> {
        let Some(rows) = source.incidents() else {
            return Ok(());
        };
        let place_of = |id: &str| {
            let link = self.chains.streams().get(&format!("incident/{id}"));
            link.map(|link| &link.last)
        };
        let folded = self.incidents.folded();
        let mut missing: BTreeSet<String> = folded.map(|one| one.incident.id.to_string()).collect();
        for row in rows {
            missing.remove(&match row? {
                Ok(row) => {
                    self.check_incident(&row, notes);
                    row.incident_id
                }
                Err(cell) => unreadable(cell, place_of, notes),
            });
        }
        for incident in missing {
            lacks(place_of(&incident), "incidents", &incident, notes);
        }
        Ok(())
    }

    fn check_incident(&self, row: &IncidentRow, notes: &mut Notes) {
        notes.counts.incident_rows += 1;
        let known = row.incident_id.parse().ok();
        let Some(known) = known.and_then(|id| self.incidents.get(id)) else {
            return extra("incidents", &row.incident_id, notes);
        };
        let Some(folded) = known.folded() else {
            return;
        };
        let columns = incident_columns(&folded.incident, row);
        let stream = format!("incident/{}", row.incident_id);
        let place = self.chains.streams().get(&stream).map(|link| &link.last);
        compare(place, "incidents", &row.incident_id, columns, notes);
    }
}
