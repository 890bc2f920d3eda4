//! Whether a terminal has to be recorded, and beginning that.

use crate::open::{Handle, MOST_BYTES, Open};
use crate::{Inner, Recordings};
use async_trait::async_trait;
use database::DatabaseError;
use database::recordings::NewRecording;
use kubernetes::{Begun, RecordedTerminal, Recorder};
use model::cause::KeptOutage;
use model::terminal::TerminalPlace;
use model::{ConsoleError, ResourceRef, System};
use std::sync::Arc;
use uuid::Uuid;

#[async_trait]
impl Recorder for Recordings {
    async fn asks_for(&self, place: &TerminalPlace) -> Result<bool, ConsoleError> {
        let (_, days) = self.0.days_at(object(place)).await.map_err(|error| unavailable(&error))?;
        Ok(days.is_some())
    }

    async fn begin(&self, terminal: RecordedTerminal) -> Result<Option<Begun>, ConsoleError> {
        self.0.begin(&terminal).await.map_err(|error| unavailable(&error))
    }
}

fn unavailable(error: &DatabaseError) -> ConsoleError {
    tracing::error!(error = error as &dyn std::error::Error, "A recording cannot begin");
    let cause = KeptOutage::Recording(Box::new(error.cause())).into();
    ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false }
}

/// What a terminal is opened in.
fn object(place: &TerminalPlace) -> &ResourceRef {
    match place {
        TerminalPlace::Container(request) => &request.pod,
        TerminalPlace::Node(shell) => &shell.node,
    }
}

impl Inner {
    async fn begin(&self, terminal: &RecordedTerminal) -> Result<Option<Begun>, DatabaseError> {
        let object = object(&terminal.place);
        let (project, days) = self.days_at(object).await?;
        let Some(days) = days else { return Ok(None) };
        let new = NewRecording {
            id: Uuid::new_v4(),
            request: terminal.request.clone(),
            account: terminal.account,
            person: terminal.person.clone(),
            action: terminal.action.to_owned(),
            cluster: object.cluster.clone(),
            namespace: object.namespace.clone(),
            project,
            name: object.name.to_string(),
            size: (terminal.size.columns, terminal.size.rows),
            days,
        };
        self.database.begin_recording(&new).await?;
        let open = Arc::new(Open::new(new.id, MOST_BYTES, Arc::clone(&self.hurry)));
        self.open.lock().insert(new.id, Arc::clone(&open));
        Ok(Some(Begun { recording: Arc::new(Handle(open)), days }))
    }

    /// The project that the object is in, and for how many days recordings there are kept, if any are made. Where both the
    /// project and the cluster say something, the longer time counts.
    async fn days_at(&self, object: &ResourceRef) -> Result<(Option<Uuid>, Option<u32>), DatabaseError> {
        let of_cluster = self.database.recorded_cluster(&object.cluster).await?;
        let Some(namespace) = &object.namespace else { return Ok((None, of_cluster.node_days)) };
        let project = self.database.recorded_project(&object.cluster, namespace).await?;
        let own = project.and_then(|(_, days)| days);
        Ok((project.map(|(id, _)| id), own.max(of_cluster.project_days)))
    }
}
