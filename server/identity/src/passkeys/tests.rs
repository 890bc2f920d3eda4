//! The whole way, with an authenticator that does what W3C Web Authentication Level 3 asks of one.

use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const HOST: &str = "console.example";
/// The owner is there and has unlocked it.
const UNLOCKED: u8 = 0b101;
const ONLY_THERE: u8 = 0b001;
const WITH_KEY: u8 = 0b100_0000;

/// A device that keeps one passkey.
struct Authenticator {
    key: EcdsaKeyPair,
    id: [u8; 16],
    owner: Vec<u8>,
    /// Where its browser believes to be.
    origin: &'static str,
    flags: u8,
    uses: u32,
}

impl Authenticator {
    fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: rand::random(),
            owner: Vec::new(),
            origin: "https://console.example",
            flags: UNLOCKED,
            uses: 0,
        }
    }

    fn client_data(&self, what: &str, options: &Value) -> Vec<u8> {
        let data = json!({ "type": what, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn about_itself(&mut self, flags: u8) -> Vec<u8> {
        self.uses += 1;
        let mut data = Sha256::digest(HOST).to_vec();
        data.push(flags);
        data.extend(self.uses.to_be_bytes());
        data
    }

    /// Section 6.5: attested credential data, in an attestation object of the format `none`.
    fn make(&mut self, options: &Value) -> String {
        self.owner = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let mut data = self.about_itself(self.flags | WITH_KEY);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // A COSE key (RFC 9053): of two coordinates, for ES256, on P-256.
        let point = self.key.public_key().as_ref();
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client_data = self.client_data("webauthn.create", options);
        json!({
            "id": spelled(&self.id), "rawId": spelled(&self.id), "type": "public-key",
            "response": { "attestationObject": spelled(&object), "clientDataJSON": spelled(&client_data) },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// Section 7.2: an assertion.
    fn unlock(&mut self, options: &Value) -> String {
        let data = self.about_itself(self.flags);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": spelled(&self.id), "rawId": spelled(&self.id), "type": "public-key",
            "response": {
                "authenticatorData": spelled(&data), "clientDataJSON": spelled(&client_data),
                "signature": spelled(signature.as_ref()), "userHandle": spelled(&self.owner),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }
}

struct World {
    database: Database,
    passkeys: Passkeys,
    site: Site,
    ada: Uuid,
}

fn visitor() -> Visitor {
    Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() }
}

impl World {
    async fn new() -> Self {
        let database = Database::in_memory().await.unwrap();
        let ada = crate::newcomers::account("Ada");
        let with_password = database::accounts::NewAccount { password_hash: Some("hash".into()), ..ada };
        let ada = database.add_account(&with_password).await.unwrap();
        let passkeys = Passkeys::new(database.clone(), Seal::random());
        Self { database, passkeys, site: Site::new("https", HOST).unwrap(), ada }
    }

    async fn add(&self, device: &mut Authenticator) -> Result<Uuid, PasskeyRefused> {
        let Asked { options, kept } = self.passkeys.begin_adding(&self.site, self.ada, "Ada").await?;
        let answer = device.make(&options);
        self.passkeys.add(&self.site, self.ada, " Laptop ", &kept, &answer).await
    }

    async fn sign_in(&self, device: &mut Authenticator) -> Result<Uuid, PasskeyRefused> {
        let Asked { options, kept } = self.passkeys.begin_sign_in(&self.site)?;
        let answer = device.unlock(&options);
        self.passkeys.sign_in(&self.site, &kept, &answer, &visitor()).await
    }

    async fn reasons(&self) -> Vec<String> {
        let tries = self.database.sign_ins(self.ada, 10).await.unwrap();
        assert!(tries.iter().all(|record| record.way.as_deref() == Some(BY_PASSKEY)));
        tries.into_iter().map(|record| record.reason).collect()
    }
}

#[tokio::test]
async fn a_passkey_that_was_added_opens_until_it_is_removed() {
    let (world, mut device) = (World::new().await, Authenticator::new());

    let id = world.add(&mut device).await.unwrap();
    assert_eq!(world.sign_in(&mut device).await.unwrap(), world.ada);
    assert_eq!(world.sign_in(&mut device).await.unwrap(), world.ada);

    let kept = &world.database.passkeys_of(world.ada).await.unwrap()[0];
    assert_eq!((kept.name.as_str(), kept.host.as_str()), ("Laptop", HOST));
    assert!(kept.last_used_at.is_some() && kept.credential.contains("\"counter\":3"), "{}", kept.credential);
    assert_eq!(world.reasons().await, ["", ""]);
    assert!(world.database.remove_passkey(world.ada, id).await.unwrap());
    assert!(matches!(world.sign_in(&mut device).await, Err(PasskeyRefused::Unknown)));
}

#[tokio::test]
async fn an_answer_opens_once() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    let Asked { options, kept } = world.passkeys.begin_sign_in(&world.site).unwrap();
    let answer = device.unlock(&options);

    let first = world.passkeys.sign_in(&world.site, &kept, &answer, &visitor()).await;
    let again = world.passkeys.sign_in(&world.site, &kept, &answer, &visitor()).await;

    assert_eq!(first.unwrap(), world.ada);
    assert!(again.is_err(), "an answer that somebody has overheard opened");
    // Also for a device that does not count: the challenge itself was answered.
    device.uses = 10;
    let answer = device.unlock(&options);
    let third = world.passkeys.sign_in(&world.site, &kept, &answer, &visitor()).await;
    assert!(matches!(third, Err(PasskeyRefused::Late)), "{third:?}");
}

#[tokio::test]
async fn what_another_site_was_answered_does_not_open() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    device.origin = "https://console.example.evil.example";

    let answer = world.sign_in(&mut device).await;

    assert!(matches!(answer, Err(PasskeyRefused::Wrong(_))), "{answer:?}");
    assert!(!world.reasons().await[0].is_empty());
}

#[tokio::test]
async fn a_device_that_was_not_unlocked_does_not_open_and_is_not_added() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    device.flags = ONLY_THERE;
    assert!(matches!(world.sign_in(&mut device).await, Err(PasskeyRefused::Wrong(_))));

    let mut other = Authenticator { flags: ONLY_THERE, ..Authenticator::new() };
    assert!(matches!(world.add(&mut other).await, Err(PasskeyRefused::Wrong(_))));
}

#[tokio::test]
async fn another_key_does_not_open_in_the_name_of_a_passkey() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    let mut thief =
        Authenticator { id: device.id, owner: device.owner.clone(), uses: 9, ..Authenticator::new() };

    assert!(matches!(world.sign_in(&mut thief).await, Err(PasskeyRefused::Wrong(_))));
    thief.owner = Uuid::new_v4().as_bytes().to_vec();
    assert!(matches!(world.sign_in(&mut thief).await, Err(PasskeyRefused::Unknown)));
}

#[tokio::test]
async fn a_passkey_opens_no_other_account_whatever_its_device_says() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    let grace = crate::newcomers::account("Grace");
    let grace = database::accounts::NewAccount { password_hash: Some("hash".into()), ..grace };
    let grace = world.database.add_account(&grace).await.unwrap();

    device.owner = grace.as_bytes().to_vec();
    let answer = world.sign_in(&mut device).await;

    assert!(matches!(answer, Err(PasskeyRefused::Unknown)), "{answer:?}");
}

#[tokio::test]
async fn nobody_comes_in_who_is_disabled_or_signs_in_through_a_provider_only() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    world.database.set_enabled(world.ada, false).await.unwrap();
    assert!(matches!(world.sign_in(&mut device).await, Err(PasskeyRefused::Disabled)));

    let grace = world.database.add_account(&crate::newcomers::account("Grace")).await.unwrap();
    let begun = world.passkeys.begin_adding(&world.site, grace, "Grace").await;
    assert!(matches!(begun, Err(PasskeyRefused::NoPassword)), "{begun:?}");
    // A passkey of a time in which she had a password.
    let kept = world.database.passkeys_of(world.ada).await.unwrap().remove(0);
    assert!(world.database.remove_passkey(world.ada, kept.id).await.unwrap());
    let kept = StoredPasskey { account_id: grace, ..kept };
    assert_eq!(world.database.add_passkey(&kept).await.unwrap(), PasskeyAdded::Done);
    device.owner = grace.as_bytes().to_vec();
    let answer = world.sign_in(&mut device).await;
    assert!(matches!(answer, Err(PasskeyRefused::NoPassword)), "{answer:?}");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_does_not_open() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    world.add(&mut device).await.unwrap();
    let Asked { options, kept } = world.passkeys.begin_sign_in(&world.site).unwrap();
    let asked: SigningIn = world.passkeys.seal.open_value(SIGNING_IN, &kept).unwrap();
    let old = SigningIn { until: now_seconds() - 1, ..asked };
    let old = world.passkeys.seal.seal_value(SIGNING_IN, &old);

    let answer = device.unlock(&options);
    let late = world.passkeys.sign_in(&world.site, &old, &answer, &visitor()).await;

    assert!(matches!(late, Err(PasskeyRefused::Late)), "{late:?}");
    world.passkeys.sign_in(&world.site, &kept, &answer, &visitor()).await.unwrap();
}

#[tokio::test]
async fn what_was_asked_of_one_account_is_not_added_to_another() {
    let (world, mut device) = (World::new().await, Authenticator::new());
    let Asked { options, kept } = world.passkeys.begin_adding(&world.site, world.ada, "Ada").await.unwrap();
    let answer = device.make(&options);

    let add = async |account, kept: &str, name: &str| {
        world.passkeys.add(&world.site, account, name, kept, &answer).await
    };

    assert!(matches!(add(Uuid::new_v4(), &kept, "x").await, Err(PasskeyRefused::Late)));
    assert!(matches!(add(world.ada, "", "x").await, Err(PasskeyRefused::Late)));
    assert!(matches!(add(world.ada, &kept, "  ").await, Err(PasskeyRefused::Name)));
    add(world.ada, &kept, "x").await.unwrap();
    assert!(matches!(add(world.ada, &kept, "x").await, Err(PasskeyRefused::Known)));
    let again = world.passkeys.begin_adding(&world.site, world.ada, "Ada").await.unwrap();
    assert_eq!(again.options["excludeCredentials"][0]["id"], spelled(&device.id));
    assert_eq!(again.options["authenticatorSelection"]["residentKey"], "required");
}

#[test]
fn there_are_passkeys_only_where_there_is_a_name() {
    assert!(Site::new("http", "localhost:8080").is_some());
    for number in ["127.0.0.1:8080", "[::1]:8080", "10.0.0.1"] {
        assert!(Site::new("http", number).is_none(), "{number}");
    }
}
