//! The budget of what a consumption is about: how it stands this month, and the forms that set and remove it.

use crate::consumption::money;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ConsoleError, Level, Status};
use monitoring_contract::{
    Budget, BudgetOf, BudgetRequest, BudgetStanding, BudgetView, ChangedBudget, ConsumptionRequest, Currency,
    MonthSoFar, RemoveBudget, SetBudget, SoFar, decimal, read_budget,
};
use std::time::Duration;
use ui::{
    ButtonKind, Card, Command, Field, KeyValue, KeyValueItem, Problem, Since, StatusMark, awaited,
    command_form, error_words,
};

/// How soon it is asked again what a month has come to that is still being added up. The server waits a little with each answer.
const AGAIN: Duration = Duration::from_secs(1);

/// What the server tells of a budget; nothing of one that is not the reader's to see.
type Told = Result<Option<BudgetView>, ConsoleError>;

/// The budget of what a page looks at.
#[derive(Clone, Copy)]
pub struct BudgetBeside {
    whose: Memo<Option<BudgetRequest>>,
    view: Resource<Told>,
}

impl BudgetBeside {
    /// Asks for it, and again for as long as the month is still being added up.
    pub fn of(request: Memo<Result<ConsumptionRequest, ConsoleError>>) -> Self {
        let whose = Memo::new(move |_| {
            let ConsumptionRequest { cluster, by, .. } = request.get().ok()?;
            BudgetOf::beside(&by).map(|of| BudgetRequest { cluster, of })
        });
        let view = Resource::new(
            move || whose.get(),
            |whose| async move {
                match whose {
                    Some(asked) => read_budget(asked).await,
                    None => Ok(None),
                }
            },
        );
        Effect::new(move |_| {
            if view.with(|told| told.as_ref().is_some_and(is_waiting))
                && let Ok(timer) = set_timeout_with_handle(move || view.refetch(), AGAIN)
            {
                on_cleanup(move || timer.clear());
            }
        });
        Self { whose, view }
    }

    /// Asks for it again.
    pub fn ask(self) {
        self.view.refetch();
    }

    /// Its card.
    pub fn card(self) -> AnyView {
        let on_change = Callback::new(move |answer: String| self.change(&answer));
        let content = move || {
            Suspend::new(async move {
                match (self.view.await, self.whose.get_untracked()) {
                    (Ok(Some(view)), Some(asked)) => card(view, &asked, on_change),
                    (Ok(_), _) => None,
                    (Err(error), _) => {
                        let on_retry = Callback::new(move |()| self.ask());
                        Some(view! { <Problem error on_retry/> }.into_any())
                    }
                }
            })
        };
        view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
    }

    /// Shows what the answer to a form says. If it were asked for again instead, the card would show the budget of before, which
    /// nobody can change any more, for as long as the month is added up.
    fn change(self, answer: &str) {
        match serde_json::from_str::<ChangedBudget>(answer) {
            Ok(ChangedBudget { whose, budget }) => {
                // The reader may look at something else by now.
                if self.whose.get_untracked() == Some(whose) {
                    self.view.update(|view| {
                        if let Some(Ok(Some(view))) = view {
                            view.change(budget);
                        }
                    });
                }
            }
            Err(error) => {
                let error = ConsoleError::Transport(error.to_string());
                self.view.update(|view| *view = Some(Err(error)));
            }
        }
    }
}

fn is_waiting(told: &Told) -> bool {
    matches!(told, Ok(Some(BudgetView { so_far: Some(SoFar::Waiting), .. })))
}

/// The card of a budget; nothing where there is none and the reader cannot set one.
fn card(view: BudgetView, asked: &BudgetRequest, on_change: Callback<String>) -> Option<AnyView> {
    let BudgetView { budget, so_far, currency, may_change } = view;
    if budget.is_none() && !may_change {
        return None;
    }
    let title = match &asked.of {
        BudgetOf::Cluster => text("budget.of.cluster").to_owned(),
        BudgetOf::Workspace(name) => text_with("budget.of.workspace", &[("name", name)]),
        BudgetOf::Project(name) => text_with("budget.of.project", &[("name", name)]),
    };
    let told = match &budget {
        Some(budget) => facts(budget, so_far, currency),
        None => view! { <p class="budget-note">{text("budget.none")}</p> }.into_any(),
    };
    let set = may_change.then(|| match currency {
        Some(currency) => setting(asked, budget.as_ref(), currency, on_change),
        // The prices and their form stand below, for whoever may set them.
        None => view! {
            <p class="budget-note">{text("budget.no-prices")}" "<a href="#prices">{text("budget.to-prices")}</a></p>
        }
        .into_any(),
    });
    let removal = may_change.then(|| budget.as_ref().map(|budget| removal(asked, budget, on_change)));
    Some(
        view! {
            <div class="budget" id="budget">
                <Card title>{told}{set}{removal}</Card>
            </div>
        }
        .into_any(),
    )
}

/// How much it is and by whom, and how it stands.
fn facts(budget: &Budget, so_far: Option<SoFar>, priced_in: Option<Currency>) -> AnyView {
    let amount = text_with("budget.month", &[("amount", &money(&budget.amount))]);
    let (by, at) = (text_with("budget.by", &[("name", &budget.set_by)]), budget.set_at);
    let standing = so_far.map(|so_far| standing(budget, so_far, priced_in));
    view! {
        <KeyValue>
            <KeyValueItem name=text("budget.amount")>{amount}</KeyValueItem>
            <KeyValueItem name=text("budget.set")>{by}" "<Since at in_words=true/></KeyValueItem>
        </KeyValue>
        {standing}
    }
    .into_any()
}

fn standing(budget: &Budget, so_far: SoFar, priced_in: Option<Currency>) -> AnyView {
    let note = |words: String| view! { <p class="budget-note">{words}</p> }.into_any();
    match so_far {
        SoFar::Known(month) => known(budget, &month, priced_in),
        SoFar::Waiting => note(text("budget.waiting").to_owned()),
        SoFar::Unmeasured => note(text("budget.unmeasured").to_owned()),
        SoFar::Failed(error) => note(text_with("budget.failed", &[("problem", &error_words(&error))])),
    }
}

/// What the month has come to: a bar, the same in words, and where that leads.
fn known(budget: &Budget, month: &MonthSoFar, priced_in: Option<Currency>) -> AnyView {
    let stands = month.standing(&budget.amount, priced_in);
    let spent: Vec<String> = match month.spent.as_slice() {
        [] => vec![money(&month.spent_in(budget.amount.currency))],
        spent => spent.iter().map(money).collect(),
    };
    let spent = spent.join(" + ");
    let status = Status::new(level(stands), text_of("budget.standing", stands.word()));
    let is_compared = stands != BudgetStanding::OtherCurrency;
    let bar = is_compared.then(|| bar(budget, month, stands, &spent));
    let mut notes = vec![text_with(
        "budget.so-far",
        &[("amount", &spent), ("first", &month.first), ("last", &month.last), ("hours", &month.hours)],
    )];
    if month.is_in_others(&budget.amount, priced_in) {
        notes.push(text_with("budget.other-currency", &[("currency", &budget.amount.currency)]));
    }
    if !month.is_whole {
        notes.push(text("budget.part").to_owned());
    }
    match month.forecast(&budget.amount, priced_in) {
        Some(forecast) => notes.push(text_with("budget.forecast", &[("amount", &money(&forecast))])),
        None if month.is_young() => notes.push(text("budget.no-forecast").to_owned()),
        None => {}
    }
    let notes = notes.into_iter().map(|words| view! { <p class="budget-note">{words}</p> }).collect_view();
    view! {
        <div class="budget-standing">
            <StatusMark status/>
            {bar}
            {notes}
        </div>
    }
    .into_any()
}

/// How well a budget is when it stands so.
pub fn level(stands: BudgetStanding) -> Level {
    match stands {
        BudgetStanding::Kept => Level::Healthy,
        BudgetStanding::Nearly => Level::Warning,
        BudgetStanding::Over => Level::Failed,
        BudgetStanding::OtherCurrency => Level::Unknown,
    }
}

/// As `ui::Meter`, of money.
fn bar(budget: &Budget, month: &MonthSoFar, stands: BudgetStanding, spent: &str) -> AnyView {
    let percent = month.percent(&budget.amount);
    let level = match stands {
        BudgetStanding::Nearly => "warning",
        BudgetStanding::Over => "failed",
        BudgetStanding::Kept | BudgetStanding::OtherCurrency => "plain",
    };
    let amounts = format!("{spent} / {}", money(&budget.amount));
    let width = percent.min(100).to_string();
    view! {
        <div class="meter" data-level=level>
            <span class="meter-title">{text("budget.used")}</span>
            <span class="meter-amounts">{amounts}</span>
            <span class="meter-share">{format!("{percent} %")}</span>
            // The amounts above say the same in words, so the bar is for the eye only.
            <svg class="meter-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="meter-ground" width="100" height="4"></rect>
                <rect class="meter-fill" width=width height="4"></rect>
            </svg>
        </div>
    }
    .into_any()
}

/// What says which budget a form is about.
fn which(asked: &BudgetRequest, budget: Option<&Budget>) -> Vec<(&'static str, String)> {
    vec![
        ("fields[cluster]", asked.cluster.to_string()),
        ("fields[of]", asked.of.to_string()),
        ("fields[edition]", budget.map(|budget| budget.edition.clone()).unwrap_or_default()),
    ]
}

fn setting(
    asked: &BudgetRequest,
    budget: Option<&Budget>,
    currency: Currency,
    on_change: Callback<String>,
) -> AnyView {
    let submit = if budget.is_some() { text("budget.change") } else { text("budget.new") };
    let mut hidden = which(asked, budget);
    hidden.push(("fields[currency]", currency.code().to_owned()));
    let command = Command {
        hidden,
        fields: &["amount"],
        done: Some(text("budget.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SetBudget::PATH, submit)
    };
    // What is in another currency is no amount of this one.
    let now = budget.filter(|budget| budget.amount.currency == currency);
    let value = now.map(|budget| decimal(budget.amount.millionths, currency.digits())).unwrap_or_default();
    let label = text_with("budget.amount.in", &[("currency", &currency)]);
    command_form(command, |problems| {
        view! {
            <Field
                name="fields[amount]"
                label
                hint=text("budget.hint")
                value=Signal::stored(value)
                problem=problems.at("amount")
                autocomplete="off"
                required=true
            />
        }
        .into_any()
    })
}

fn removal(asked: &BudgetRequest, budget: &Budget, on_change: Callback<String>) -> AnyView {
    let command = Command {
        kind: ButtonKind::Quiet,
        hidden: which(asked, Some(budget)),
        done: Some(text("budget.removed").to_owned()),
        on_done: Some(on_change),
        ..Command::new(RemoveBudget::PATH, text("budget.remove"))
    };
    command_form(command, |_| ().into_any())
}
