//! The words of messages. They are few and go to people outside of the console, so they are not among the texts of pages.

use model::Language;
use notifications_contract::Reason;

/// The words in one language.
pub struct Words {
    firing: &'static str,
    repeat: &'static str,
    resolved: &'static str,
    test: &'static str,
    /// What is said of an alert whose rule does not say how bad it is.
    pub no_severity: &'static str,
    /// Goes before a moment.
    pub since: &'static str,
    more: &'static str,
    more_objects: &'static str,
    template_failed: &'static str,
    /// Leads to an alert.
    pub open: &'static str,
    /// Leads to what is to be done about it.
    pub runbook: &'static str,
    /// The subject of a trial.
    pub test_subject: &'static str,
    /// What a trial says.
    pub test_text: &'static str,
    /// What a mail says by which a mail server is tried out.
    pub trial_of_mail: &'static str,
}

static ENGLISH: Words = Words {
    firing: "Firing",
    repeat: "Still firing",
    resolved: "Resolved",
    test: "Test",
    no_severity: "alert",
    since: "since",
    more: "and {count} more",
    more_objects: "{count} more objects in the list: {list}",
    template_failed: "The template of this receiver cannot be used ({why}), so this is said in the console's own words:",
    open: "Look into it",
    runbook: "What to do",
    test_subject: "[Test] Orrery",
    test_text: "This receiver works. Somebody tried it out; nothing has happened.",
    trial_of_mail: "This mail server works. Somebody tried it out; nothing has happened.",
};

static CHINESE: Words = Words {
    firing: "告警",
    repeat: "持续告警",
    resolved: "已恢复",
    test: "测试",
    no_severity: "告警",
    since: "开始于",
    more: "另有 {count} 条",
    more_objects: "列表中还有 {count} 个对象：{list}",
    template_failed: "此接收方的模板无法使用（{why}），因此使用控制台自己的文字：",
    open: "查看",
    runbook: "处理方法",
    test_subject: "[测试] Orrery",
    test_text: "此接收方可用。有人在测试它，没有发生任何事情。",
    trial_of_mail: "此邮件服务器可用。有人在测试它，没有发生任何事情。",
};

impl Words {
    /// Those of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    /// Why a message is sent.
    pub fn reason(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Firing => self.firing,
            Reason::Repeat => self.repeat,
            Reason::Resolved => self.resolved,
            Reason::Test => self.test,
        }
    }

    /// Why a message is not in the words of its receiver.
    pub fn template_failed(&self, why: &str) -> String {
        self.template_failed.replace("{why}", why)
    }

    /// How many objects of a list have no alert of their own.
    pub fn more_objects(&self, count: u64, list: &str) -> String {
        self.more_objects.replace("{count}", &count.to_string()).replace("{list}", list)
    }

    /// How many others there are.
    pub fn more(&self, count: usize) -> String {
        self.more.replace("{count}", &count.to_string())
    }
}
