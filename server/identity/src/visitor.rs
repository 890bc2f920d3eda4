//! Who knocks.

use database::audit::Decision;
use std::net::IpAddr;
use uuid::Uuid;

/// Who knocks, for counting and for the audit trail.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where from.
    pub address: IpAddr,
    /// The request.
    pub request_id: String,
}

impl Visitor {
    /// What the audit trail says about them at the door of an account; without a reason they were let in.
    pub(crate) fn knock(&self, action: &str, account: Option<Uuid>, name: &str, reason: &str) -> Decision {
        Decision {
            request_id: self.request_id.clone(),
            account_id: account,
            account_name: name.into(),
            address: Some(self.address.to_string()),
            action: action.into(),
            verb: "create".into(),
            resource: "sessions.console.orrery".into(),
            is_allowed: reason.is_empty(),
            reason: reason.into(),
            ..Decision::default()
        }
    }
}
