//! Prices and what they come to. Whole numbers all the way: no digit is lost before it is shown.

use crate::metering::{Amounts, Day, Measure};
use model::fault::PriceFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Digits that a price may have after the point.
const PRICE_DIGITS: usize = 9;
/// One, as a price.
const ONE: i64 = 1_000_000_000;
/// The highest price. What it comes to for the largest amount that can be measured still fits into its number.
const HIGHEST: i64 = 1_000_000 * ONE;
/// Bytes of a GiB.
const GIB: i128 = 1 << 30;
/// Parts of a core hour that amounts count.
const CORE_HOUR: i128 = 1_000_000;
/// A cost is counted in parts of which `1e9` times this many make one: the least that both kinds of amounts divide.
const PARTS: i128 = GIB * 15_625;

/// A currency, by its code in ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

/// The codes of ISO 4217 that people pay in.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA \
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB \
    RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU \
    UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";
/// Currencies without smaller coins.
const WITHOUT_DIGITS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Currencies whose smaller coins are thousandths.
const WITH_THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Currency {
    /// The one with this code, in letters of either size.
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.trim().to_ascii_uppercase();
        CURRENCIES.split_ascii_whitespace().find(|known| *known == code).map(Self)
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// How many digits an amount of it is shown with.
    pub fn digits(self) -> usize {
        let is_in = |codes: &str| codes.split_ascii_whitespace().any(|code| code == self.0);
        if is_in(WITHOUT_DIGITS) {
            0
        } else if is_in(WITH_THREE_DIGITS) {
            3
        } else {
            2
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no currency of ISO 4217"))
    }
}

/// A price: billionths of a currency's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(i64);

impl Price {
    /// A price of so many billionths, as it is kept.
    pub fn of_billionths(billionths: i64) -> Option<Self> {
        (0..=HIGHEST).contains(&billionths).then_some(Self(billionths))
    }

    /// How many billionths it is.
    pub fn billionths(self) -> i64 {
        self.0
    }

    /// Reads `0.031`; nothing is no price, so it is 0.
    pub fn parse(text: &str) -> Result<Self, PriceFault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) || whole.len() + decimals.len() == 0 {
            return Err(PriceFault::NoNumber);
        }
        // Zeros at the end say nothing.
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > PRICE_DIGITS {
            return Err(PriceFault::TooFine);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 7 {
            return Err(PriceFault::TooHigh);
        }
        let padded = format!("{whole}{decimals:0<PRICE_DIGITS$}");
        let billionths = padded.parse().map_err(|_| PriceFault::NoNumber)?;
        Self::of_billionths(billionths).ok_or(PriceFault::TooHigh)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:09}", self.0 / ONE, self.0 % ONE);
        formatter.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What has a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priced {
    /// An hour of a core.
    Cpu,
    /// A GiB of memory for an hour.
    Memory,
    /// A GiB of storage for an hour.
    Storage,
    /// A GiB that was received.
    Received,
    /// A GiB that was sent.
    Sent,
}

impl Priced {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Memory, Self::Storage, Self::Received, Self::Sent];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Storage => "storage",
            Self::Received => "received",
            Self::Sent => "sent",
        }
    }

    /// The amount that it is paid for.
    pub fn measure(self) -> Measure {
        match self {
            Self::Cpu => Measure::CpuBilled,
            Self::Memory => Measure::MemoryBilled,
            Self::Storage => Measure::Storage,
            Self::Received => Measure::Received,
            Self::Sent => Measure::Sent,
        }
    }
}

/// What things cost from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePlan {
    /// The first day on which it holds.
    pub from: Day,
    /// The currency of all its prices.
    pub currency: Currency,
    /// The prices, in the order of [`Priced::ALL`].
    pub prices: [Price; Priced::ALL.len()],
    /// The name of who made it.
    pub made_by: String,
}

impl PricePlan {
    /// A price.
    pub fn price(&self, of: Priced) -> Price {
        self.prices[of as usize]
    }

    /// The plan that holds on a day: the one that began last. Of those of the same day the last in the list.
    pub fn on(plans: &[Self], day: Day) -> Option<&Self> {
        plans.iter().filter(|plan| plan.from <= day).max_by_key(|plan| plan.from)
    }

    /// What amounts come to at these prices.
    pub fn cost(&self, amounts: &Amounts) -> Cost {
        let of = |priced: Priced| {
            let amount = i128::from(amounts.get(priced.measure()).unwrap_or(0));
            let unit = if priced == Priced::Cpu { CORE_HOUR } else { GIB };
            Cost(i128::from(self.price(priced).0).saturating_mul(amount).saturating_mul(PARTS / unit))
        };
        Priced::ALL.into_iter().map(of).fold(Cost::default(), std::ops::Add::add)
    }
}

/// What something costs, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(i128);

impl std::ops::Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Cost {
    /// In millionths of the currency's unit, rounded to so many digits after the point, at most six, half of one up.
    pub fn millionths(self, digits: usize) -> i64 {
        let coin = 10_i128.pow(6_u32.saturating_sub(digits as u32));
        let each = PARTS * 1000 * coin;
        let coins = self.0.saturating_add(each / 2).div_euclid(each);
        i64::try_from(coins.saturating_mul(coin)).unwrap_or(i64::MAX)
    }
}

/// What something costs, in each currency that it was priced in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Costs(BTreeMap<Currency, Cost>);

impl Costs {
    /// Adds a cost.
    pub fn add(&mut self, currency: Currency, cost: Cost) {
        let known = self.0.entry(currency).or_default();
        *known = *known + cost;
    }

    /// Adds all of what another thing costs.
    pub fn add_all(&mut self, others: &Self) {
        others.0.iter().for_each(|(currency, cost)| self.add(*currency, *cost));
    }

    /// In one currency; none where nothing was priced in that.
    pub fn of(&self, currency: Currency) -> Option<Cost> {
        self.0.get(&currency).copied()
    }

    /// As it is shown.
    pub fn money(&self) -> Vec<Money> {
        let money = |(currency, cost): (&Currency, &Cost)| Money {
            currency: *currency,
            millionths: cost.millionths(currency.digits()),
        };
        self.0.iter().map(money).collect()
    }
}

/// An amount of money, as it is shown: rounded once, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In which currency.
    pub currency: Currency,
    /// In millionths of its unit, rounded to its smallest coin.
    pub millionths: i64,
}

/// Millionths as a number with so many digits after the point, at most six; further ones are left out.
pub fn decimal(millionths: i64, digits: usize) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    let left_out = if digits == 0 { 7 } else { 6_usize.saturating_sub(digits) };
    text.get(..text.len() - left_out).unwrap_or(&text).to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(from: i64, currency: &str, cpu: &str, memory: &str) -> PricePlan {
        let mut prices = [Price::default(); 5];
        prices[0] = Price::parse(cpu).unwrap();
        prices[1] = Price::parse(memory).unwrap();
        let currency = Currency::parse(currency).unwrap();
        PricePlan { from: Day(from), currency, prices, made_by: "ada".into() }
    }

    fn amounts(cpu: u64, memory: u64) -> Amounts {
        let mut amounts = Amounts::default();
        amounts.add(Measure::CpuBilled, cpu);
        amounts.add(Measure::MemoryBilled, memory);
        amounts
    }

    #[test]
    fn every_digit_of_a_price_is_kept_or_refused() {
        let written = |text: &str| Price::parse(text).map(|price| price.to_string());

        assert_eq!(written("0.031"), Ok("0.031".into()));
        assert_eq!(written(" 007.50 "), Ok("7.5".into()));
        assert_eq!(written("0.123456789000"), Ok("0.123456789".into()));
        assert_eq!(written(".5"), Ok("0.5".into()));
        assert_eq!(written(""), Ok("0".into()));
        assert_eq!(written("1000000"), Ok("1000000".into()));
        assert_eq!(written("0.1234567891"), Err(PriceFault::TooFine));
        assert_eq!(written("1000000.000000001"), Err(PriceFault::TooHigh));
        for text in ["-1", "1,5", "1e3", ".", "abc", "1.2.3", "+1"] {
            assert_eq!(written(text), Err(PriceFault::NoNumber), "{text}");
        }
        assert_eq!(written("123456789"), Err(PriceFault::TooHigh));
    }

    #[test]
    fn a_price_of_nine_is_nine() {
        // Two core hours and three GiB hours at 9 and 0.1.
        let cost = plan(0, "EUR", "9", "0.1").cost(&amounts(2_000_000, 3 << 30));

        assert_eq!(cost.millionths(6), 18_300_000);
    }

    #[test]
    fn a_change_of_prices_leaves_the_days_before_it_as_they_were() {
        let plans = [plan(10, "EUR", "1", "0"), plan(20, "EUR", "2", "0"), plan(20, "EUR", "3", "0")];
        let cost = |day: i64| {
            PricePlan::on(&plans, Day(day)).map(|plan| plan.cost(&amounts(1_000_000, 0)).millionths(6))
        };

        assert_eq!(cost(9), None, "days before any prices cost nothing that is known");
        assert_eq!((cost(10), cost(19)), (Some(1_000_000), Some(1_000_000)));
        assert_eq!((cost(20), cost(99)), (Some(3_000_000), Some(3_000_000)), "the later of one day holds");
    }

    #[test]
    fn currencies_are_never_added_to_each_other() {
        let mut costs = Costs::default();
        for plan in [plan(0, "EUR", "1", "0"), plan(0, "JPY", "100", "0"), plan(0, "EUR", "2", "0")] {
            costs.add(plan.currency, plan.cost(&amounts(500_000, 0)));
        }

        let shown: Vec<String> = costs
            .money()
            .iter()
            .map(|money| format!("{} {}", decimal(money.millionths, money.currency.digits()), money.currency))
            .collect();
        assert_eq!(shown, ["1.50 EUR", "50 JPY"]);
    }

    #[test]
    fn money_is_rounded_once_and_half_of_a_coin_up() {
        let rounded = |price: &str, digits| {
            let cost = plan(0, "EUR", price, "0").cost(&amounts(1_000_000, 0));
            decimal(cost.millionths(digits), digits)
        };

        assert_eq!(rounded("1.234999999", 2), "1.23");
        assert_eq!(rounded("1.235", 2), "1.24");
        assert_eq!(rounded("0.999999999", 2), "1.00");
        assert_eq!(rounded("1.499999999", 0), "1");
        assert_eq!(rounded("1.0000014", 6), "1.000001");
        assert_eq!(rounded("0", 3), "0.000");
    }

    #[test]
    fn only_currencies_of_the_standard_are_known() {
        assert_eq!(Currency::parse(" eur ").map(Currency::code), Some("EUR"));
        assert_eq!(Currency::parse("JPY").map(Currency::digits), Some(0));
        assert_eq!(Currency::parse("KWD").map(Currency::digits), Some(3));
        for text in ["", "EU", "EURO", "XXX", "AED AFN", "ÉUR"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn children_sum_to_the_parent_exactly(
            parts in proptest::collection::vec((0_u64..10_u64.pow(14), 0_u64..1 << 60), 1..40),
            prices in proptest::collection::vec(0_i64..=HIGHEST, 2),
        ) {
            let mut plan = plan(0, "EUR", "0", "0");
            (plan.prices[0], plan.prices[1]) = (Price(prices[0]), Price(prices[1]));
            let mut parent = Amounts::default();
            let mut sum = Cost::default();
            for (cpu, memory) in parts.into_iter().map(|(cpu, memory)| (cpu, memory / 64)) {
                let child = amounts(cpu, memory);
                sum = sum + plan.cost(&child);
                parent.add_all(&child);
            }
            prop_assert_eq!(plan.cost(&parent), sum);
        }

        #[test]
        fn a_price_is_read_back(billionths in 0_i64..=HIGHEST) {
            let price = Price(billionths);
            prop_assert_eq!(Price::parse(&price.to_string()), Ok(price));
        }

        #[test]
        fn no_text_does_harm(text in ".{0,24}") {
            let _ = Price::parse(&text);
            let _ = Currency::parse(&text);
        }
    }
}
