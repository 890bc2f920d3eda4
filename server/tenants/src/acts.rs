//! Letting people in, keeping them out, and signing them out: one, or several at once.

use crate::members::Names;
use crate::people::{changed, command};
use crate::{ForCaller, Tenants};
use access::{Command, Verb};
use database::accounts::Account;
use model::fault::{EntryFault, PersonFault};
use model::{ConsoleError, FieldProblem};
use people_contract::{PEOPLE_ON_A_PAGE, PeopleAct, PersonAct, PersonAction};

fn action(fields: &PersonAct) -> Command {
    let (name, verb) = match fields.act {
        PersonAction::Enable => ("enable account", Verb::Update),
        PersonAction::Disable => ("disable account", Verb::Update),
        PersonAction::Forget => ("reset second factor", Verb::Update),
        PersonAction::NewPassword => ("ask for a new password", Verb::Update),
        PersonAction::SignOut => ("sign out everywhere", Verb::Update),
        PersonAction::Remove => ("remove account", Verb::Delete),
    };
    command(name, verb, Some(&fields.name))
}

impl ForCaller {
    /// Whom it concerns, unless the caller may not do it to them.
    async fn check_act(&self, fields: &PersonAct) -> Result<Account, ConsoleError> {
        self.require(&action(fields)).await?;
        let account = self.find_person(&fields.name).await?;
        let names = Names::read(&self.tenants).await?;
        self.check_weaker(&account, &names)?;
        if fields.act == PersonAction::Forget {
            self.check_way_in(&account, &names, "name").await?;
        }
        if account.id == self.caller.account_id {
            return Err(ConsoleError::refused("name", PersonFault::Own));
        }
        if fields.act == PersonAction::Remove && fields.confirm.trim() != account.name {
            return Err(ConsoleError::refused("confirm", EntryFault::Exactly(account.name)));
        }
        Ok(account)
    }

    pub(crate) async fn act(&self, fields: PersonAct) -> Result<(), ConsoleError> {
        let account = self.check_act(&fields).await?;
        let (action, act) = (action(&fields), fields.act);
        let work = async move |tenants: Tenants, _| {
            let database = &tenants.database;
            changed(match act {
                PersonAction::Enable => database.set_enabled(account.id, true).await,
                PersonAction::Disable => database.set_enabled(account.id, false).await,
                PersonAction::Forget => database.forget_proofs(account.id).await.map(|_| ()),
                PersonAction::NewPassword => match database.ask_for_password(account.id).await {
                    Ok(false) => return Err(ConsoleError::refused("name", PersonFault::NoPassword)),
                    asked => asked.map(|_| ()),
                },
                PersonAction::SignOut => database.sign_out_everywhere(account.id).await,
                PersonAction::Remove => database.remove_account(account.id).await,
            })
        };
        self.perform(action, work).await
    }

    /// Does the same with each. Where it may not be done with one of them, it is done with none.
    pub(crate) async fn act_on_each(&self, fields: PeopleAct) -> Result<(), ConsoleError> {
        let PeopleAct { names, act } = fields;
        let Some(act) = act else {
            return Err(ConsoleError::refused("act", PersonFault::Act));
        };
        if !matches!(act, PersonAction::Enable | PersonAction::Disable | PersonAction::SignOut) {
            return Err(ConsoleError::refused("act", PersonFault::OneAtATime));
        }
        if names.is_empty() || names.len() > usize::from(PEOPLE_ON_A_PAGE) {
            return Err(ConsoleError::refused("names", PersonFault::Nobody));
        }
        let each = names.into_iter().map(|name| PersonAct { name, act, confirm: String::new() });
        let each: Vec<PersonAct> = each.collect();
        for one in &each {
            self.check_act(one).await.map_err(|error| of_one(&one.name, error))?;
        }
        for one in each {
            let name = one.name.clone();
            self.act(one).await.map_err(|error| of_one(&name, error))?;
        }
        Ok(())
    }
}

/// What is wrong with one of several, with their name.
fn of_one(name: &str, error: ConsoleError) -> ConsoleError {
    match error {
        ConsoleError::Invalid { problems } => {
            let theirs = |problem: FieldProblem| match problem.fault.map(Box::new) {
                Some(fault) => FieldProblem::of("names", PersonFault::OneOf { name: name.to_owned(), fault }),
                None => FieldProblem::new("names", format!("{name} {}", problem.message)),
            };
            ConsoleError::Invalid { problems: problems.into_iter().map(theirs).collect() }
        }
        error => error,
    }
}
