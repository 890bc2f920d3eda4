//! Keys with which programs call the console as their owner.

use crate::{Token, is_name, token};
use database::members::Place;
use database::tokens::{StoredToken, TokenScope};
use database::{Database, DatabaseError, now_seconds};
use uuid::Uuid;

/// With what every key begins, so that people and scanners recognise one.
pub const PREFIX: &str = "orrery_";

/// The longest time that a key may live.
pub const MAX_DAYS: u32 = 366;

const DAY_HOURS: u32 = 24;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefused {
    /// The name is none.
    #[error("the name is empty, too long, or holds control characters")]
    Name,
    /// It would live for no time, or for too long.
    #[error("a key lives for an hour at least and a year at the most")]
    Expiry,
    /// The account has too many.
    #[error("the account has too many keys")]
    TooMany,
    /// They cannot be written.
    #[error("keys cannot be written")]
    Database(#[from] DatabaseError),
}

/// Makes a key that counts wherever its owner holds something, and answers it: it can never be read again.
pub async fn issue(
    database: &Database,
    account: Uuid,
    name: &str,
    scope: TokenScope,
    days: u32,
) -> Result<String, TokenRefused> {
    issue_for(database, account, name, scope, None, days.saturating_mul(DAY_HOURS)).await
}

/// How many hours somebody means by a number of days, or by one of hours with an `h` behind it. Nothing that can be meant is none,
/// which no key lives for.
pub fn hours_of(text: &str) -> u32 {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    match text.trim().strip_suffix('h') {
        Some(hours) => number(hours),
        None => number(text.trim()).saturating_mul(DAY_HOURS),
    }
}

/// The same, of a key that lives for so many hours, and counts in one place only where one is named.
pub async fn issue_for(
    database: &Database,
    account: Uuid,
    name: &str,
    scope: TokenScope,
    place: Option<Place>,
    hours: u32,
) -> Result<String, TokenRefused> {
    let name = name.trim();
    if !is_name(name) {
        return Err(TokenRefused::Name);
    }
    if hours == 0 || hours > MAX_DAYS * DAY_HOURS {
        return Err(TokenRefused::Expiry);
    }
    let secret = format!("{PREFIX}{}", Token::random().reveal());
    let new = StoredToken {
        id: Uuid::new_v4(),
        account_id: account,
        name: name.into(),
        scope,
        place,
        created_at: now_seconds(),
        expires_at: now_seconds() + i64::from(hours) * 3600,
        last_used_at: None,
        last_address: None,
    };
    match database.add_token(&new, &token::hash(&secret)).await? {
        true => Ok(secret),
        false => Err(TokenRefused::TooMany),
    }
}

/// The key that a program presents, unless it is none, was revoked or has expired.
pub async fn presented(
    database: &Database,
    secret: &str,
    address: Option<&str>,
) -> Result<Option<StoredToken>, DatabaseError> {
    if !secret.starts_with(PREFIX) || secret.len() > 100 {
        return Ok(None);
    }
    database.use_token(&token::hash(secret), address).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    async fn world() -> (Database, Uuid) {
        let database = Database::in_memory().await.unwrap();
        let ada = database.add_account(&crate::newcomers::account("Ada")).await.unwrap();
        (database, ada)
    }

    #[tokio::test]
    async fn a_key_is_found_by_itself_and_not_by_what_the_table_holds() {
        let (database, ada) = world().await;

        let secret = issue(&database, ada, " deploy ", TokenScope::Read, 30).await.unwrap();

        let found = presented(&database, &secret, Some("192.0.2.1")).await.unwrap().unwrap();
        assert_eq!((found.account_id, found.name.as_str(), found.scope), (ada, "deploy", TokenScope::Read));
        let kept = format!("{:?}", database.tokens_of(ada).await.unwrap());
        assert!(secret.starts_with("orrery_") && !kept.contains(&secret), "{kept}");
        assert!(presented(&database, &token::hash(&secret), None).await.unwrap().is_none());
        assert!(database.use_token(&secret, None).await.unwrap().is_none(), "the table holds the key itself");
        assert!(presented(&database, &secret[..secret.len() - 1], None).await.unwrap().is_none());
        assert_eq!(
            database.tokens_of(ada).await.unwrap()[0].token.last_address.as_deref(),
            Some("192.0.2.1")
        );
    }

    #[tokio::test]
    async fn a_key_ends_at_its_time_or_when_it_is_revoked_by_its_owner() {
        let (database, ada) = world().await;
        let eve = database.add_account(&crate::newcomers::account("Eve")).await.unwrap();
        let secret = issue(&database, ada, "deploy", TokenScope::Full, 1).await.unwrap();
        let handle = presented(&database, &secret, None).await.unwrap().unwrap().handle();
        let id = database.tokens_of(ada).await.unwrap()[0].token.id;
        assert!(database.is_open(&handle).await.unwrap());

        assert!(!database.revoke_token(eve, id).await.unwrap(), "somebody else revoked it");
        assert!(database.revoke_token(ada, id).await.unwrap());

        assert!(presented(&database, &secret, None).await.unwrap().is_none());
        assert!(!database.is_open(&handle).await.unwrap());
        let old = StoredToken {
            id: Uuid::new_v4(),
            account_id: ada,
            name: "old".into(),
            scope: TokenScope::Full,
            place: None,
            created_at: 0,
            expires_at: now_seconds() - 1,
            last_used_at: None,
            last_address: None,
        };
        database.add_token(&old, &token::hash("orrery_old")).await.unwrap();
        assert!(presented(&database, "orrery_old", None).await.unwrap().is_none());
        assert!(!database.is_open(&old.handle()).await.unwrap());
    }

    #[tokio::test]
    async fn a_key_for_one_place_keeps_its_place() {
        let (database, ada) = world().await;
        let place = Place::Cluster(model::ClusterName::parse("harbour").unwrap());

        let secret =
            issue_for(&database, ada, "deploy", TokenScope::Full, Some(place.clone()), 1).await.unwrap();

        let found = presented(&database, &secret, None).await.unwrap().unwrap();
        assert_eq!(found.place, Some(place));
    }

    #[tokio::test]
    async fn a_key_has_a_name_and_an_end() {
        let (database, ada) = world().await;

        for (text, hours) in [("8h", 8), ("1", 24), (" 7 ", 168), ("", 0), ("h", 0), ("-1", 0), ("eight", 0)]
        {
            assert_eq!(hours_of(text), hours, "{text:?}");
        }
        let secret =
            issue_for(&database, ada, "brief", TokenScope::Read, None, hours_of("8h")).await.unwrap();
        let brief = presented(&database, &secret, None).await.unwrap().unwrap();
        assert!((0..=1).contains(&(brief.expires_at - brief.created_at - 8 * 3600)), "{brief:?}");
        for (name, days) in [("", 1), ("\n", 1), (&*"x".repeat(65), 1), ("ok", 0), ("ok", 367)] {
            assert!(issue(&database, ada, name, TokenScope::Read, days).await.is_err(), "{name:?} {days}");
        }
    }
}
