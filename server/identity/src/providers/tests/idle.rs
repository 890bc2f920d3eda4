//! Who does not come any more, where nobody says whether they are still there.

use super::*;
use crate::Visitor;
use database::identities::Person;
use database::now_seconds;
use database::sessions::StoredSession;
use uuid::Uuid;

const DAY: i64 = 86_400;

struct Hub {
    database: Database,
    registry: Registry,
    provider: Provider,
}

impl Hub {
    async fn new(idle_days: u32) -> Self {
        let database = Database::in_memory().await.unwrap();
        let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
        let settings = Settings { idle_days, ..settings(Kind::GitHub, "https://github.example") };
        let id = registry.add(&settings, SECRET).await.unwrap();
        let provider = registry.enabled(&id).await.unwrap();
        Self { database, registry, provider }
    }

    /// Somebody comes through the provider.
    async fn comes(&self, name: &str) -> Uuid {
        let arrived = Arrived {
            person: Person { issuer: "github".into(), subject: name.into() },
            name: name.into(),
            groups: Vec::new(),
            session_there: None,
            id_token: None,
            refresh: None,
        };
        let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
        match self.registry.enter(&self.provider, arrived, "/", &visitor).await.unwrap() {
            Entrance::Account(account) => account,
            Entrance::ChooseName(newcomer) => panic!("{} is to choose a name", newcomer.name),
        }
    }

    /// How many are kept out from then on, so many days from now.
    async fn look_in(&self, days: i64) -> u64 {
        self.registry.keep_out_idle(&self.provider, now_seconds() + days * DAY).await.unwrap()
    }

    async fn may_come_in(&self, account: Uuid) -> bool {
        self.database.account(account).await.unwrap().unwrap().is_enabled
    }
}

#[tokio::test]
async fn who_has_not_come_for_long_is_out_until_they_come() {
    let hub = Hub::new(30).await;
    let grace = hub.comes("grace").await;
    assert_eq!((hub.look_in(29).await, hub.may_come_in(grace).await), (0, true));

    assert_eq!((hub.look_in(31).await, hub.may_come_in(grace).await), (1, false));
    assert_eq!(hub.look_in(31).await, 0, "they are out");
    let decision = &hub.database.audit_trail(1).await.unwrap()[0].decision;
    assert_eq!((decision.action.as_str(), decision.account_id), ("long_not_at_provider", Some(grace)));

    assert_eq!(hub.comes("grace").await, grace);
    assert!(hub.may_come_in(grace).await);
    assert_eq!(hub.registry.call_the_roll().await.unwrap(), 0, "who has just come is there");
}

#[tokio::test]
async fn who_has_another_way_in_or_something_open_is_not_out() {
    let hub = Hub::new(30).await;
    let (grace, hal) = (hub.comes("grace").await, hub.comes("hal").await);
    let session = StoredSession {
        id_hash: "one".into(),
        account_id: Some(grace),
        data: "{}".into(),
        expires_at: i64::MAX,
    };
    assert!(hub.database.add_session(&session).await.unwrap());
    hub.database.note_provider_session("one", &hub.provider.id, "grace", None).await.unwrap();
    let elsewhere = Person { issuer: "gitlab".into(), subject: "hal".into() };
    assert!(hub.database.link_identity(&elsewhere, &hub.provider.id, hal, "hal").await.unwrap());

    assert_eq!(hub.look_in(300).await, 0);
    assert!(hub.may_come_in(grace).await && hub.may_come_in(hal).await);
}

#[tokio::test]
async fn nobody_is_out_because_the_console_was_upgraded() {
    let hub = Hub::new(0).await;
    let grace = hub.comes("grace").await;
    let mut kept = serde_json::to_value(&hub.provider.settings).unwrap();
    assert!(kept.as_object_mut().unwrap().remove("idle_days").is_some());
    assert_eq!(serde_json::from_value::<Settings>(kept).unwrap().idle_days, 0);

    assert_eq!((hub.look_in(3000).await, hub.may_come_in(grace).await), (0, true));
}
