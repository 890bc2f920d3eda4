//! Mail servers of places, on both databases.

use super::harbour;
use crate::Database;
use crate::mail_servers::NewMailServer;
use crate::members::Place;
use crate::workspaces::WorkspaceFacts;
use model::{ClusterName, Namespace, WorkspaceName};
use std::collections::BTreeSet;
use uuid::Uuid;

fn server(word: &str) -> NewMailServer {
    NewMailServer { settings: word.into(), sealed_password: Some(format!("sealed {word}")) }
}

async fn of(database: &Database, place: &Place) -> Option<String> {
    database.mail_server_for(place).await.unwrap().map(|found| found.said.settings)
}

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database, ada: Uuid) {
    let facts = WorkspaceFacts { clusters: BTreeSet::new(), ..WorkspaceFacts::default() };
    let name = WorkspaceName::parse("with-mail").unwrap();
    let workspace = database.add_workspace(&name, &facts, ada).await.unwrap();
    let namespace = Namespace::parse("with-mail").unwrap();
    let project = database.add_project(&harbour(), &namespace, Some(workspace), "", "").await.unwrap();
    let (cluster, workspace) = (Place::Cluster(harbour()), Place::Workspace(workspace));
    let project = Place::Project(project);

    assert_eq!(of(database, &project).await, None);
    for (place, word) in [(&cluster, "cluster"), (&workspace, "workspace"), (&project, "project")] {
        assert!(database.set_mail_server(place, "", &server(word)).await.unwrap());
        assert_eq!(of(database, &project).await.as_deref(), Some(word), "the nearest one");
    }
    assert_eq!(of(database, &workspace).await.as_deref(), Some("workspace"));
    assert_eq!(of(database, &cluster).await.as_deref(), Some("cluster"));
    let elsewhere = Place::Cluster(ClusterName::parse("meadow").unwrap());
    assert_eq!(of(database, &elsewhere).await, None);

    changed_once(database, &project).await;

    assert!(database.remove_mail_server(&project).await.unwrap());
    assert!(!database.remove_mail_server(&project).await.unwrap());
    assert_eq!(of(database, &project).await.as_deref(), Some("workspace"));
    assert_eq!(database.mail_servers().await.unwrap().len(), 2);
    goes_with_its_place(database, &project, &workspace).await;
    assert!(database.remove_mail_server(&cluster).await.unwrap());
}

async fn changed_once(database: &Database, place: &Place) {
    let first = database.mail_server(place).await.unwrap().unwrap();
    assert!(!database.set_mail_server(place, "", &server("late")).await.unwrap(), "there is one");
    database.keep_mail_trial(place, &first.version, "well").await.unwrap();
    assert_eq!(database.mail_server(place).await.unwrap().unwrap().trial.as_deref(), Some("well"));

    let without = NewMailServer { sealed_password: None, ..server("other") };
    assert!(database.set_mail_server(place, &first.version, &without).await.unwrap());
    assert!(!database.set_mail_server(place, &first.version, &server("late")).await.unwrap());
    database.keep_mail_trial(place, &first.version, "of the one before").await.unwrap();

    let other = database.mail_server(place).await.unwrap().unwrap();
    assert_eq!((other.said, other.trial), (without, None));
}

async fn goes_with_its_place(database: &Database, project: &Place, workspace: &Place) {
    let (Place::Project(id), Place::Workspace(around)) = (project, workspace) else { unreachable!() };
    assert!(database.set_mail_server(project, "", &server("theirs")).await.unwrap());

    database.remove_project(*id).await.unwrap();
    database.remove_workspace(*around).await.unwrap();

    assert_eq!(database.mail_server(project).await.unwrap(), None);
    assert_eq!(database.mail_server(workspace).await.unwrap(), None);
}
