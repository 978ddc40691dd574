//! Says roles by the titles that the published workflows give them, with the names by which commands know them.
//! Who holds which is known by the session.

use std::collections::BTreeMap;

use tsuho_core::catalogue::Arg;
use tsuho_core::name::RoleName;
use tsuho_core::people::administrator;
use tsuho_core::value::Title;

use crate::asking;
use crate::failure::Result;
use crate::session::Session;

/// The titles of roles.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleTitles(BTreeMap<RoleName, Title>);

impl RoleTitles {
    /// Reads the latest version of each published workflow.
    pub(crate) async fn read(session: &Session) -> Result<Self> {
        let published = asking::latest_of_all(session).await?;
        let roles = published.iter().flat_map(|compiled| &compiled.rules.roles);
        let titles = roles.map(|(role, title)| (role.clone(), title.clone()));
        Ok(Self(titles.collect()))
    }

    /// Returns a role with its title.
    pub(crate) fn named(&self, role: &RoleName) -> Arg {
        let title = self.0.get(role).cloned().map(Arg::Title);
        let own = (*role == administrator()).then_some(Arg::Key("person.administrator"));
        super::titled(title.or(own), role.as_str())
    }
}
