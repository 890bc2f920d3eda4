//! Asking directories whether those who come in by them are still there, and OpenID providers whether a sign-in still holds. Few
//! providers say so themselves; a directory never does. Of others it is only known when somebody came last.

use crate::providers::directory;
use crate::providers::registry::{Provider, Registry};
use database::audit::Decision;
use database::roll_call::Enrolled;
use database::{DatabaseError, now_seconds};
use futures::future::join_all;
use providers_contract::System;

/// As the trail calls that somebody is kept out because their directory does not know them, or because they do not come.
const GONE: &str = "gone_from_provider";
const IDLE: &str = "long_not_at_provider";

const DAY_SECONDS: i64 = 86_400;

impl Registry {
    /// Ends what people have open by a directory that does not know them any more, or has disabled them; who has no other way in is
    /// kept out until they are there again. So is who has not come through another provider for as long as that says. Ends the sessions, too, that are over at an OpenID provider. Answers how many people and
    /// sessions that concerned. Whoever does not answer says nothing about anybody, and holds up nobody: all are asked at once.
    pub async fn call_the_roll(&self) -> Result<u64, DatabaseError> {
        let all = self.all().await?;
        let enabled = all.iter().filter(|provider| provider.is_enabled);
        // To the end, whatever becomes of the others: whoever is broken off between a question and what is kept of its answer
        // has lost that.
        let answers = join_all(enabled.map(|provider| self.ask_who_is_there(provider))).await;
        answers.into_iter().sum()
    }

    async fn ask_who_is_there(&self, provider: &Provider) -> Result<u64, DatabaseError> {
        match &provider.settings.system {
            System::Directory(_) => self.call_the_roll_of(provider).await,
            System::OpenId(openid) => {
                let ended = self.ask_again(provider, openid).await?;
                Ok(ended + self.keep_out_idle(provider, now_seconds()).await?)
            }
            System::GitHub(_) | System::GitLab(_) | System::Cas(_) => {
                self.keep_out_idle(provider, now_seconds()).await
            }
        }
    }

    /// Keeps out who has not come through a provider for as long as it says, until they come. Their API tokens would work for a year
    /// after they have left. Answers how many those are.
    pub(super) async fn keep_out_idle(&self, provider: &Provider, now: i64) -> Result<u64, DatabaseError> {
        let days = provider.settings.idle_days;
        if days == 0 {
            return Ok(0);
        }
        let since = now - i64::from(days) * DAY_SECONDS;
        let enrolled = self.database.enrolled(&provider.id).await?;
        let mut kept_out = 0;
        for one in enrolled.iter().filter(|one| one.is_idle_since(since)) {
            self.keep_out(provider, one, IDLE).await?;
            kept_out += 1;
        }
        Ok(kept_out)
    }

    async fn call_the_roll_of(&self, provider: &Provider) -> Result<u64, DatabaseError> {
        let enrolled = self.database.enrolled(&provider.id).await?;
        if enrolled.is_empty() {
            return Ok(0);
        }
        let subjects = enrolled.iter().map(|one| one.subject.clone()).collect();
        let present = match directory::present(provider, subjects).await {
            Ok(present) => present,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(provider = %provider.id, error, "A directory does not say who is still there");
                return Ok(0);
            }
        };
        let mut changed = 0;
        for one in &enrolled {
            match (present.contains(&one.subject), one.is_gone) {
                (true, true) => self.database.note_return(one.account_id).await?,
                (false, false) if one.has_something_to_lose() => self.keep_out(provider, one, GONE).await?,
                _ => continue,
            }
            changed += 1;
        }
        Ok(changed)
    }

    /// Written down first, as everything is.
    async fn keep_out(&self, provider: &Provider, one: &Enrolled, why: &str) -> Result<(), DatabaseError> {
        let decision = Decision {
            account_id: Some(one.account_id),
            account_name: one.account_name.clone(),
            action: why.into(),
            verb: "delete".into(),
            resource: "sessions.console.orrery".into(),
            name: Some(provider.settings.name.clone()),
            is_allowed: true,
            ..Decision::default()
        };
        self.database.record_decision(&decision).await?;
        tracing::info!(provider = %provider.id, account = %one.account_name, why, "Somebody is kept out until they are there again");
        self.database.note_departure(&provider.id, one).await
    }
}
