//! Slowing down whoever guesses, without locking out whom they guess at.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// Tries are counted over this time.
const WINDOW: Duration = Duration::from_secs(60);

/// Tries in a window for one account, from all addresses from which nobody has signed in to it. A person who has
/// forgotten which of their passwords it is needs fewer.
const TRIES_PER_ACCOUNT: u32 = 10;

/// The same for one account from one address, known or not.
const TRIES_PER_PAIR: u32 = 10;

/// Tries in a window from one address for all accounts: an office behind one address still gets in.
const TRIES_PER_ADDRESS: u32 = 60;

/// Counters kept of each sort; each takes some 40 bytes.
const MAX_COUNTERS: usize = 50_000;

/// Pairs of account and address kept as known to belong together.
const MAX_FAMILIAR: usize = 50_000;

/// Counts tries. Times are monotonic, so a clock that jumps neither frees nor locks anybody.
#[derive(Debug, Default)]
pub struct Throttle {
    state: Mutex<State>,
    /// Keys of the maps are hashes with a secret of this process, so nobody can choose names that collide.
    keys: RandomState,
}

#[derive(Debug, Default)]
struct State {
    accounts: Counters,
    pairs: Counters,
    addresses: Counters,
    familiar: HashMap<u64, Instant>,
}

/// A try that was let through and counts as failed until [`Attempt::succeeded`].
#[must_use]
#[derive(Debug)]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    /// None where the address is known: then the try is not counted for the account.
    account: Option<u64>,
    pair: u64,
    address: u64,
}

impl Throttle {
    /// Counts a try, or answers how long to wait. It counts before the password is checked, so tries in parallel are
    /// counted too.
    pub fn begin(&self, name_key: &str, address: IpAddr) -> Result<Attempt<'_>, Duration> {
        self.begin_at(name_key, address, Instant::now())
    }

    /// Whether an address is known to belong to an account.
    pub fn is_familiar(&self, name_key: &str, address: IpAddr) -> bool {
        let pair = self.keys.hash_one((name_key, network(address)));
        self.state.lock().familiar.contains_key(&pair)
    }

    /// The address belongs to the account: somebody has signed in from there before this process began, or at another
    /// replica.
    pub fn recognise(&self, name_key: &str, address: IpAddr) {
        let pair = self.keys.hash_one((name_key, network(address)));
        self.state.lock().recognise(pair);
    }

    fn begin_at(&self, name_key: &str, address: IpAddr, now: Instant) -> Result<Attempt<'_>, Duration> {
        let network = network(address);
        let account = self.keys.hash_one(name_key);
        let pair = self.keys.hash_one((name_key, network));
        let address = self.keys.hash_one(network);

        let mut state = self.state.lock();
        let is_familiar = state.familiar.contains_key(&pair);
        let mut wait = state.addresses.wait(address, TRIES_PER_ADDRESS, now);
        wait = wait.max(state.pairs.wait(pair, TRIES_PER_PAIR, now));
        if !is_familiar {
            wait = wait.max(state.accounts.wait(account, TRIES_PER_ACCOUNT, now));
        }
        if let Some(wait) = wait {
            return Err(wait);
        }
        state.addresses.count(address, now);
        state.pairs.count(pair, now);
        if !is_familiar {
            state.accounts.count(account, now);
        }
        Ok(Attempt { throttle: self, account: (!is_familiar).then_some(account), pair, address })
    }
}

impl Attempt<'_> {
    /// The password was right: nothing is counted, and the address belongs to the account from now on. Answers whether it
    /// did not before.
    pub fn succeeded(self) -> bool {
        let mut state = self.throttle.state.lock();
        state.addresses.forgive(self.address);
        if let Some(account) = self.account {
            state.accounts.forgive(account);
        }
        state.pairs.forget(self.pair);
        state.recognise(self.pair)
    }
}

impl State {
    /// Answers whether it was not known.
    fn recognise(&mut self, pair: u64) -> bool {
        if self.familiar.len() >= MAX_FAMILIAR && !self.familiar.contains_key(&pair) {
            let oldest = self.familiar.iter().min_by_key(|(_, seen)| **seen).map(|(key, _)| *key);
            oldest.map(|key| self.familiar.remove(&key));
        }
        self.familiar.insert(pair, Instant::now()).is_none()
    }
}

#[derive(Debug, Default)]
struct Counters(HashMap<u64, Counter>);

#[derive(Debug)]
struct Counter {
    since: Instant,
    tries: u32,
}

impl Counters {
    fn wait(&self, key: u64, limit: u32, now: Instant) -> Option<Duration> {
        let counter = self.0.get(&key)?;
        let left = WINDOW.checked_sub(now.duration_since(counter.since))?;
        (counter.tries >= limit && !left.is_zero()).then_some(left)
    }

    fn count(&mut self, key: u64, now: Instant) {
        if self.0.len() >= MAX_COUNTERS && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let counter = self.0.entry(key).or_insert(Counter { since: now, tries: 0 });
        if now.duration_since(counter.since) >= WINDOW {
            *counter = Counter { since: now, tries: 0 };
        }
        counter.tries += 1;
    }

    /// Old counters go first, then those with the fewest tries: a flood of made-up names must not wash away the counters
    /// of people who are really guessed at. There is room afterwards, whatever came: nobody goes uncounted.
    fn make_room(&mut self, now: Instant) {
        self.0.retain(|_, counter| now.duration_since(counter.since) < WINDOW);
        let mut few = 2;
        while self.0.len() >= MAX_COUNTERS {
            self.0.retain(|_, counter| counter.tries > few);
            few *= 2;
        }
    }

    fn forgive(&mut self, key: u64) {
        if let Some(counter) = self.0.get_mut(&key) {
            counter.tries = counter.tries.saturating_sub(1);
        }
    }

    fn forget(&mut self, key: u64) {
        self.0.remove(&key);
    }
}

/// One person has one IPv4 address but a whole /64 of IPv6.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address => address,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn address(last: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(0x0a00_0000 + last).into()
    }

    #[test]
    fn guessing_at_one_account_from_many_addresses_is_slowed_down() {
        let throttle = Throttle::default();
        let now = Instant::now();

        let allowed =
            (0..100_000).filter(|index| throttle.begin_at("ada", address(*index), now).is_ok()).count();

        assert_eq!(allowed, TRIES_PER_ACCOUNT as usize);
    }

    #[test]
    fn the_victim_gets_in_while_others_guess() {
        let throttle = Throttle::default();
        let home = address(7_000_000);
        throttle.begin("ada", home).unwrap().succeeded();

        for index in 0..10_000 {
            let _ = throttle.begin("ada", address(index));
        }

        throttle.begin("ada", home).unwrap().succeeded();
    }

    #[test]
    fn signing_in_from_a_known_address_gives_nobody_else_another_guess() {
        let throttle = Throttle::default();
        let home = address(7_000_000);
        throttle.begin("ada", home).unwrap().succeeded();
        let mut guessed = 0;

        for round in 0..100 {
            guessed +=
                (0..100).filter(|index| throttle.begin("ada", address(round * 100 + index)).is_ok()).count();
            throttle.begin("ada", home).unwrap().succeeded();
        }

        assert_eq!(guessed, TRIES_PER_ACCOUNT as usize);
    }

    #[test]
    fn guessing_from_the_address_of_the_owner_is_slowed_down_too() {
        let throttle = Throttle::default();
        let office = address(7_000_000);
        throttle.begin("ada", office).unwrap().succeeded();

        let allowed = (0..30).filter(|_| throttle.begin("ada", office).is_ok()).count();

        assert_eq!(allowed, TRIES_PER_PAIR as usize);
    }

    #[test]
    fn one_address_cannot_try_all_names() {
        let throttle = Throttle::default();

        let allowed =
            (0..1000).filter(|index| throttle.begin(&format!("user-{index}"), address(1)).is_ok()).count();

        assert_eq!(allowed, TRIES_PER_ADDRESS as usize);
    }

    #[test]
    fn a_million_names_do_not_wash_a_counter_away_and_memory_stays_bounded() {
        let throttle = Throttle::default();
        // A debug build takes longer than a window for so many.
        let now = Instant::now();
        for index in 0..TRIES_PER_ACCOUNT {
            let _ = throttle.begin_at("ada", address(index), now).unwrap();
        }

        for index in 0..1_000_000 {
            let _ = throttle.begin_at(&format!("made-up-{index}"), address(index + 100), now);
        }

        assert!(throttle.begin_at("ada", address(99), now).is_err());
        assert!(throttle.state.lock().accounts.0.len() <= MAX_COUNTERS);
        assert!(throttle.state.lock().pairs.0.len() <= MAX_COUNTERS);
    }

    #[test]
    fn who_fills_the_counters_with_repeated_tries_is_still_counted() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for index in 0..u32::try_from(MAX_COUNTERS).unwrap() + 10 {
            for _ in 0..3 {
                let _ = throttle.begin_at(&format!("made-up-{index}"), address(index), now);
            }
        }

        let allowed = (0..100).filter(|_| throttle.begin_at("ada", address(90_000_000), now).is_ok()).count();

        assert_eq!(allowed, TRIES_PER_PAIR as usize);
        assert!(throttle.state.lock().pairs.0.len() <= MAX_COUNTERS);
    }

    #[test]
    fn waiting_helps() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for _ in 0..TRIES_PER_PAIR {
            let _ = throttle.begin_at("ada", address(1), start).unwrap();
        }

        let wait = throttle.begin_at("ada", address(1), start + Duration::from_secs(20)).unwrap_err();

        assert_eq!(wait, Duration::from_secs(40));
        assert!(throttle.begin_at("ada", address(1), start + WINDOW).is_ok());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one_address() {
        let throttle = Throttle::default();

        let allowed = (0..1000u16)
            .filter(|index| {
                let address: IpAddr = format!("2001:db8::{index:x}").parse().unwrap();
                throttle.begin(&format!("user-{index}"), address).is_ok()
            })
            .count();

        assert_eq!(allowed, TRIES_PER_ADDRESS as usize);
    }
}
