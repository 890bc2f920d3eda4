//! Ports that are open in browsers, on both databases.

use super::session;
use crate::Database;
use crate::accounts::NewAccount;
use crate::open_ports::{MAX_OPEN_PORTS_PER_ACCOUNT, OpenPort, port_handle};
use crate::sessions::StoredSession;
use model::ResourceRef;
use uuid::Uuid;

fn port(account_id: Uuid, session: &str, id: &str, opened_at: i64) -> OpenPort {
    let resource = ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: "services".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "storefront".parse().unwrap(),
    };
    OpenPort {
        id: id.into(),
        account_id,
        session_hash: session.into(),
        resource,
        port: 80,
        pod: "storefront-0".parse().unwrap(),
        pod_port: 8080,
        opened_at,
    }
}

async fn ids(database: &Database, account: Uuid) -> Vec<String> {
    let open = database.open_ports_of(account).await.unwrap();
    open.into_iter().map(|(open, _)| open.id).collect()
}

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let new = NewAccount { name: "Porter".into(), role: "regular".into(), ..NewAccount::default() };
    let porter = database.add_account(&new).await.unwrap();
    let here = session("here", porter);
    let expired = StoredSession { expires_at: 1, ..session("before", porter) };
    for session in [&here, &session("elsewhere", porter), &expired] {
        database.add_session(session).await.unwrap();
    }
    for (session, id, opened_at) in [("here", "a", 10), ("elsewhere", "b", 20), ("before", "c", 30)] {
        database.add_open_port(&port(porter, session, id, opened_at)).await.unwrap();
    }

    let open = database.open_ports_of(porter).await.unwrap();
    assert_eq!(open[1], (port(porter, "here", "a", 10), here.expires_at));
    assert_eq!(ids(database, porter).await, ["b", "a"], "the newest first, of sessions that live");
    assert!(database.is_open(&port_handle("a")).await.unwrap());
    assert!(!database.is_open(&port_handle("c")).await.unwrap(), "its session is over");
    assert!(!database.is_open(&port_handle("none")).await.unwrap());
    assert!(database.add_open_port(&port(porter, "none", "d", 40)).await.is_err(), "without a session");

    assert!(!database.end_open_port(Uuid::new_v4(), "a").await.unwrap(), "somebody else ended it");
    assert!(database.end_open_port(porter, "a").await.unwrap());
    assert!(!database.end_open_port(porter, "a").await.unwrap());
    assert!(!database.is_open(&port_handle("a")).await.unwrap());
    database.end_session("elsewhere").await.unwrap();
    assert!(ids(database, porter).await.is_empty(), "it has outlived its session");

    for number in 0..MAX_OPEN_PORTS_PER_ACCOUNT + 1 {
        let id = format!("many-{number}");
        database.add_open_port(&port(porter, "here", &id, 100 + number)).await.unwrap();
    }
    let kept = ids(database, porter).await;
    assert_eq!(i64::try_from(kept.len()), Ok(MAX_OPEN_PORTS_PER_ACCOUNT));
    assert!(!kept.contains(&"many-0".to_owned()), "the oldest goes first");
    database.remove_account(porter).await.unwrap();
    assert!(!database.is_open(&port_handle("many-1")).await.unwrap());
}
