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
/// Addresses that guess.
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

    let known = Siege::of(&database, home, true, GUESSES).await;
    println!("password guesses per second\t{:.0}", f64::from(GUESSES) / known.seconds);
    println!("password guesses\t{GUESSES}");
    println!("password guesses that were hashed, per minute\t{:.0}", known.hashed_per_minute());
    println!("victim signs in from a known address, % of times\t{:.0}", known.percent());

    let shared = Siege::of(&database, guesser(0), true, GUESSES / 10).await;
    println!("victim signs in from an address that guesses, % of times\t{:.0}", shared.percent());
    let new = Siege::of(&database, home, false, GUESSES / 10).await;
    println!("victim signs in from a new address, % of times\t{:.0}", new.percent());
}

/// What came of guessing at a person who signs in meanwhile.
struct Siege {
    sign_ins: u32,
    tries: u32,
    hashed: u32,
    seconds: f64,
}

impl Siege {
    /// Guesses under a throttle of its own, at a person who signs in from here. `is_known` says whether they had signed in
    /// from here before.
    async fn of(database: &Database, from: IpAddr, is_known: bool, guesses: u32) -> Self {
        let accounts = Accounts::new(database.clone());
        if is_known {
            try_in(&accounts, PASSWORD, from).await.unwrap();
        }
        let began = Instant::now();
        let mut siege = Self { sign_ins: 0, tries: 0, hashed: 0, seconds: 0.0 };
        for round in 0..guesses / GUESSES_PER_SIGN_IN {
            let first = round * GUESSES_PER_SIGN_IN;
            let guesses = futures::stream::iter(first..first + GUESSES_PER_SIGN_IN)
                .map(|guess| guess_at(&accounts, guess))
                .buffer_unordered(AT_ONCE)
                .filter(|was_hashed| std::future::ready(*was_hashed))
                .count();
            let (hashed, signed_in) = tokio::join!(guesses, try_in(&accounts, PASSWORD, from));
            siege.hashed += u32::try_from(hashed).unwrap();
            siege.tries += 1;
            siege.sign_ins += u32::from(signed_in.is_ok());
        }
        siege.seconds = began.elapsed().as_secs_f64();
        siege
    }

    fn percent(&self) -> f64 {
        f64::from(self.sign_ins) / f64::from(self.tries) * 100.0
    }

    /// Tries are counted by the minute, and a minute that has begun counts whole.
    fn hashed_per_minute(&self) -> f64 {
        f64::from(self.hashed) / (self.seconds / 60.0).ceil()
    }
}

/// Guesses once; answers whether the password was hashed, and so compared.
async fn guess_at(accounts: &Accounts, guess: u32) -> bool {
    match try_in(accounts, &format!("guess number {guess}"), guesser(guess)).await {
        Err(SignInRefused::Wrong) => true,
        Err(SignInRefused::Wait(_)) => false,
        other => panic!("a guess was answered with {other:?}"),
    }
}

async fn try_in(accounts: &Accounts, password: &str, address: IpAddr) -> Result<(), SignInRefused> {
    let visitor = Visitor { address, request_id: "guesses".into() };
    accounts.verify(NAME, password.into(), &visitor).await.map(drop)
}

fn guesser(guess: u32) -> IpAddr {
    Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + guess % GUESSERS).into()
}
