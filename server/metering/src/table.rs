//! What was used, put together with whose it is and what it costs. Nothing but arithmetic.

use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef, Sort, WorkspaceName};
use monitoring_contract::{
    Amounts, Breakdown, Consumer, ConsumptionRow, Costs, Currency, Figures, Measure, OfWorkspace, PricePlan,
};
use prometheus::{Metered, User};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The workspaces of the namespaces that are in one.
pub type Workspaces = BTreeMap<String, WorkspaceName>;

/// Everything that a table is made of.
pub struct Ingredients<'i> {
    /// Where.
    pub cluster: &'i ClusterName,
    /// What each row is.
    pub by: &'i Breakdown,
    /// How much was used.
    pub metered: &'i Metered,
    /// Whose namespaces are.
    pub workspaces: &'i Workspaces,
    /// What things cost.
    pub plans: &'i [PricePlan],
}

/// A row with all that is needed to sort and draw it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// How much it used.
    pub amounts: Amounts,
    /// What that costs.
    pub costs: Costs,
    /// What each metered day came to in the chart: money in its currency, or core hours; in millionths.
    pub by_day: Vec<i64>,
}

/// The whole table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The rows, in order.
    pub rows: Vec<(Consumer, Entry)>,
    /// All of them together.
    pub totals: Entry,
    /// The currency of the last day of which something is over, in which the chart counts; without prices it counts core hours.
    pub currency: Option<Currency>,
}

impl Entry {
    /// As it is sent.
    pub fn figures(&self) -> Figures {
        Figures { amounts: self.amounts, costs: self.costs.money() }
    }

    fn add_day(
        &mut self,
        place: usize,
        amounts: &Amounts,
        plan: Option<&PricePlan>,
        counted: Option<Currency>,
    ) {
        self.amounts.add_all(amounts);
        if let Some(plan) = plan {
            self.costs.add(plan.currency, plan.cost(amounts));
        }
        let came_to = match (counted, plan) {
            (Some(currency), Some(plan)) if plan.currency == currency => plan.cost(amounts).millionths(6),
            (Some(_), _) => 0,
            (None, _) => Measure::CpuBilled.millionths(amounts.get(Measure::CpuBilled).unwrap_or(0)),
        };
        if let Some(day) = self.by_day.get_mut(place) {
            *day = day.saturating_add(came_to);
        }
    }
}

impl Table {
    /// Puts it together, sorted as it is wanted.
    pub fn of(ingredients: &Ingredients<'_>, sort: Option<&Sort>) -> Self {
        let Ingredients { metered, plans, .. } = ingredients;
        let currency = metered.days.last().and_then(|last| PricePlan::on(plans, last.day));
        let currency = currency.map(|plan| plan.currency);
        let empty = Entry { by_day: vec![0; metered.days.len()], ..Entry::default() };
        let mut entries: BTreeMap<Consumer, Entry> = BTreeMap::new();
        let mut totals = empty.clone();
        for (place, day) in metered.days.iter().enumerate() {
            let plan = PricePlan::on(plans, day.day);
            for (user, amounts) in &day.users {
                let Some(consumer) = ingredients.consumer(user) else { continue };
                let entry = entries.entry(consumer).or_insert_with(|| empty.clone());
                entry.add_day(place, amounts, plan, currency);
                totals.add_day(place, amounts, plan, currency);
            }
        }
        let mut rows: Vec<(Consumer, Entry)> = entries.into_iter().collect();
        order(&mut rows, sort, currency);
        Self { rows, totals, currency }
    }

    /// The first so many rows, as they are sent.
    pub fn first_rows(&self, most: usize) -> Vec<ConsumptionRow> {
        let row =
            |(of, entry): &(Consumer, Entry)| ConsumptionRow { of: of.clone(), figures: entry.figures() };
        self.rows.iter().take(most).map(row).collect()
    }
}

impl Ingredients<'_> {
    /// Whose row what somebody used stands in; nothing where it is not in the table.
    fn consumer(&self, user: &User) -> Option<Consumer> {
        let workspace = self.workspaces.get(&user.name);
        match self.by {
            Breakdown::Workspaces => {
                return Some(workspace.map_or(Consumer::Rest, |name| Consumer::Workspace(name.clone())));
            }
            Breakdown::Projects(OfWorkspace::None) if workspace.is_some() => return None,
            Breakdown::Projects(OfWorkspace::Named(name)) if workspace != Some(name) => return None,
            _ => {}
        }
        if user.name.is_empty() {
            return Some(Consumer::Rest);
        }
        let namespace = match self.by {
            Breakdown::Workloads(namespace) | Breakdown::Pods(namespace, _) => Some(namespace),
            _ => None,
        };
        let object = object(self.cluster, user, namespace);
        Some(object.map_or_else(|| Consumer::Other(user.name.clone()), Consumer::Object))
    }
}

fn object(cluster: &ClusterName, user: &User, namespace: Option<&Namespace>) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: cluster.clone(),
        kind: KindSlug::parse(user.kind).ok()?,
        namespace: namespace.cloned(),
        name: ObjectName::parse(&user.name).ok()?,
    })
}

/// By name, cost or an amount; what is not known comes last either way. Usually what costs most comes first, or what took
/// most processor time where nothing has a price.
fn order(rows: &mut [(Consumer, Entry)], sort: Option<&Sort>, currency: Option<Currency>) {
    let usual = if currency.is_some() { "cost" } else { Measure::CpuBilled.word() };
    let usual = Sort { column: usual.to_owned(), descending: true };
    let sort = sort.unwrap_or(&usual);
    let measure = Measure::ALL.into_iter().find(|measure| measure.word() == sort.column);
    let value = |entry: &Entry| -> Option<i128> {
        match measure {
            Some(measure) => entry.amounts.get(measure).map(i128::from),
            None => {
                currency.and_then(|currency| entry.costs.of(currency)).map(|cost| cost.millionths(6).into())
            }
        }
    };
    let by_name = |a: &Consumer, b: &Consumer| (a.name(), a).cmp(&(b.name(), b));
    rows.sort_by(|(a, left), (b, right)| {
        let turned = |order: Ordering| if sort.descending { order.reverse() } else { order };
        if sort.column == "name" {
            return turned(by_name(a, b));
        }
        match (value(left), value(right)) {
            (Some(left), Some(right)) => turned(left.cmp(&right)).then_with(|| by_name(a, b)),
            (left, right) => right.is_some().cmp(&left.is_some()).then_with(|| by_name(a, b)),
        }
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
