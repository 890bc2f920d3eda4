//! Who may act as whom.

use crate::{ForCaller, Tenants};
use access::{Caller, Command, Need, Resource, Verb};
use database::accounts::Account;
use database::audit::Decision;
use model::ConsoleError;
use model::fault::PersonFault;
use people_contract::{ActAsFields, REASON_LETTERS};

/// What the trail calls it that somebody acted as the person whose row it is.
pub const ACTED_AS: &str = "acted_as";

fn command(name: &str) -> Command {
    let accounts = Command::on_platform("act as", Verb::Create, "accounts", Some(name));
    let need = access::Action::need(&accounts);
    Command::of("act as", Need { resource: Resource::console("accounts").part("act"), ..need })
}

impl ForCaller {
    /// Whether the caller may act as somebody: an enabled account other than theirs that is no more on the platform than
    /// they are, and no administrator's.
    pub(crate) async fn may_act_as(&self, account: &Account) -> Result<bool, ConsoleError> {
        let has_right = self.may(&command(&account.name));
        if !has_right || !account.is_enabled || account.id == self.caller.account_id {
            return Ok(false);
        }
        let other = self.tenants.access.caller(account.clone(), None, String::new(), None).await;
        let other = other?;
        Ok(self.caller.rights.may_act_as(&other.rights))
    }

    /// Decides that the caller may act as somebody, and writes it into the trail twice: as what they did, and into the
    /// history of that person. Answers their account.
    pub async fn act_as(&self, fields: &ActAsFields) -> Result<Account, ConsoleError> {
        let action = command(&fields.name);
        self.require(&action).await?;
        let account = self.find_person(&fields.name).await?;
        let reason = fields.reason.trim().to_owned();
        if !REASON_LETTERS.contains(&reason.chars().count()) || reason.contains(char::is_control) {
            return Err(ConsoleError::refused("reason", PersonFault::Reason));
        }
        if !self.may_act_as(&account).await? {
            return Err(ConsoleError::refused("name", PersonFault::NotToActAs));
        }
        let told = told(&self.caller, &account, &reason);
        let work = async move |tenants: Tenants, _| {
            tenants.database.record_decision(&told).await?;
            Ok(account)
        };
        self.perform(action.saying(reason), work).await
    }
}

/// The line of the trail that the person can read whom somebody acts as.
fn told(caller: &Caller, account: &Account, reason: &str) -> Decision {
    Decision {
        request_id: caller.request_id.clone(),
        account_id: Some(account.id),
        account_name: account.name.clone(),
        address: caller.address.map(|address| address.to_string()),
        action: ACTED_AS.into(),
        verb: "create".into(),
        resource: "accounts.console.orrery/act".into(),
        is_allowed: true,
        reason: format!("{}: {reason}", caller.name),
        ..Decision::default()
    }
}
