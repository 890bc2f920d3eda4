//! Servers that tell of themselves: how much they have done, and how long it took.

use playground_promql::{NAME, format_number};

use super::Ask;
use super::targets::{self, Scraped};
use crate::monitoring::load::{Load, Pattern, noise};
use crate::monitoring::series::Rows;
use crate::objects::hash;

/// Bounds of histograms of what takes milliseconds, in seconds.
pub const DISK_BOUNDS: &[f64] =
    &[0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192];

/// Which part of a histogram.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Buckets,
    Sum,
    Count,
}

/// A server that is scraped.
#[derive(Clone)]
pub struct Server {
    scraped: Scraped,
    pub seed: u64,
    created: i64,
}

/// As long as a server ran before the one of now, in milliseconds.
const BEFORE: i64 = 35 * 86_400_000;

impl Server {
    /// When the process of a time began.
    pub fn started(&self, at: i64) -> i64 {
        if at >= self.created { self.created } else { self.created - BEFORE }
    }

    fn work(&self, rate: f64, salt: u64) -> Load {
        Load {
            average: rate,
            pattern: Pattern::Steady,
            together: self.seed,
            alone: self.seed.rotate_left(21) ^ salt,
        }
    }

    /// So much per second since the process began.
    pub fn total(&self, at: i64, rate: f64) -> f64 {
        let load = self.work(rate, rate.to_bits());
        load.total(at) - load.total(self.started(at))
    }

    pub fn counted(&self, at: i64, rate: f64) -> f64 {
        self.total(at, rate).floor()
    }

    /// How busy it is; one on average.
    pub fn busy(&self, at: i64) -> f64 {
        self.work(1.0, 77).speed(at)
    }

    /// A database grows until it is defragmented at night.
    pub fn database(&self, at: i64) -> f64 {
        let day = (at as f64 / 86_400_000.0 - 0.08).fract();
        let (wander, _) = noise(at as f64 / 7_200_000.0, self.seed);
        ((96.0 + 41.0 * day + 3.0 * wander) * 1_048_576.0 / 4096.0).floor() * 4096.0
    }
}

fn servers(ask: &Ask, job: &str) -> Vec<Server> {
    targets::of_job(ask, job)
        .map(|scraped| {
            let seed = hash(format!("{job}{}", scraped.target.pod).as_bytes());
            Server { seed, created: scraped.created(), scraped: scraped.clone() }
        })
        .collect()
}

pub fn each(
    ask: &Ask,
    rows: &mut Rows,
    job: &str,
    extra: &[(&str, &str)],
    value: impl Fn(&Server, i64) -> Option<f64> + Clone + Send + Sync + 'static,
) {
    if !rows.can_be("job", job) {
        return;
    }
    for server in servers(ask, job) {
        let labels: Vec<(&str, &str)> = [(NAME, ask.metric)].iter().chain(extra).copied().collect();
        let target = server.scraped.target.clone();
        let value = value.clone();
        rows.add(&target, &labels, || {
            Some(Box::new(move |at| if server.scraped.is_up(at) { value(&server, at) } else { None }))
        });
    }
}

/// How long something takes: mostly one time, and now and then a longer one.
pub struct Histogram {
    pub job: &'static str,
    /// How many times per second.
    pub rate: f64,
    /// The usual time in seconds.
    pub quick: f64,
    /// The other.
    pub slow: f64,
    pub bounds: &'static [f64],
}

impl Histogram {
    pub fn each(&self, ask: &Ask, rows: &mut Rows, part: Part) {
        self.each_with(ask, rows, part, &[]);
    }

    pub fn each_with(&self, ask: &Ask, rows: &mut Rows, part: Part, extra: &[(&str, &str)]) {
        let (rate, quick, slow) = (self.rate, self.quick, self.slow);
        // What is slow comes in waves of its own, so that quantiles move.
        let both =
            move |server: &Server, at: i64| (server.total(at, rate * 0.93), server.total(at, rate * 0.07));
        match part {
            Part::Count => each(ask, rows, self.job, extra, move |server, at| {
                let (usual, rare) = both(server, at);
                Some((usual + rare).floor())
            }),
            Part::Sum => each(ask, rows, self.job, extra, move |server, at| {
                let (usual, rare) = both(server, at);
                // The mean of the distribution below.
                Some(0.903 * (usual * quick + rare * slow))
            }),
            Part::Buckets => {
                for bound in self.bounds.iter().copied().chain([f64::INFINITY]) {
                    let written = format_number(bound);
                    let labels: Vec<(&str, &str)> =
                        extra.iter().copied().chain([("le", written.as_str())]).collect();
                    each(ask, rows, self.job, &labels, move |server, at| {
                        let (usual, rare) = both(server, at);
                        Some((usual * within(bound, quick) + rare * within(bound, slow)).floor())
                    });
                }
            }
        }
    }
}

/// The part that takes no longer than so many seconds (a Weibull distribution of shape 1.5).
pub fn within(bound: f64, usual: f64) -> f64 {
    1.0 - (-(bound / usual).powf(1.5)).exp()
}
