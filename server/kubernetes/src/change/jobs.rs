//! Long work that goes on when nobody looks.

use crate::KubernetesError;
use access::Caller;
use model::fault::ActFault;
use model::{ConsoleError, Level, ResourceRef, Status, Thing, Timestamp};
use parking_lot::Mutex;
use resources_contract::{Action, ActionKind, Job, JobStep, Many, ManyWork, Target};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long an ended job can still be looked at.
const KEPT_SECONDS: i64 = 3_600;
/// The most objects of which it is told that they failed; of the others only how many they are.
const MOST_FAILURES: usize = 200;

/// All jobs of this replica.
#[derive(Debug, Default)]
pub struct Jobs {
    jobs: Mutex<HashMap<String, Entry>>,
}

#[derive(Debug)]
struct Entry {
    job: watch::Receiver<Job>,
    started_by: Uuid,
    session: Option<String>,
    stop: CancellationToken,
    back: Arc<Mutex<Vec<Back>>>,
}

/// An object, and what makes it again what it was.
pub(crate) type Back = (Target, Action);

impl Entry {
    /// Whether somebody may look at it: who started it, and administrators. A token for one place sees what it began itself.
    fn is_for(&self, caller: &Caller) -> bool {
        let is_own = self.started_by == caller.account_id;
        let is_here = !caller.is_for_one_place() || self.session == caller.session_hash;
        is_own && is_here || caller.is_administrator()
    }

    fn is_worth_keeping(&self, now: Timestamp) -> bool {
        match self.job.borrow().ended {
            Some(ended) => ended.age_seconds(now) < KEPT_SECONDS,
            // Nobody carries it on when its other side is gone without a word.
            None => self.job.has_changed().is_ok(),
        }
    }
}

impl Jobs {
    /// A job as it stands, and as it will. Only for who started it and for administrators; for others it does not exist.
    pub fn watch(&self, caller: &Caller, id: &str) -> Result<watch::Receiver<Job>, KubernetesError> {
        self.find(caller, id, |entry| entry.job.clone())
    }

    /// Asks a job to end. One that works on a single object goes on: it cannot be left half done.
    pub fn stop(&self, caller: &Caller, id: &str) -> Result<(), KubernetesError> {
        self.find(caller, id, |entry| entry.stop.cancel())
    }

    /// The work of a job that has ended, and what takes it back. It is handed out once: what was taken back may be otherwise by
    /// now.
    pub fn take_back(&self, caller: &Caller, id: &str) -> Result<(ManyWork, Vec<Back>), KubernetesError> {
        let (job, back) =
            self.find(caller, id, |entry| (entry.job.borrow().clone(), Arc::clone(&entry.back)))?;
        let (Some(many), Some(_)) = (job.many, job.ended) else {
            return Err(KubernetesError::refused(ActFault::NotMany));
        };
        let back = std::mem::take(&mut *back.lock());
        if back.is_empty() {
            return Err(KubernetesError::refused(ActFault::NothingBack));
        }
        Ok((many.work, back))
    }

    fn find<T>(
        &self,
        caller: &Caller,
        id: &str,
        found: impl FnOnce(&Entry) -> T,
    ) -> Result<T, KubernetesError> {
        let jobs = self.jobs.lock();
        let entry = jobs.get(id).filter(|entry| entry.is_for(caller));
        entry.map(found).ok_or_else(|| KubernetesError::Unknown { what: Thing::Job(id.to_owned()) })
    }

    /// Enters a new job on one object. Whoever holds the answer carries it on.
    pub(crate) fn begin(
        &self,
        caller: &Caller,
        resource: ResourceRef,
        action: ActionKind,
        now: Timestamp,
    ) -> Progress {
        self.enter(caller, new_job(action, now, Some(resource), None))
    }

    /// Enters a new job on many objects.
    pub(crate) fn begin_many(&self, caller: &Caller, work: ManyWork, total: u64, now: Timestamp) -> Progress {
        let action = work.what.kind();
        let many = Many { work, total, done: 0, failed: 0, is_stopped: false, can_undo: 0 };
        self.enter(caller, new_job(action, now, None, Some(many)))
    }

    fn enter(&self, caller: &Caller, job: Job) -> Progress {
        let (id, now, stop) = (job.id.clone(), job.started, CancellationToken::new());
        let sender = watch::Sender::new(job);
        let mut jobs = self.jobs.lock();
        jobs.retain(|_, entry| entry.is_worth_keeping(now));
        let (started_by, session) = (caller.account_id, caller.session_hash.clone());
        let back = Arc::default();
        let entry = Entry {
            job: sender.subscribe(),
            started_by,
            session,
            stop: stop.clone(),
            back: Arc::clone(&back),
        };
        jobs.insert(id, entry);
        Progress { job: sender, stop, back }
    }
}

fn new_job(action: ActionKind, started: Timestamp, resource: Option<ResourceRef>, many: Option<Many>) -> Job {
    let id = Uuid::new_v4().simple().to_string();
    Job { id, resource, many, action, started, ended: None, error: None, steps: Vec::new() }
}

/// The side of a job that reports how it goes.
#[derive(Debug)]
pub(crate) struct Progress {
    job: watch::Sender<Job>,
    stop: CancellationToken,
    back: Arc<Mutex<Vec<Back>>>,
}

impl Progress {
    /// The job's id.
    pub fn id(&self) -> String {
        self.job.borrow().id.clone()
    }

    /// Says how one step stands; a new one is added at the end.
    pub fn step(&self, now: JobStep) {
        self.job.send_if_modified(|job| {
            match job.steps.iter_mut().find(|step| step.resource == now.resource) {
                Some(step) if *step == now => return false,
                Some(step) => *step = now,
                None => job.steps.push(now),
            }
            true
        });
    }

    /// Whether somebody has asked it to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Leaves the rest alone.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Keeps what takes it back with one of many objects.
    pub fn keep(&self, back: Back) {
        self.back.lock().push(back);
    }

    /// Says how it went with one of many objects.
    pub fn count(&self, resource: &ResourceRef, error: Option<&ConsoleError>) {
        self.job.send_modify(|job| {
            let Some(many) = &mut job.many else { return };
            many.done += 1;
            let Some(error) = error else { return };
            many.failed += 1;
            if job.steps.len() < MOST_FAILURES {
                let status = Status::new(Level::Failed, "Failed").because(error.to_string());
                let (resource, error) = (resource.clone(), Some(error.clone()));
                job.steps.push(JobStep { resource, status, pod: None, error });
            }
        });
    }

    /// Ends a job on many objects.
    pub fn end_many(self, now: Timestamp) {
        let (is_stopped, can_undo) = (self.is_stopped(), self.back.lock().len() as u64);
        self.job.send_modify(|job| {
            job.ended = Some(now);
            if let Some(many) = &mut job.many {
                many.is_stopped = is_stopped;
                many.can_undo = can_undo;
            }
        });
    }

    /// Ends the job.
    pub fn end(self, now: Timestamp, error: Option<ConsoleError>) {
        self.job.send_modify(|job| {
            job.ended = Some(now);
            job.error = error;
        });
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use access::Access;
    use access::rights::Rights;
    use access::roles::ADMINISTRATOR;
    use database::accounts::NewAccount;
    use database::members::Place;
    use database::tokens::{StoredToken, TokenScope};
    use model::{ClusterName, KindSlug, ObjectName};
    use std::time::Instant;

    fn caller(account_id: Uuid, role: &str) -> Caller {
        Caller {
            account_id,
            name: "somebody".into(),
            rights: Arc::new(Rights { role: role.into(), ..Rights::default() }),
            session_hash: None,
            request_id: "r".into(),
            address: None,
            acting: None,
            known_at: Instant::now(),
        }
    }

    fn node() -> ResourceRef {
        ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse("nodes").unwrap(),
            namespace: None,
            name: ObjectName::parse("node-1").unwrap(),
        }
    }

    #[test]
    fn a_job_is_visible_to_its_starter_and_to_administrators() {
        let jobs = Jobs::default();
        let starter = caller(Uuid::from_u128(1), "regular");
        let id = jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(0)).id();

        assert!(jobs.watch(&starter, &id).is_ok());
        assert!(jobs.watch(&caller(Uuid::from_u128(2), ADMINISTRATOR), &id).is_ok());
        let error = jobs.watch(&caller(Uuid::from_u128(2), "regular"), &id).unwrap_err();
        assert!(error.to_string().contains("on this replica"), "{error}");
    }

    #[tokio::test]
    async fn a_token_for_one_place_sees_no_job_that_it_did_not_begin() {
        let database = database::Database::in_memory().await.unwrap();
        let new = NewAccount { name: "ada".into(), role: ADMINISTRATOR.into(), ..NewAccount::default() };
        let id = database.add_account(&new).await.unwrap();
        let token = StoredToken {
            id: Uuid::new_v4(),
            account_id: id,
            name: "deploy".into(),
            scope: TokenScope::Full,
            place: Some(Place::Cluster(ClusterName::parse("harbour").unwrap())),
            created_at: 0,
            expires_at: i64::MAX,
            last_used_at: None,
            last_address: None,
        };
        assert!(database.add_token(&token, "hash").await.unwrap());
        let access = Access::new(database.clone());
        let by = async |session: Option<String>| {
            let account = database.account(id).await.unwrap().unwrap();
            access.caller(account, session, "r".into(), None).await.unwrap()
        };
        let (browser, program) = (by(Some("session".into())).await, by(Some(token.handle())).await);
        let jobs = Jobs::default();

        let ours = jobs.begin(&browser, node(), ActionKind::Drain, Timestamp(0)).id();
        let its = jobs.begin(&program, node(), ActionKind::Drain, Timestamp(0)).id();

        assert!(jobs.watch(&program, &ours).is_err());
        assert!(jobs.watch(&program, &its).is_ok() && jobs.watch(&browser, &its).is_ok());
    }

    #[test]
    fn an_ended_job_is_forgotten_after_an_hour_and_a_running_one_is_not() {
        let jobs = Jobs::default();
        let starter = caller(Uuid::from_u128(1), ADMINISTRATOR);
        let running = jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(0));
        let ended = jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(0));
        let (running, ended, progress) =
            (running.id(), ended.id(), (running, ended.end(Timestamp(10), None)));

        jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(10 + KEPT_SECONDS - 1));
        assert!(jobs.watch(&starter, &ended).is_ok());
        jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(10 + KEPT_SECONDS));
        assert!(jobs.watch(&starter, &ended).is_err());
        assert!(jobs.watch(&starter, &running).is_ok());
        drop(progress);
    }

    #[test]
    fn a_step_that_stands_as_before_is_silence() {
        let jobs = Jobs::default();
        let starter = caller(Uuid::from_u128(1), ADMINISTRATOR);
        let progress = jobs.begin(&starter, node(), ActionKind::Drain, Timestamp(0));
        let mut seen = jobs.watch(&starter, &progress.id()).unwrap();

        let status = Status::new(Level::Progressing, "waiting");
        let step = JobStep { resource: node(), status, pod: None, error: None };
        progress.step(step.clone());
        assert!(seen.has_changed().unwrap());
        seen.mark_unchanged();
        progress.step(step);
        assert!(!seen.has_changed().unwrap());
    }
}
