//! What terminals showed, where it is recorded, and for how long it is kept.

use crate::recordings::{
    CUT, NewRecording, RecordedCluster, RecordingFilter, RecordingProgress, RecordingScope,
};
use crate::{Database, now_milliseconds};
use model::{ClusterName, Namespace};
use uuid::Uuid;

fn recorded() -> ClusterName {
    ClusterName::parse("recorded").unwrap()
}

/// As what somebody does with a token is told.
const SLOE: &str = "Sloe (token laptop)";

fn new(person: &str, project: Option<Uuid>) -> NewRecording {
    NewRecording {
        id: Uuid::new_v4(),
        request: format!("request of {person}"),
        account: Uuid::new_v4(),
        person: person.into(),
        action: "terminal".into(),
        cluster: recorded(),
        namespace: project.map(|_| Namespace::parse("shop").unwrap()),
        project,
        name: "web-0".into(),
        size: (80, 24),
        days: 1,
    }
}

fn all() -> RecordingFilter {
    RecordingFilter {
        cluster: recorded(),
        namespace: String::new(),
        person: String::new(),
        from_milliseconds: None,
        until_milliseconds: None,
        before: None,
        scope: RecordingScope::All,
    }
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    are_kept_in_pieces(database).await;
    are_found_by_who_may_see_them(database).await;
    are_made_where_it_says_so(database).await;
}

async fn are_kept_in_pieces(database: &Database) {
    let one = new("Piece", None);
    database.begin_recording(&one).await.unwrap();
    let piece = RecordingProgress {
        id: one.id,
        container: "web".into(),
        chunk: Some((0, "sealed".into())),
        chunks: 1,
        size_bytes: 7,
        ended: None,
    };
    let gone = RecordingProgress { id: Uuid::new_v4(), ..piece.clone() };
    assert_eq!(database.keep_recordings(&[gone.clone(), piece.clone()]).await.unwrap(), [gone.id]);
    // Nobody knows whether it was kept when the connection breaks: it is sent again.
    database.keep_recordings(std::slice::from_ref(&piece)).await.unwrap();
    let ended = ("exited".to_owned(), "0".to_owned());
    let last = RecordingProgress { chunk: Some((1, "more".into())), chunks: 2, ended: Some(ended), ..piece };
    database.keep_recordings(&[last]).await.unwrap();

    let stored = database.recording(one.id).await.unwrap().unwrap();
    assert_eq!((stored.chunks, stored.size_bytes, stored.container.as_str()), (2, 7, "web"));
    assert_eq!((stored.ending.as_str(), stored.ending_detail.as_str()), ("exited", "0"));
    assert!(stored.ended_milliseconds.is_some());
    assert_eq!(stored.begun, one);
    let chunks = database.recording_chunks(one.id, 0, 10).await.unwrap();
    assert_eq!(chunks, [(0, "sealed".to_owned()), (1, "more".to_owned())]);
    assert_eq!(database.recording_chunks(one.id, 1, 10).await.unwrap().len(), 1);

    // One whose replica is gone ends with what was heard last; one that has ended stays as it is.
    let silent = new("Silent", None);
    database.begin_recording(&silent).await.unwrap();
    assert_eq!(database.cut_recordings(now_milliseconds() - 60_000).await.unwrap(), 0);
    assert_eq!(database.cut_recordings(now_milliseconds() + 1).await.unwrap(), 1);
    let silent = database.recording(silent.id).await.unwrap().unwrap();
    assert_eq!((silent.ending.as_str(), silent.ended_milliseconds), (CUT, Some(silent.written_milliseconds)));

    // What is over is gone, with its pieces; what goes on stays however old it is.
    assert_eq!(database.remove_old_recordings(10).await.unwrap(), 0);
    let open = new("Open", None);
    database.begin_recording(&open).await.unwrap();
    for id in [one.id, open.id] {
        sqlx::query("UPDATE recordings SET days = -1 WHERE id = $1")
            .bind(id.to_string())
            .execute(database.readers())
            .await
            .unwrap();
    }
    assert_eq!(database.remove_old_recordings(10).await.unwrap(), 1);
    assert_eq!(database.recording(one.id).await.unwrap(), None);
    assert!(database.recording_chunks(one.id, 0, 10).await.unwrap().is_empty());
    assert!(database.recording(open.id).await.unwrap().is_some());
}

async fn are_found_by_who_may_see_them(database: &Database) {
    let (mine, other) = (Uuid::new_v4(), Uuid::new_v4());
    for (person, project) in [("Quince", Some(mine)), (SLOE, Some(other)), ("Fig", None)] {
        database.begin_recording(&new(person, project)).await.unwrap();
    }
    let find = async |filter: RecordingFilter| {
        let found = database.recordings(&filter, 100).await.unwrap();
        let mut people: Vec<String> = found.into_iter().map(|one| one.begun.person).collect();
        people.retain(|person| ["Quince", SLOE, "Fig"].contains(&person.as_str()));
        people.sort();
        people
    };

    assert_eq!(find(all()).await, ["Fig", "Quince", SLOE]);
    assert_eq!(find(RecordingFilter { person: " sLOE ".into(), ..all() }).await, [SLOE]);
    assert!(find(RecordingFilter { person: "Slo".into(), ..all() }).await.is_empty());
    assert_eq!(find(RecordingFilter { namespace: "shop".into(), ..all() }).await, ["Quince", SLOE]);
    let scope = RecordingScope::Projects(vec![mine]);
    assert_eq!(find(RecordingFilter { scope, ..all() }).await, ["Quince"]);
    for (moment, found) in [(0, 3), (now_milliseconds() + 60_000, 0)] {
        let scope = RecordingScope::After(moment);
        assert_eq!(find(RecordingFilter { scope, ..all() }).await.len(), found, "after {moment}");
    }
    let scope = RecordingScope::Projects(Vec::new());
    assert!(find(RecordingFilter { scope, ..all() }).await.is_empty());
    let later = Some(now_milliseconds() + 60_000);
    assert!(find(RecordingFilter { from_milliseconds: later, ..all() }).await.is_empty());
    assert_eq!(find(RecordingFilter { until_milliseconds: later, ..all() }).await.len(), 3);
    let newest = database.recordings(&all(), 1).await.unwrap().remove(0);
    let before = Some((newest.started_milliseconds, newest.begun.id.to_string()));
    let older = database.recordings(&RecordingFilter { before, ..all() }, 100).await.unwrap();
    assert!(older.iter().all(|one| one.begun.id != newest.begun.id) && older.len() >= 2);
    let of_request =
        database.recordings_of_requests(&["request of Fig".into(), "none".into()]).await.unwrap();
    assert_eq!(of_request.iter().map(|one| one.begun.person.as_str()).collect::<Vec<_>>(), ["Fig"]);
    database.begin_recording(&new("Élodie", None)).await.unwrap();
    let filter = RecordingFilter { person: "Élodie".into(), ..all() };
    assert_eq!(database.recordings(&filter, 100).await.unwrap().len(), 1, "as it is written down");
    assert!(database.recordings_of_requests(&[]).await.unwrap().is_empty());
}

async fn are_made_where_it_says_so(database: &Database) {
    let (cluster, namespace) = (recorded(), Namespace::parse("policy").unwrap());
    assert_eq!(database.recorded_cluster(&cluster).await.unwrap(), RecordedCluster::default());
    assert_eq!(database.recorded_project(&cluster, &namespace).await.unwrap(), None);
    let project = database.ensure_project(&cluster, &namespace).await.unwrap();
    assert_eq!(database.recorded_project(&cluster, &namespace).await.unwrap(), Some((project, None)));

    database.record_project(project, Some(30)).await.unwrap();
    database.record_nodes(&cluster, Some(7)).await.unwrap();
    database.record_projects(&cluster, Some(90)).await.unwrap();
    database.record_nodes(&cluster, None).await.unwrap();
    assert_eq!(database.recorded_project(&cluster, &namespace).await.unwrap(), Some((project, Some(30))));
    let of_cluster = database.recorded_cluster(&cluster).await.unwrap();
    assert_eq!(of_cluster, RecordedCluster { node_days: None, project_days: Some(90) });

    database.record_project(project, None).await.unwrap();
    assert_eq!(database.recorded_project(&cluster, &namespace).await.unwrap(), Some((project, None)));
}
