//! Codes of a generator that only the owner of an account has, and recovery codes for when it is lost.

use crate::{Seal, Throttle, Visitor, token};
use database::{Database, DatabaseError, now_seconds};
use qrcode::QrCode;
use qrcode::render::svg;
use std::sync::Arc;
use std::time::Duration;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

/// Seconds of one step: what generators assume.
const STEP_SECONDS: u64 = 30;

/// Bytes of a secret: RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;

/// Codes of a generator that are tried in a row without a right one; then none is accepted any more. At ten tries a minute,
/// three codes of a million at a time, whoever knows the password would find one within weeks. NIST SP 800-63B (5.2.2) allows
/// no more than a hundred.
const MOST_WRONG_CODES: i64 = 100;

/// Recovery codes that are given out.
const RECOVERY_CODES: usize = 10;

/// Letters of recovery codes: none that look alike.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// What is to be shown while a generator is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp {
    /// The secret, for typing it in.
    pub secret: String,
    /// The address for generators, as a picture.
    pub picture: String,
}

/// Why a code does not do.
#[derive(Debug, thiserror::Error)]
pub enum CodeRefused {
    /// It is not the code, or was used before.
    #[error("the code is wrong or was used before")]
    Wrong,
    /// Too many wrong ones were given in a row: the generator's are not accepted any more, recovery codes are.
    #[error(
        "too many wrong codes in a row; only a recovery code is accepted, until an administrator resets the second factor"
    )]
    Exhausted,
    /// Nothing waits for a code.
    #[error("no second factor is set up")]
    Nothing,
    /// Too many tries: wait this long.
    #[error("too many tries; the next is possible in {} s", .0.as_secs())]
    Wait(Duration),
    /// The secret was sealed with another key.
    #[error("the secret of the generator was sealed with another key: an administrator must reset it")]
    Sealed,
    /// The factors cannot be read or written.
    #[error("second factors cannot be read or written")]
    Database(#[from] DatabaseError),
}

/// The second factors of the console. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SecondFactors {
    database: Database,
    seal: Seal,
    throttle: Arc<Throttle>,
}

fn purpose(account: Uuid) -> String {
    format!("the code generator of account {account}")
}

fn totp(secret: &[u8], name: &str) -> Option<Totp> {
    // A colon would end the issuer in the address.
    let name: String = name.chars().filter(|character| *character != ':').collect();
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_step_duration(STEP_SECONDS)
        .with_skew(1)
        .with_account_name(name)
        .with_issuer(Some("Orrery"))
        .build()
        .ok()
}

impl SecondFactors {
    /// Factors in this database, sealed with this key.
    pub fn new(database: Database, seal: Seal) -> Self {
        Self { database, seal, throttle: Arc::default() }
    }

    /// Whether a code is asked for after the password.
    pub async fn is_asked(&self, account: Uuid) -> Result<bool, DatabaseError> {
        Ok(self.database.factor(account).await?.is_some_and(|factor| factor.confirmed_at.is_some()))
    }

    /// Begins to set a generator up with a new secret; `false` when one is set up already.
    pub async fn begin(&self, account: Uuid) -> Result<bool, DatabaseError> {
        let secret: [u8; SECRET_BYTES] = rand::random();
        self.database.begin_factor(account, &self.seal.seal(&purpose(account), &secret)).await
    }

    /// What is to be shown while a generator is being set up; `None` when none is.
    pub async fn set_up(&self, account: Uuid, name: &str) -> Result<Option<SetUp>, CodeRefused> {
        let Some(factor) = self.database.factor(account).await? else { return Ok(None) };
        if factor.confirmed_at.is_some() {
            return Ok(None);
        }
        let secret = self.open(account, &factor.sealed_secret)?;
        let generator = totp(&secret, name).ok_or(CodeRefused::Sealed)?;
        let address = generator.to_url().map_err(|_| CodeRefused::Sealed)?;
        Ok(Some(SetUp { secret: Secret::from(secret).to_base32(), picture: picture(&address) }))
    }

    /// Asks for the generator from now on, once a code shows that it works; answers the recovery codes.
    pub async fn confirm(
        &self,
        account: Uuid,
        name: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<Vec<String>, CodeRefused> {
        let factor = self.database.factor(account).await?.ok_or(CodeRefused::Nothing)?;
        let key = format!("second factor {account}");
        let attempt = self.throttle.begin(&key, visitor.address).map_err(CodeRefused::Wait)?;
        let secret = self.open(account, &factor.sealed_secret)?;
        let step = step_of(&secret, name, code).ok_or(CodeRefused::Wrong)?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(account, code)).collect();
        if !self.database.confirm_factor(account, step, &hashes).await? {
            return Err(CodeRefused::Nothing);
        }
        attempt.succeeded();
        Ok(codes)
    }

    /// Checks a code of the generator, or a recovery code; each works once. Right or wrong, it is in the audit trail.
    ///
    /// Too many wrong codes of the generator in a row, and no more is accepted, not even a right one. That keeps nobody out
    /// whose password is not known to others, as codes are asked for after it; and a recovery code, which cannot be guessed,
    /// still works and makes the generator's work again.
    pub async fn verify(
        &self,
        account: Uuid,
        name: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<(), CodeRefused> {
        let key = format!("second factor {account}");
        let attempt = self.throttle.begin(&key, visitor.address).map_err(CodeRefused::Wait)?;
        let answer = self.try_code(account, name, code).await;
        let reason = answer.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let decision = visitor.knock("second_factor", Some(account), name, &reason);
        self.database.record_decision(&decision).await?;
        if answer.is_ok() {
            attempt.succeeded();
        }
        answer
    }

    async fn try_code(&self, account: Uuid, name: &str, code: &str) -> Result<(), CodeRefused> {
        let factor = self.database.factor(account).await?.filter(|factor| factor.confirmed_at.is_some());
        let factor = factor.ok_or(CodeRefused::Nothing)?;
        let code = plain(code);
        if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            let secret = self.open(account, &factor.sealed_secret)?;
            if !self.database.count_code(account, MOST_WRONG_CODES).await? {
                return Err(CodeRefused::Exhausted);
            }
            let step = step_of(&secret, name, &code).ok_or(CodeRefused::Wrong)?;
            return match self.database.use_step(account, step).await? {
                true => Ok(()),
                false => Err(CodeRefused::Wrong),
            };
        }
        match self.database.use_recovery_code(account, &recovery_hash(account, &code)).await? {
            true => Ok(()),
            false => Err(CodeRefused::Wrong),
        }
    }

    fn open(&self, account: Uuid, sealed: &str) -> Result<Vec<u8>, CodeRefused> {
        self.seal.open(&purpose(account), sealed).map_err(|_| CodeRefused::Sealed)
    }
}

/// What people type, without what they add for reading.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// The step of time that a code belongs to: this one or one beside it.
fn step_of(secret: &[u8], name: &str, code: &str) -> Option<i64> {
    let generator = totp(secret, name)?;
    let now = u64::try_from(now_seconds()).ok()?;
    let code = plain(code);
    let step = |offset: i64| now.checked_add_signed(offset * i64::try_from(STEP_SECONDS).ok()?);
    let matching = [0, -1, 1].into_iter().filter_map(step).find(|time| {
        let expected = generator.generate(*time).to_string();
        bool::from(subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), code.as_bytes()))
    });
    i64::try_from(matching? / STEP_SECONDS).ok()
}

fn recovery_code() -> String {
    let letter = |_| char::from(LETTERS[usize::from(rand::random::<u16>()) % LETTERS.len()]);
    let letters: String = (0..12).map(letter).collect();
    format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
}

/// What is kept of a recovery code. A fast hash is enough for 59 random bits that are tried ten times a minute.
fn recovery_hash(account: Uuid, code: &str) -> String {
    token::hash(&format!("{account} {}", plain(code)))
}

/// An address as a picture: dark on light whatever the theme, because that is what cameras read.
fn picture(address: &str) -> String {
    let Ok(code) = QrCode::new(address.as_bytes()) else { return String::new() };
    code.render::<svg::Color<'_>>()
        .min_dimensions(192, 192)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn visitor() -> Visitor {
        Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() }
    }

    struct World {
        database: Database,
        factors: SecondFactors,
        ada: Uuid,
    }

    impl World {
        async fn new() -> Self {
            let database = Database::in_memory().await.unwrap();
            let ada = database.add_account(&crate::newcomers::account("Ada")).await.unwrap();
            let factors = SecondFactors::new(database.clone(), Seal::random());
            Self { database, factors, ada }
        }

        /// The code of the generator some steps from now.
        async fn code(&self, steps: i64) -> String {
            let factor = self.database.factor(self.ada).await.unwrap().unwrap();
            let secret = self.factors.open(self.ada, &factor.sealed_secret).unwrap();
            let time = now_seconds() + steps * 30;
            totp(&secret, "Ada").unwrap().generate(u64::try_from(time).unwrap()).to_string()
        }

        /// What is no code of the generator, now and for the next minute.
        async fn wrong_code(&self) -> String {
            let mut right = Vec::new();
            for steps in -2..=3 {
                right.push(self.code(steps).await);
            }
            (0..).map(|number| format!("{number:06}")).find(|code| !right.contains(code)).unwrap()
        }

        async fn set_up(&self) -> Vec<String> {
            assert!(self.factors.begin(self.ada).await.unwrap());
            let code = self.code(-1).await;
            self.factors.confirm(self.ada, "Ada", &code, &visitor()).await.unwrap()
        }

        async fn verify(&self, code: &str) -> Result<(), CodeRefused> {
            self.factors.verify(self.ada, "Ada", code, &visitor()).await
        }
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let generator = totp(b"12345678901234567890", "Ada").unwrap();

        assert_eq!(generator.generate(59).to_string(), "287082");
        assert_eq!(generator.generate(1_111_111_109).to_string(), "081804");
    }

    #[tokio::test]
    async fn a_generator_is_asked_for_only_after_it_was_seen_to_work() {
        let world = World::new().await;
        world.factors.begin(world.ada).await.unwrap();
        assert!(!world.factors.is_asked(world.ada).await.unwrap());

        let wrong = world.factors.confirm(world.ada, "Ada", "000000", &visitor()).await;
        assert!(matches!(wrong, Err(CodeRefused::Wrong)), "{wrong:?}");
        let shown = world.factors.set_up(world.ada, "Ada").await.unwrap().unwrap();
        assert!(shown.picture.contains("<svg") && shown.secret.len() == 32);
        world.set_up().await;

        assert!(world.factors.is_asked(world.ada).await.unwrap());
        assert!(world.factors.set_up(world.ada, "Ada").await.unwrap().is_none(), "the secret is shown again");
        assert!(!world.factors.begin(world.ada).await.unwrap(), "a working one was replaced");
    }

    #[tokio::test]
    async fn a_code_works_once_and_not_after_a_later_one() {
        let world = World::new().await;
        world.set_up().await;
        let (now, next) = (world.code(0).await, world.code(1).await);

        world.verify(&format!(" {} {}", &now[..3], &now[3..])).await.unwrap();
        assert!(matches!(world.verify(&now).await, Err(CodeRefused::Wrong)));
        world.verify(&next).await.unwrap();
        let before = world.code(-1).await;
        assert!(matches!(world.verify(&before).await, Err(CodeRefused::Wrong)));
        let later = world.code(5).await;
        assert!(matches!(world.verify(&later).await, Err(CodeRefused::Wrong)));
    }

    #[tokio::test]
    async fn a_recovery_code_works_once_and_only_for_its_account() {
        let world = World::new().await;
        let codes = world.set_up().await;
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert_eq!(world.database.recovery_codes_left(world.ada).await.unwrap(), 10);

        world.verify(&codes[0].to_uppercase()).await.unwrap();

        assert!(matches!(world.verify(&codes[0]).await, Err(CodeRefused::Wrong)));
        assert_eq!(world.database.recovery_codes_left(world.ada).await.unwrap(), 9);
        assert_ne!(recovery_hash(world.ada, &codes[1]), recovery_hash(Uuid::new_v4(), &codes[1]));
    }

    #[tokio::test]
    async fn codes_cannot_be_guessed_and_every_try_is_written_down() {
        let world = World::new().await;
        world.set_up().await;

        let mut last = None;
        for _ in 0..12 {
            last = world.verify("000000").await.err();
        }

        assert!(matches!(last, Some(CodeRefused::Wait(_))), "{last:?}");
        let tries = world.database.sign_ins(world.ada, 50).await.unwrap();
        assert!(tries.iter().all(|record| record.action == "second_factor" && !record.reason.is_empty()));
        assert!(tries.len() >= 9, "{}", tries.len());
    }

    #[tokio::test]
    async fn codes_are_guessed_so_often_and_no_more_until_a_recovery_code_shows_whose_they_are() {
        let mut world = World::new().await;
        let codes = world.set_up().await;
        let wrong = world.wrong_code().await;
        let mut guessed = 0;

        // Each guess is made at another replica, or minutes later: the throttle lets all of them through.
        while let Err(CodeRefused::Wrong) = world.verify(&wrong).await {
            guessed += 1;
            assert!(guessed <= MOST_WRONG_CODES, "nothing ends the guessing");
            world.factors = SecondFactors::new(world.database.clone(), world.factors.seal.clone());
        }

        assert_eq!(guessed, MOST_WRONG_CODES);
        world.factors = SecondFactors::new(world.database.clone(), world.factors.seal.clone());
        let right = world.code(1).await;
        assert!(matches!(world.verify(&right).await, Err(CodeRefused::Exhausted)));
        world.verify(&codes[0]).await.unwrap();
        world.verify(&right).await.unwrap();
    }

    #[tokio::test]
    async fn a_right_code_forgives_the_wrong_ones_before_it() {
        let world = World::new().await;
        world.set_up().await;
        for _ in 1..MOST_WRONG_CODES {
            assert!(world.database.count_code(world.ada, MOST_WRONG_CODES).await.unwrap());
        }

        let right = world.code(0).await;
        world.verify(&right).await.unwrap();

        assert!(world.database.count_code(world.ada, MOST_WRONG_CODES).await.unwrap());
        assert!(world.database.count_code(world.ada, MOST_WRONG_CODES).await.unwrap());
    }

    #[tokio::test]
    async fn the_secret_is_kept_sealed() {
        let world = World::new().await;
        world.factors.begin(world.ada).await.unwrap();
        let shown = world.factors.set_up(world.ada, "Ada").await.unwrap().unwrap();

        let kept = format!("{:?}", world.database.factor(world.ada).await.unwrap());

        assert!(!kept.contains(&shown.secret), "{kept}");
        let other_key = SecondFactors::new(world.database.clone(), Seal::random());
        assert!(matches!(other_key.set_up(world.ada, "Ada").await, Err(CodeRefused::Sealed)));
    }
}
