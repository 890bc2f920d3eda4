//! Lines of containers as Fluent Bit writes them, each made of its number: cheap to make, and the same every time. Texts are
//! written here as JSON has them.

use bytes::Bytes;
use serde_json::json;
use std::fmt::{self, Write};

/// Where the lines come from. The first two are the projects of the member who searches.
pub const NAMESPACES: [&str; 6] = ["shop", "payments", "search", "warehouse", "mail", "monitoring"];
const WORKLOADS: [&str; 4] = ["web", "api", "worker", "gateway"];
/// Pods of each workload.
const PODS: u64 = 5;
/// One line of so many has the word that is rare.
const RARE: u64 = 1_000_000;
/// What is sent at once, in bytes.
const PIECE: usize = 6 << 20;
const HOUR_MS: u64 = 3_600_000;

/// What stands behind the text in the records of each pod.
pub fn pods() -> Vec<String> {
    let mut pods = Vec::new();
    for namespace in NAMESPACES {
        for workload in WORKLOADS {
            let set = letters(mixed(pods.len() as u64), 9);
            for number in 0..PODS {
                let random = mixed(1_000 + pods.len() as u64);
                let place = json!({
                    "pod_name": format!("{workload}-{set}-{}", letters(random, 5)),
                    "namespace_name": namespace,
                    "pod_id": format!("{:08x}-0000-4000-8000-{number:012x}", random >> 32),
                    "labels": {"app": workload, "pod-template-hash": set},
                    "host": format!("worker-{}", random % 12),
                    "container_name": workload,
                    "docker_id": format!("{random:016x}").repeat(4),
                    "container_image": format!("registry.example/{namespace}/{workload}:2.4.1"),
                });
                pods.push(format!(r#"","stream":"stdout","logtag":"F","kubernetes":{place}}}"#) + "\n");
            }
        }
    }
    pods
}

/// Letters as controllers give them to pods.
fn letters(random: u64, count: usize) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = random;
    let mut letter = || {
        let letter = LETTERS[(rest % 27) as usize];
        rest /= 27;
        char::from(letter)
    };
    (0..count).map(|_| letter()).collect()
}

/// A number that looks like a random one (splitmix64).
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// What is written in one hour, in pieces as a log store takes them.
pub struct Hour<'p> {
    /// What stands behind the text, by pod.
    pub pods: &'p [String],
    /// How its moments begin: `2026-11-29T13:`.
    pub hour: String,
    /// The number of its first record.
    pub first: u64,
    /// How many records it has.
    pub records: u64,
    /// How many of them are made.
    pub made: u64,
}

impl Iterator for Hour<'_> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut piece = String::with_capacity(PIECE + 2_048);
        while self.made < self.records && piece.len() < PIECE {
            self.add(&mut piece);
        }
        (!piece.is_empty()).then(|| Bytes::from(piece))
    }
}

impl Hour<'_> {
    fn add(&mut self, piece: &mut String) {
        let number = self.first + self.made;
        let random = mixed(number);
        let at = self.made * HOUR_MS / self.records;
        let (minute, second, millisecond) = (at / 60_000, at / 1000 % 60, at % 1000);
        piece.push_str("{\"index\":{}}\n{\"@timestamp\":\"");
        piece.push_str(&self.hour);
        write!(piece, "{minute:02}:{second:02}.{millisecond:03}Z\",\"log\":\"").unwrap();
        add_text(piece, number, random).unwrap();
        piece.push_str(&self.pods[(random % self.pods.len() as u64) as usize]);
        self.made += 1;
    }
}

/// What a line says: of a hundred, four are errors and eight are warnings; two of three are about an order. Each has a word that
/// no other one has, as lines about requests do.
fn add_text(piece: &mut String, number: u64, random: u64) -> fmt::Result {
    let order = 100_000 + (random >> 24) % 900_000;
    let customer = (random >> 40) % 50_000;
    let ms = (random >> 34) % 2_000;
    if number % RARE == RARE / 2 {
        write!(piece, r#"level=info msg=\"coupon zeppelin redeemed\" order={order}"#)?;
        return add_trace(piece, random);
    }
    match (random >> 14) % 100 {
        0..30 => {
            let status = [200, 200, 200, 201, 304, 404][(ms % 6) as usize];
            let (network, host, bytes) = (customer / 250, customer % 250, 400 + ms * 7);
            write!(piece, r#"10.42.{network}.{host} - - \"GET /api/v1/orders/{order} HTTP/1.1\" "#)?;
            write!(piece, r#"{status} {bytes} \"-\" \"storefront/2.4\" {ms}ms"#)?;
        }
        30..52 => {
            let (items, cents) = (ms % 9 + 1, ms % 100);
            write!(piece, r#"level=info msg=\"order accepted\" order={order} customer={customer} "#)?;
            write!(piece, "items={items} total={ms}.{cents:02}")?;
        }
        52..60 => {
            let shelf = customer % 40;
            write!(piece, r#"{{\"level\":\"info\",\"msg\":\"order packed\",\"order\":{order},"#)?;
            write!(piece, r#"\"shelf\":\"{shelf}-{}\",\"seconds\":{ms},"#, ms % 90)?;
            return write!(piece, r#"\"trace\":\"{:016x}\"}}"#, mixed(random));
        }
        60..68 => {
            let (queue, took) = (customer % 16, order % 9_000);
            write!(piece, "I reconciler.go:114] synced queue=mail-{queue} pending={ms} took={took}us")?;
        }
        68..88 => {
            let size = customer * 3;
            write!(piece, r#"level=debug msg=\"cache hit\" key=product:{order} ttl={ms}s size={size}"#)?;
        }
        88..96 => {
            let (upstream, slow) = (customer % 6, ms + 1_500);
            write!(piece, r#"level=warn msg=\"upstream answered slowly\" upstream=payment-{upstream} "#)?;
            write!(piece, "attempt={} ms={slow}", ms % 3 + 1)?;
        }
        96..98 => {
            write!(piece, r#"level=error msg=\"payment declined\" code=card_expired "#)?;
            write!(piece, "order={order} customer={customer}")?;
        }
        _ => {
            write!(piece, "ERROR connection to database lost: no answer within {ms} ms ")?;
            write!(piece, "host=postgres-{} order={order}", customer % 3)?;
        }
    }
    add_trace(piece, random)
}

fn add_trace(piece: &mut String, random: u64) -> fmt::Result {
    write!(piece, " trace={:016x}", mixed(random))
}
