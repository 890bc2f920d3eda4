//! Mails that could not be sent, on both databases.

use crate::accounts::NewAccount;
use crate::unsent_mails::UnsentMail;
use crate::{Database, now_seconds};
use model::Language;
use uuid::Uuid;

fn unsent(account_id: Uuid, tried_at: i64, why: &str) -> UnsentMail {
    UnsentMail { account_id, tried_at, why: why.into(), language: Language::Chinese }
}

async fn person(database: &Database, name: &str) -> Uuid {
    let new = NewAccount { name: name.into(), role: "regular".into(), ..NewAccount::default() };
    database.add_account(&new).await.unwrap()
}

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let (mia, noa) = (person(database, "Mia").await, person(database, "Noa").await);
    database.keep_unsent_mail(&unsent(mia, 10, "no such user")).await.unwrap();
    database.keep_unsent_mail(&unsent(noa, 20, &"w".repeat(2000))).await.unwrap();
    database.keep_unsent_mail(&unsent(mia, 30, "try again later")).await.unwrap();

    let kept = database.unsent_mails().await.unwrap();
    assert_eq!(kept[0], unsent(mia, 30, "try again later"), "the last one counts");
    assert_eq!((kept.len(), kept[1].account_id, kept[1].why.len()), (2, noa, 500));
    assert_eq!(database.unsent_mail(mia).await.unwrap().as_ref(), Some(&kept[0]));
    assert!(database.keep_unsent_mail(&unsent(Uuid::new_v4(), 40, "")).await.is_err(), "of nobody");

    database.forget_unsent_mail(mia).await.unwrap();
    database.forget_unsent_mail(mia).await.unwrap();
    assert_eq!(database.unsent_mail(mia).await.unwrap(), None);
    assert!(database.unsent_mail(noa).await.unwrap().is_some(), "another mail was sent to somebody else");

    // A link that was handed over in person is as good as a mail.
    database.keep_unsent_mail(&unsent(mia, 50, "no such user")).await.unwrap();
    database.add_link("handed over", Some(mia), now_seconds() + 60).await.unwrap();
    assert!(database.unsent_mail(mia).await.unwrap().is_some(), "nobody has used it yet");
    let made = now_seconds() - 5;
    assert!(database.has_link_since(mia, made).await.unwrap(), "it was made after the mail failed");
    database.keep_unsent_mail(&unsent(mia, now_seconds(), "mailbox full")).await.unwrap();
    assert!(
        !database.has_link_since(mia, made).await.unwrap(),
        "nobody got it: another one may be asked for"
    );
    database.use_link_for_password("handed over", "hash").await.unwrap().unwrap();
    assert_eq!(database.unsent_mail(mia).await.unwrap(), None);

    for account in [mia, noa] {
        database.remove_account(account).await.unwrap();
    }
    assert_eq!(database.unsent_mails().await.unwrap(), []);
}
