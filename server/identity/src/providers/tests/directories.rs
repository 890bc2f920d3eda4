//! Directories that are slow, gone, or lie.

use super::fake_directory::{Behaviour, Entry, FakeDirectory, entry};
use crate::providers::directory::{DirectoryError, check};
use crate::providers::{Arrived, Entrance, Provider, Registry};
use crate::{Accounts, Doors, Seal, SignInRefused, SignedIn, Visitor};
use database::Database;
use database::identities::Person;
use database::sessions::StoredSession;
use providers_contract::{Directory, Kind, Nesting, Settings, System};
use std::time::{Duration, Instant};
use uuid::Uuid;

const GRACE: &str = "uid=grace,ou=people,dc=example";

fn people() -> Vec<Entry> {
    let person = |uid: &str, more: &[&str]| {
        let (uid_is, id_is) = (format!("uid={uid}"), format!("entryUUID=id-of-{uid}"));
        let mut all = vec!["objectClass=person", &*uid_is, &*id_is];
        all.extend(more);
        entry(&format!("uid={uid},ou=people,dc=example"), "harbour", &all)
    };
    let group = |cn: &str, members: &[&str]| {
        let mut all = vec![format!("cn={cn}")];
        all.extend(members.iter().map(|member| format!("member={member}")));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        entry(&format!("cn={cn},ou=groups,dc=example"), "-", &all)
    };
    vec![
        entry("cn=service,dc=example", "service secret", &[]),
        person("grace", &[]),
        person("mallory", &["userAccountControl=514"]),
        entry(
            "uid=twin,ou=a,ou=people,dc=example",
            "harbour",
            &["objectClass=person", "uid=twin", "entryUUID=a"],
        ),
        entry(
            "uid=twin,ou=b,ou=people,dc=example",
            "harbour",
            &["objectClass=person", "uid=twin", "entryUUID=b"],
        ),
        group("sailors", &[GRACE, "cn=fleet,ou=groups,dc=example"]),
        group("crew", &["cn=sailors,ou=groups,dc=example"]),
        // In a circle.
        group("fleet", &["cn=crew,ou=groups,dc=example"]),
        group("system:masters", &[GRACE]),
        group("strangers", &["uid=mallory,ou=people,dc=example"]),
    ]
}

fn provider_at(address: &str, change: impl FnOnce(&mut Directory)) -> Provider {
    let mut settings = Settings::draft(Kind::Directory);
    settings.name = "Staff".into();
    let System::Directory(directory) = &mut settings.system else { unreachable!("it is one") };
    directory.address = address.into();
    directory.bind_name = "cn=service,dc=example".into();
    directory.people_base = "ou=people,dc=example".into();
    directory.groups_base = "ou=groups,dc=example".into();
    change(directory);
    Provider::draft("staff", settings, "service secret")
}

async fn world() -> (FakeDirectory, Provider) {
    let fake = FakeDirectory::start(people()).await;
    let provider = provider_at(&fake.address(), |_| ());
    (fake, provider)
}

fn names(arrived: &Arrived) -> Vec<&str> {
    let mut names: Vec<&str> =
        arrived.groups.iter().map(String::as_str).filter(|group| !group.starts_with("cn=")).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn who_knows_the_password_arrives_with_their_groups() {
    let (_, provider) = world().await;

    let arrived = check(&provider, "grace", "harbour").await.unwrap();

    assert_eq!(
        (arrived.person.issuer.as_str(), arrived.person.subject.as_str()),
        ("directory staff", "id-of-grace")
    );
    assert_eq!((arrived.name.as_str(), names(&arrived)), ("grace", vec!["sailors"]));
    assert!(arrived.groups.contains(&"cn=sailors,ou=groups,dc=example".to_owned()), "also by the entry");
}

#[tokio::test]
async fn groups_in_groups_count_where_they_should_and_circles_end() {
    let (fake, _) = world().await;
    let provider = provider_at(&fake.address(), |directory| directory.nesting = Nesting::Recursive);

    let arrived = check(&provider, "grace", "harbour").await.unwrap();

    assert_eq!(names(&arrived), ["crew", "fleet", "sailors"]);
}

#[tokio::test]
async fn a_wrong_password_an_empty_one_and_an_unknown_name_are_the_same() {
    let (fake, provider) = world().await;

    for (name, password) in [("grace", "wrong"), ("grace", ""), ("nobody", "harbour"), ("", "harbour")] {
        let refused = check(&provider, name, password).await;
        assert!(matches!(refused, Err(DirectoryError::Wrong(_))), "{name}/{password}: {refused:?}");
    }
    assert!(fake.binds().iter().all(|(_, password)| !password.is_empty()), "an empty password was sent");
}

#[tokio::test]
async fn a_name_is_not_a_filter() {
    let (_, provider) = world().await;

    for name in ["*", "gra*", "grace)(uid=*", "*)(objectClass=*", "grace\\", "\0grace", "grace)(|(uid=grace"]
    {
        let refused = check(&provider, name, "harbour").await;
        assert!(matches!(refused, Err(DirectoryError::Wrong(None))), "{name:?}: {refused:?}");
    }
}

#[tokio::test]
async fn the_name_of_an_entry_is_not_a_filter_for_its_groups() {
    let mut all = people();
    let star = ["objectClass=person", "uid=star", "entryUUID=id-of-star"];
    all.push(entry("uid=*,ou=people,dc=example", "harbour", &star));
    let fake = FakeDirectory::start(all).await;

    let arrived = check(&provider_at(&fake.address(), |_| ()), "star", "harbour").await.unwrap();

    assert!(arrived.groups.is_empty(), "{:?}", arrived.groups);
}

#[tokio::test]
async fn a_disabled_account_stays_out_and_only_who_knows_its_password_is_told() {
    let (_, provider) = world().await;

    let right = check(&provider, "mallory", "harbour").await;
    let wrong = check(&provider, "mallory", "guess").await;

    assert!(matches!(right, Err(DirectoryError::Disabled(_))), "{right:?}");
    assert!(matches!(wrong, Err(DirectoryError::Wrong(_))), "{wrong:?}");
}

#[tokio::test]
async fn a_name_of_two_is_the_name_of_nobody() {
    let (_, provider) = world().await;

    let refused = check(&provider, "twin", "harbour").await;

    assert!(matches!(refused, Err(DirectoryError::Ambiguous)), "{refused:?}");
}

#[tokio::test]
async fn referrals_are_not_followed() {
    let (fake, provider) = world().await;
    let elsewhere = FakeDirectory::start(people()).await;

    fake.behave(Behaviour { refers_to: Some(elsewhere.address()), ..Behaviour::default() });
    let referred = check(&provider, "grace", "harbour").await;
    assert!(matches!(referred, Err(DirectoryError::Referral)), "{referred:?}");
    fake.behave(Behaviour { references: Some(elsewhere.address()), ..Behaviour::default() });
    let arrived = check(&provider, "grace", "harbour").await.unwrap();

    assert_eq!(names(&arrived), ["sailors"]);
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn none_of_fifteen_hundred_groups_is_lost() {
    let mut all = people();
    for index in 0..1500 {
        let (dn, cn) = (format!("cn=g{index},ou=groups,dc=example"), format!("cn=g{index}"));
        all.push(entry(&dn, "-", &[&cn, &format!("member={GRACE}")]));
    }
    let fake = FakeDirectory::start(all).await;
    fake.behave(Behaviour { size_limit: Some(500), ..Behaviour::default() });
    let provider = provider_at(&fake.address(), |_| ());
    let System::Directory(directory) = &provider.settings.system else { unreachable!("it is one") };
    let mut connection = crate::providers::directory::Connection::open(directory).await.unwrap();

    let found =
        connection.search("ou=groups,dc=example", "(member=*)", vec!["cn".into()], 5000).await.unwrap();

    assert_eq!(found.len(), 1505);
}

#[tokio::test]
async fn a_directory_that_is_slow_gone_or_hangs_up_costs_five_seconds_at_the_most() {
    let (fake, provider) = world().await;
    let begun = Instant::now();

    fake.behave(Behaviour { delay: Duration::from_secs(30), ..Behaviour::default() });
    let slow = check(&provider, "grace", "harbour").await;
    assert!(matches!(slow, Err(DirectoryError::Slow)), "{slow:?}");
    assert!(begun.elapsed() < Duration::from_secs(7));
    fake.behave(Behaviour { closes_after_bind: true, ..Behaviour::default() });
    let closed = check(&provider, "grace", "harbour").await;
    assert!(matches!(closed, Err(DirectoryError::Unreachable(_))), "{closed:?}");
    let gone = check(&provider_at("ldap://127.0.0.1:9", |_| ()), "grace", "harbour").await;
    assert!(matches!(gone, Err(DirectoryError::Unreachable(_))), "{gone:?}");
}

#[tokio::test]
async fn no_password_is_sent_without_encryption() {
    let (fake, _) = world().await;
    let tls = |directory: &mut Directory| directory.starts_tls = true;

    let plain = check(&provider_at("ldap://directory.example", |_| ()), "grace", "harbour").await;
    assert!(matches!(plain, Err(DirectoryError::Unusable(_))), "{plain:?}");
    fake.behave(Behaviour { refuses_tls: true, ..Behaviour::default() });
    let refused = check(&provider_at(&fake.address(), tls), "grace", "harbour").await;
    assert!(matches!(refused, Err(DirectoryError::Unreachable(_))), "{refused:?}");
    fake.behave(Behaviour { injects: true, ..Behaviour::default() });
    let injected = check(&provider_at(&fake.address(), tls), "grace", "harbour").await;
    assert!(injected.is_err(), "{injected:?}");

    assert!(fake.binds().is_empty(), "{:?}", fake.binds());
}

/// A console whose directory Grace has come from.
struct Enrolled {
    fake: FakeDirectory,
    database: Database,
    registry: Registry,
    provider: Provider,
    grace: Uuid,
}

impl Enrolled {
    async fn new() -> Self {
        let (fake, provider) = world().await;
        let database = Database::in_memory().await.unwrap();
        let registry = Registry::new(database.clone(), Seal::random(), "http://console.example");
        registry.add_as("staff", &provider.settings, "service secret").await.unwrap();
        let provider = registry.enabled("staff").await.unwrap();
        let grace = arrive(&registry, &provider).await;
        Self { fake, database, registry, provider, grace }
    }

    /// Grace is signed in.
    async fn session(&self, id: &str) {
        let session = StoredSession {
            id_hash: id.into(),
            account_id: Some(self.grace),
            data: "{}".into(),
            expires_at: i64::MAX,
        };
        assert!(self.database.add_session(&session).await.unwrap());
        self.database.note_provider_session(id, "staff", "id-of-grace", None).await.unwrap();
    }

    /// How many are told to be gone or back now, whether Grace may come in, and how many sessions she has.
    async fn call(&self) -> (u64, bool, usize) {
        let changed = self.registry.call_the_roll().await.unwrap();
        let account = self.database.account(self.grace).await.unwrap().unwrap();
        (changed, account.is_enabled, self.database.sessions_of(self.grace).await.unwrap().len())
    }
}

async fn arrive(registry: &Registry, provider: &Provider) -> Uuid {
    let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let arrived = check(provider, "grace", "harbour").await.unwrap();
    match registry.enter(provider, arrived, "/", &visitor).await.unwrap() {
        Entrance::Account(account) => account,
        Entrance::ChooseName(newcomer) => panic!("{} is to choose a name", newcomer.name),
    }
}

fn without_grace() -> Vec<Entry> {
    people().into_iter().filter(|entry| entry.dn != GRACE).collect()
}

#[tokio::test]
async fn who_is_gone_from_their_directory_is_out_until_they_are_back() {
    let world = Enrolled::new().await;
    world.session("one").await;
    assert_eq!(world.call().await, (0, true, 1));
    world.fake.behave(Behaviour { closes_after_bind: true, ..Behaviour::default() });
    assert_eq!(world.call().await, (0, true, 1), "a directory that does not answer says nothing");
    world.fake.behave(Behaviour::default());

    world.fake.hold(without_grace());
    assert_eq!(world.call().await, (1, false, 0));
    assert_eq!(world.call().await, (0, false, 0));
    let decision = &world.database.audit_trail(1).await.unwrap()[0].decision;
    assert_eq!(
        (decision.action.as_str(), decision.account_id, decision.name.as_deref()),
        ("gone_from_provider", Some(world.grace), Some("Staff"))
    );

    world.fake.hold(people());
    assert_eq!(world.call().await, (1, true, 0));
    let mut disabled = without_grace();
    disabled.push(entry(
        GRACE,
        "harbour",
        &["objectClass=person", "uid=grace", "entryUUID=id-of-grace", "userAccountControl=514"],
    ));
    world.fake.hold(disabled);
    assert_eq!(world.call().await, (1, false, 0));

    world.fake.hold(people());
    assert_eq!(arrive(&world.registry, &world.provider).await, world.grace);
    assert_eq!(world.call().await, (0, true, 0), "who arrives is there");
}

#[tokio::test]
async fn a_directory_that_does_not_answer_keeps_no_other_from_being_asked() {
    let world = Enrolled::new().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("ldap://{}", silent.local_addr().unwrap());
    for id in ["asleep", "zzz"] {
        let settings = Settings { name: id.into(), ..provider_at(&address, |_| ()).settings };
        world.registry.add_as(id, &settings, "service secret").await.unwrap();
        let person = Person { issuer: format!("directory {id}"), subject: "x".into() };
        world.database.add_account_for(&person, id, &crate::newcomers::account(id), "x").await.unwrap();
    }
    world.fake.hold(without_grace());

    let is_out = async {
        while world.database.account(world.grace).await.unwrap().unwrap().is_enabled {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = is_out => {}
        answered = world.registry.call_the_roll() => panic!("who is silent has answered: {answered:?}"),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("the others wait for who is silent"),
    }
}

#[tokio::test]
async fn who_has_a_password_here_too_loses_only_what_their_directory_has_opened() {
    let world = Enrolled::new().await;
    let accounts = Accounts::new(world.database.clone());
    let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let token = accounts.issue_link(Some(world.grace)).await.unwrap();
    accounts.use_link(&token, "grace", "a walk along the harbour".into(), &visitor).await.unwrap();
    world.session("one").await;

    world.fake.hold(without_grace());

    assert_eq!(world.call().await, (1, true, 0));
    assert_eq!(world.call().await, (0, true, 0));
}

#[tokio::test]
async fn a_directory_that_is_gone_keeps_nobody_out_who_has_a_password_here() {
    let database = Database::in_memory().await.unwrap();
    let accounts = Accounts::new(database.clone());
    let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let token = accounts.issue_link(None).await.unwrap();
    let password = "a walk along the harbour";
    let ada = accounts.use_link(&token, "Ada", password.into(), &visitor).await.unwrap();
    let doors = Doors { is_here_closed: false, directories: vec![provider_at("ldap://127.0.0.1:9", |_| ())] };

    let here = accounts.verify_with("ada", password.into(), &doors, &visitor).await.unwrap();
    assert!(matches!(here, SignedIn::Here(account) if account == ada));
    let nowhere = accounts.verify_with("ada", "wrong".into(), &doors, &visitor).await;
    assert!(matches!(nowhere, Err(SignInRefused::Incomplete)), "{nowhere:?}");
}

#[tokio::test]
async fn the_directory_that_was_chosen_is_the_only_one_asked() {
    let (fake, provider) = world().await;
    let other = FakeDirectory::start(people()).await;
    let accounts = Accounts::new(Database::in_memory().await.unwrap());
    let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let doors = Doors { is_here_closed: true, directories: vec![provider] };

    let signed_in = accounts.verify_with("grace", "harbour".into(), &doors, &visitor).await.unwrap();

    assert!(matches!(signed_in, SignedIn::In(_, arrived) if arrived.name == "grace"));
    assert_eq!((fake.connections(), other.connections()), (1, 0));
}

#[tokio::test]
async fn guessing_in_a_directory_is_slowed_down_like_everywhere() {
    let (fake, provider) = world().await;
    let accounts = Accounts::new(Database::in_memory().await.unwrap());
    let visitor = Visitor { address: [192, 0, 2, 1].into(), request_id: "1".into() };
    let doors = Doors { is_here_closed: false, directories: vec![provider] };

    let mut last = None;
    for _ in 0..12 {
        last = accounts.verify_with("grace", "guess".into(), &doors, &visitor).await.err();
    }

    assert!(matches!(last, Some(SignInRefused::Wait(_))), "{last:?}");
    let guesses = fake.binds().iter().filter(|(_, password)| password == "guess").count();
    assert!(guesses <= 10, "{guesses} guesses reached the directory");
}
