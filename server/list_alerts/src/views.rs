//! Alerts on lists, as a caller is told of them.

use crate::ForCaller;
use crate::kept::{self, KNOWN, Kept, UNKNOWN, WITHDRAWN};
use crate::look::Objects;
use crate::port::covers;
use database::list_alerts::ListAlert;
use model::Timestamp;
use monitoring_contract::{ListAlertRow, ListStanding};

impl ForCaller {
    /// One of them, if the caller may know of it: who may see all that it is about, who may change it, and its writer.
    pub(crate) async fn row(&self, row: &ListAlert, objects: Option<&Objects>) -> Option<ListAlertRow> {
        let kept = kept::readable(row)?;
        let may_change = self.caller.may(&kept::update(&kept.query, kept.id, &kept.name));
        let is_own = row.writer == Some(self.caller.account_id) && !self.caller.is_for_one_place();
        let sees = self.kubernetes.sees(&row.cluster, &kept.query.kind).await;
        let sees_all = matches!(&sees, Ok(Some(scope)) if covers(scope, &kept.query));
        if !(sees_all || may_change || is_own) {
            return None;
        }
        let standing = match (row.off_at, &sees) {
            (Some(since), _) => ListStanding::Off { since: Timestamp(since) },
            (None, Err(error)) => ListStanding::Unknown { cause: error.to_string(), last: None },
            // Its writer is told why it finds nothing, whatever they may see now.
            (None, Ok(_)) if row.found.standing == WITHDRAWN => ListStanding::Withdrawn,
            (None, Ok(_)) if !sees_all => ListStanding::Hidden,
            (None, Ok(_)) => standing(&kept, objects),
        };
        Some(ListAlertRow {
            id: row.id.to_string(),
            name: kept.name,
            severity: kept.severity,
            hold_seconds: u32::try_from(row.terms.hold_seconds).unwrap_or(u32::MAX),
            least: u32::try_from(row.terms.least).unwrap_or(u32::MAX),
            query: kept.query,
            written_by: row.written_by.clone(),
            written: Timestamp(row.written_at),
            standing,
            may_change,
        })
    }
}

fn standing(kept: &Kept, objects: Option<&Objects>) -> ListStanding {
    let listed = || objects.into_iter().flat_map(Objects::values);
    let firing = listed().filter(|one| one.fired_at.is_some()).count();
    let state = kept.state(listed().map(|one| one.since).min(), firing);
    match (kept.found.standing.as_str(), state) {
        (KNOWN, Some(state)) => ListStanding::Known(state),
        (UNKNOWN, last) => ListStanding::Unknown { cause: kept.found.cause.clone(), last },
        _ => ListStanding::New,
    }
}
