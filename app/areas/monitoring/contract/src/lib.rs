#![doc = include_str!("../README.md")]

mod acknowledge;
mod aged;
mod alerts;
mod board;
mod built_in;
pub mod cards;
mod dashboards;
mod explained;
mod explore;
mod list_alerts;
mod metering;
mod ranking;
mod routing;
mod rules;
mod silences;
mod soon;

pub use acknowledge::{
    AcknowledgeAlert, AcknowledgeFields, Acknowledged, LONGEST_NOTE, WithdrawAcknowledgement, WithdrawFields,
    acknowledge_alert, withdraw_acknowledgement,
};
pub use aged::Aged;
pub use alerts::{
    Alert, Alerts, Fired, Firing, LookedBack, PastAlert, Rule, RuleState, Unmeasured, read_alerts,
    read_fired, read_firing, read_past_alerts,
};
pub use board::{BoardId, BoardRequest, BoardView, Panel, PanelContent, Subject, read_board};
pub use built_in::{
    BuiltInAct, BuiltInBook, BuiltInFields, BuiltInGroup, BuiltInGroupView, BuiltInKept, BuiltInList,
    BuiltInPlan, BuiltInPreview, BuiltInRule, BuiltInRuleView, BuiltInRules, BuiltInStanding, SaveBuiltIn,
    past_built_in, preview_built_in, read_built_in, save_built_in,
};
pub use dashboards::{
    AddEmbed, Annotation, ArrangePanel, ArrangePanelFields, Arrangement, COLORS, DashboardFields,
    DashboardLine, DashboardList, DashboardRequest, DashboardView, Dashboards, EMBED_DAYS, EMBED_PATH,
    EmbedFields, EmbedLine, EmbedList, EmbedPanel, Embedded, EmbeddedDashboard, Embedding, GRID_COLUMNS,
    ImportDashboard, ImportFields, InvalidOrigin, KeptDashboard, LONGEST_NAME, LONGEST_SERIES, LONGEST_STATE,
    LONGEST_TEXT, MOST_ANNOTATIONS, MOST_EMBEDS, MOST_MAPPINGS, MOST_PANELS, MOST_QUERIES, MOST_VARIABLES,
    NAMESPACE_VARIABLE, NewEmbed, NotEmbedded, OpenedDashboard, Origin, PANEL_STEPS, PanelAxis, PanelFields,
    PanelFigure, PanelHeight, PanelKind, PanelPlan, PanelQuery, Plan, QUERY_FIELDS, RemoveDashboard,
    RemoveDashboardFields, RevokeEmbed, RevokeEmbedFields, SaveDashboard, SavePanel, SeriesColor,
    ShownAnnotation, ShownContent, ShownFigure, ShownGauge, ShownGauges, ShownLine, ShownLogs, ShownPanel,
    ShownRow, ShownTable, ShownValue, Spot, TEMPLATES, Thresholds, UNITS, ValueMapping, ValueRange, Variable,
    VariableView, WIDTHS, add_embed, arrange_panel, import_dashboard, is_variable_name, mapped,
    nearest_width, next_width, open_dashboard, place_at, place_panel, read_dashboards, read_embeds,
    read_plan, remove_dashboard, reordered, revoke_embed, save_dashboard, save_panel, spots, unit_word,
};
pub use explained::{Explained, ExplainedAs};
pub use explore::{
    ExploreRequest, Explored, ExploredQuery, QUERY_LETTERS, QueryFault, read_labels, read_metric_names,
    run_query,
};
pub use list_alerts::{
    LIST_HOLDS, LONGEST_LIST_ALERT_NAME, ListAlertBook, ListAlertFields, ListAlertPlan, ListAlertRow,
    ListAlerts, ListStanding, ListState, LookedAtListAlert, MOST_LEAST, NewListAlert, OfList,
    OpenedListAlert, RemoveListAlert, SaveListAlert, SwitchListAlert, UnknownList, plan_list_alert,
    read_list_alert, read_list_alerts, remove_list_alert, save_list_alert, switch_list_alert,
};
pub use metering::{
    Amounts, Bill, BillRequest, BillRow, Breakdown, Budget, BudgetFields, BudgetNews, BudgetNotice, BudgetOf,
    BudgetRequest, BudgetStanding, BudgetView, CameTo, ChangedBudget, ChangedPrices, Consumer, Consumption,
    ConsumptionRequest, ConsumptionRow, Cost, Costs, Currency, DAY_SECONDS, Day, Figures, HasNoBudget,
    InvalidPeriod, LONGEST_PERIOD, Measure, Metering, Money, MonthSoFar, OfWorkspace, Period, PodsOf, Price,
    PriceBook, PriceFields, PricePlan, Priced, RemoveBudget, RemoveBudgetFields, SavePrices, SetBudget,
    SoFar, UnknownBudgets, decimal, read_bill, read_budget, read_budgets, read_consumption, remove_budget,
    save_prices, set_budget,
};
pub use model::window::{InvalidWindow, LONGEST_SECONDS, PRESETS, Window};
pub use ranking::{RankColumn, RankOf, RankRow, Ranking, RankingRequest, read_ranking};
pub use routing::{Inhibition, ReadRouting, Route, Routing, read_routing};
pub use rules::{
    Episode, FilledTemplate, HOLDS, KeptRule, LookedAtRule, OWN_GROUP, OWN_OBJECT, OpenedRule, RemoveRule,
    RuleAbout, RuleBook, RuleComparison, RuleFields, RuleGroup, RuleList, RuleObject, RulePast, RulePlace,
    RulePlan, RulePreview, RuleSource, RuleTargets, RuleTemplate, RuleUnit, Rules, SaveRule, Severity,
    SwitchRule, hold_seconds, preview_rule, read_rule, read_rules, remove_rule, save_rule, switch_rule,
};
pub use silences::{
    CheckedSilence, CreateSilence, EndSilence, EndSilenceFields, LONGEST_REASON, MatchOperator, Matcher,
    Notifying, SILENCE_HOURS, Silence, SilenceFields, create_silence, end_silence, preview_silence,
};

pub use soon::{Shortage, Soon, SoonList, UnreadCertificates, read_soon};

use async_trait::async_trait;
use model::{Cause, ClusterName, ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};

/// Questions about measurements, on behalf of one caller. Every answer holds only what that caller may see.
#[async_trait]
pub trait Monitoring: Send + Sync {
    /// A board: all its charts at once.
    async fn board(&self, request: BoardRequest) -> Result<Measured<BoardView>, ConsoleError>;
    /// Who uses most.
    async fn ranking(&self, request: RankingRequest) -> Result<Measured<Ranking>, ConsoleError>;
    /// What the cluster's rules warn of.
    async fn alerts(&self, cluster: ClusterName) -> Result<Measured<Alerts>, ConsoleError>;
    /// What fires in all clusters that the caller may see and that are measured.
    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError>;
    /// What will soon be full or over in all clusters that the caller may see.
    async fn soon(&self) -> Result<SoonList, ConsoleError>;
    /// Where a cluster's Alertmanager sends alerts; none where there is none.
    async fn routing(&self, cluster: ClusterName) -> Result<Option<Routing>, ConsoleError>;
    /// What fired about an object; `None` where that is not measured or may not be seen.
    async fn past_alerts(
        &self,
        object: ResourceRef,
        back: LookedBack,
    ) -> Result<Option<Vec<PastAlert>>, ConsoleError>;
    /// What fired in a cluster in a stretch of time.
    async fn fired(&self, cluster: ClusterName, window: Window) -> Result<Measured<Fired>, ConsoleError>;
    /// Says that the caller looks after an alert.
    async fn acknowledge(&self, alert: AcknowledgeFields) -> Result<(), ConsoleError>;
    /// Takes back that somebody looks after an alert.
    async fn withdraw_acknowledgement(&self, alert: WithdrawFields) -> Result<(), ConsoleError>;
    /// Which alerts a silence with these conditions, one in a line, would be about.
    async fn preview_silence(
        &self,
        cluster: ClusterName,
        matchers: String,
    ) -> Result<Vec<Alert>, ConsoleError>;
    /// Silences alerts for a while.
    async fn create_silence(&self, silence: SilenceFields) -> Result<(), ConsoleError>;
    /// Ends a silence.
    async fn end_silence(&self, silence: EndSilenceFields) -> Result<(), ConsoleError>;
    /// The names of metrics, for completion.
    async fn metric_names(&self, cluster: ClusterName) -> Result<Vec<String>, ConsoleError>;
    /// The names of a metric's labels, or the values of one of them, for completion.
    async fn labels(
        &self,
        cluster: ClusterName,
        metric: String,
        label: String,
    ) -> Result<Vec<String>, ConsoleError>;
    /// The answers to queries of one's own.
    async fn explore(&self, request: ExploreRequest) -> Result<Measured<Explored>, ConsoleError>;
}

/// An answer, or why there can be none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measured<T> {
    /// The cluster's monitoring has answered.
    Answered(Box<T>),
    /// Nothing that measures the cluster was found.
    Missing(Missing),
}

/// What was looked for in a cluster that seems to have no monitoring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// The labels by which a Service would have been recognised.
    pub looked_for: Vec<String>,
    /// Services that were found and did not answer: what they are called, and what they said.
    pub silent: Vec<(String, Cause)>,
}

/// A text without what stands around it; browsers send line breaks of forms as CR LF.
pub(crate) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}
