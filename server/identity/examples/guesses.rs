//! Whether somebody gets in while others guess their password, through the real accounts and their throttle. Prints figures
//! as `name<TAB>value` lines.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use database::accounts::NewAccount;
use database::{Address, Database};
use futures::StreamExt;
use identity::{Accounts, Hasher, SignInRefused, Visitor};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

const GUESSES: u32 = 100_000;
/// The victim signs in once while so many guesses are made.
const GUESSES_PER_SIGN_IN: u32 = 1_000;
/// Addresses from which they are made.
const GUESSERS: u32 = 300;
/// Guesses that are under way at once.
const AT_ONCE: usize = 32;

const NAME: &str = "Ada";
const PASSWORD: &str = "a walk along the harbour";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(Address::SqliteFile(folder.path().join("orrery.db"))).await.unwrap();
    database.migrate().await.unwrap();
    let password_hash = Some(Hasher::default().hash(PASSWORD.into()).await.unwrap());
    let ada =
        NewAccount { name: NAME.into(), role: "regular".into(), password_hash, ..NewAccount::default() };
    database.add_account(&ada).await.unwrap();
    let home: IpAddr = [192, 0, 2, 1].into();

    let known = Siege { guesses: GUESSES, guessers: GUESSERS, from: home, is_known: true };
    let held = known.stand(&database).await;
    println!("password guesses per second\t{:.0}", f64::from(GUESSES) / held.seconds);
    println!("password guesses\t{GUESSES}");
    println!("password guesses that were hashed, per minute\t{:.0}", held.hashed_per_minute());
    println!("victim signs in from a known address, % of times\t{:.0}", held.percent());

    let few = Siege { guesses: GUESSES / 10, ..known };
    let new = Siege { is_known: false, ..few };
    println!("victim signs in from a new address, % of times\t{:.0}", new.stand(&database).await.percent());
    let shared = Siege { guessers: 1, from: guesser(0), ..few };
    let percent = shared.stand(&database).await.percent();
    println!("victim signs in from the one address that guesses, % of times\t{percent:.0}");
}

/// How a person's password is guessed while they sign in.
#[derive(Clone, Copy)]
struct Siege {
    guesses: u32,
    /// Addresses that guess.
    guessers: u32,
    /// Where the person signs in from.
    from: IpAddr,
    /// Whether they had signed in from there before.
    is_known: bool,
}

/// What came of it.
#[derive(Default)]
struct Held {
    sign_ins: u32,
    tries: u32,
    hashed: u32,
    seconds: f64,
}

impl Siege {
    /// Guesses under a throttle of its own.
    async fn stand(self, database: &Database) -> Held {
        let accounts = Accounts::new(database.clone());
        if self.is_known {
            try_in(&accounts, PASSWORD, self.from).await.unwrap();
        }
        let began = Instant::now();
        let mut held = Held::default();
        for round in 0..self.guesses / GUESSES_PER_SIGN_IN {
            let first = round * GUESSES_PER_SIGN_IN;
            let guesses = futures::stream::iter(first..first + GUESSES_PER_SIGN_IN)
                .map(|guess| guess_at(&accounts, guess, guesser(guess % self.guessers)))
                .buffer_unordered(AT_ONCE)
                .filter(|was_hashed| std::future::ready(*was_hashed))
                .count();
            let (hashed, signed_in) = tokio::join!(guesses, try_in(&accounts, PASSWORD, self.from));
            held.hashed += u32::try_from(hashed).unwrap();
            held.tries += 1;
            held.sign_ins += u32::from(signed_in.is_ok());
        }
        held.seconds = began.elapsed().as_secs_f64();
        held
    }
}

impl Held {
    fn percent(&self) -> f64 {
        f64::from(self.sign_ins) / f64::from(self.tries) * 100.0
    }

    /// Tries are counted by the minute, and a minute that has begun counts whole.
    fn hashed_per_minute(&self) -> f64 {
        f64::from(self.hashed) / (self.seconds / 60.0).ceil()
    }
}

/// Guesses once; answers whether the password was hashed, and so compared.
async fn guess_at(accounts: &Accounts, guess: u32, from: IpAddr) -> bool {
    match try_in(accounts, &format!("guess number {guess}"), from).await {
        Err(SignInRefused::Wrong) => true,
        Err(SignInRefused::Wait(_)) => false,
        other => panic!("a guess was answered with {other:?}"),
    }
}

async fn try_in(accounts: &Accounts, password: &str, address: IpAddr) -> Result<(), SignInRefused> {
    let visitor = Visitor { address, request_id: "guesses".into() };
    accounts.verify(NAME, password.into(), &visitor).await.map(drop)
}

fn guesser(index: u32) -> IpAddr {
    Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + index).into()
}
