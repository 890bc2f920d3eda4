//! Everybody who can sign in.

use crate::invited::shown;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::link;
use people_contract::{
    ActOnPeople, CreatePerson, PEOPLE_ON_A_PAGE, PeopleList, PeopleQuery, PeopleState, PersonRow, read_people,
};
use ui::{
    Badge, Button, ButtonKind, Card, Command, Empty, Field, FormProblems, Glyph, LinkButton, PageHeader,
    PageTitle, Pagination, Problem, Select, Since, SkeletonTable, awaited, command_form, plain_table,
    role_words,
};
use workspaces_contract::RoleSummary;

/// Everybody, and the form for one more.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| question(&query.read()));
    let people = Resource::new_blocking(move || asked.get(), read_people);
    let invited = RwSignal::new(None::<String>);
    let content = move || {
        let is_asked = query.read().get("new").is_some();
        Suspend::new(async move {
            match people.await {
                Ok(list) => {
                    let on_done = Callback::new(move |answer: String| {
                        invited.set(Some(answer));
                        people.refetch();
                    });
                    let on_change = Callback::new(move |_: String| people.refetch());
                    page(list, &asked.get_untracked(), is_asked, invited, on_done, on_change)
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| people.refetch());
                    view! { <Problem error here=link::PEOPLE on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("people")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn question(query: &ParamsMap) -> PeopleQuery {
    let get = |name: &str| query.get(name).unwrap_or_default();
    PeopleQuery {
        text: get("text"),
        role: get("role"),
        state: PeopleState::parse(&get("state")),
        page: get("page").parse().unwrap_or_default(),
    }
}

/// The address of a page of the same list.
fn address(query: &PeopleQuery, page: u32) -> String {
    let page = if page == 0 { String::new() } else { page.to_string() };
    let pairs = [
        ("text", query.text.as_str()),
        ("role", &query.role),
        ("state", query.state.word()),
        ("page", &page),
    ];
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", link::escape(value))).collect();
    if pairs.is_empty() { link::PEOPLE.into() } else { format!("{}?{}", link::PEOPLE, pairs.join("&")) }
}

fn filters(query: &PeopleQuery, roles: &[RoleSummary]) -> AnyView {
    let any = (String::new(), text("any").to_owned());
    let roles = roles.iter().map(|role| (role.id.clone(), role_words(&role.id, role.title.as_deref())));
    let roles: Vec<_> = std::iter::once(any).chain(roles).collect();
    let state = |state: PeopleState| {
        let words = match state {
            PeopleState::Any => text("any"),
            PeopleState::Enabled => text("state.enabled"),
            PeopleState::Out => text("state.out"),
        };
        (state.word().to_owned(), words.to_owned())
    };
    let states: Vec<_> = PeopleState::ALL.into_iter().map(state).collect();
    let value = |text: &str| Signal::stored(text.to_owned());
    view! {
        <form class="filters" method="get" action=link::PEOPLE>
            <Field name="text" label=text("people.text") value=value(&query.text)/>
            <Select name="role" label=text("role") options=Signal::stored(roles) value=value(&query.role)/>
            <Select
                name="state"
                label=text("state")
                options=Signal::stored(states)
                value=value(query.state.word())
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("search")}</Button>
                <LinkButton href=link::PEOPLE>{text("clear")}</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

fn page(
    list: PeopleList,
    query: &PeopleQuery,
    is_asked: bool,
    invited: RwSignal<Option<String>>,
    on_done: Callback<String>,
    on_change: Callback<String>,
) -> AnyView {
    let PeopleList { people, total, known_roles, roles } = list;
    let may_create = !roles.is_empty();
    let create = move || {
        may_create.then(|| {
            let href = format!("{}?new=1", link::PEOPLE);
            view! { <LinkButton href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("person.create")}</LinkButton> }
        })
    };
    let form = (may_create && is_asked).then(|| {
        let command = Command {
            cancel: Some((text("close").to_owned(), link::PEOPLE.to_owned())),
            fields: &["name", "full_name", "email", "role"],
            on_done: Some(on_done),
            ..Command::new(CreatePerson::PATH, text("create"))
        };
        let form = command_form(command, |problems| {
            view! {
                <noscript><p>{text("link.command")}</p></noscript>
                <Field
                    name="fields[name]"
                    label=text("name")
                    hint=text("person.name.hint")
                    problem=problems.at("name")
                    autocomplete="off"
                    required=true
                />
                {about(&PersonRow::of_nobody(), &roles, problems)}
            }
            .into_any()
        });
        view! { <Card title=text("person.create")>{form}</Card> }
    });
    let table = if people.is_empty() {
        view! { <Empty glyph=Glyph::Search title=text("people.none") explanation=text("people.none.text")/> }
            .into_any()
    } else {
        table(people, may_create.then_some(on_change))
    };
    let pages = (total > u64::from(PEOPLE_ON_A_PAGE)).then(|| {
        let (page, asked) = (query.page, query.clone());
        let link = Callback::new(move |page: u32| address(&asked, page));
        view! { <Pagination page size=PEOPLE_ON_A_PAGE total link/> }
    });
    view! {
        <PageHeader title=text("people") actions=create/>
        {shown(invited)}
        {form}
        {filters(query, &known_roles)}
        {table}
        {pages}
    }
    .into_any()
}

/// People, and for who may change them a form that does the same with several.
fn table(people: Vec<PersonRow>, on_change: Option<Callback<String>>) -> AnyView {
    let can_choose = on_change.is_some();
    let headings = [text("name"), text("email"), text("role"), text("signed-in"), text("created")];
    let choosing = std::iter::once(text("people.chosen")).filter(|_| can_choose);
    let headings: Vec<&str> = choosing.chain(headings).collect();
    let rows = people.into_iter().map(|person| row(person, can_choose)).collect_view().into_any();
    let table = plain_table(text("people"), &headings, rows);
    let Some(on_change) = on_change else { return table };
    // None is chosen beforehand: the key Enter on a tick sends the form.
    let acts = [
        ("", text("people.act.choose")),
        ("disable", text("person.disable")),
        ("enable", text("person.enable")),
        ("sign-out", text("person.sign-out")),
    ];
    let acts: Vec<_> = acts.map(|(word, words)| (word.to_owned(), words.to_owned())).into();
    let command = Command {
        kind: ButtonKind::Plain,
        fields: &["act"],
        done: Some(text("done.each").to_owned()),
        on_done: Some(on_change),
        ..Command::new(ActOnPeople::PATH, text("people.act.do"))
    };
    command_form(command, |problems| {
        let act = view! {
            <Select
                name="fields[act]"
                label=text("people.act")
                options=Signal::stored(acts)
                problem=problems.at("act")
            />
        };
        view! { {table} {act} }.into_any()
    })
}

fn row(person: PersonRow, can_choose: bool) -> AnyView {
    let choose = can_choose.then(|| {
        let label = text_with("people.choose", &[("name", &person.name)]);
        let value = person.name.clone();
        view! { <td><input type="checkbox" name="fields[names][]" value=value aria-label=label/></td> }
    });
    let href = link::person(&person.name);
    let email = (!person.email.is_empty()).then(|| text("email"));
    let unsent = person.unsent_mail.as_ref().map(|_| view! { <Badge text=text("unsent.badge")/> });
    let disabled = kept_out(&person);
    let signed_in =
        person.signed_in.map_or_else(|| text("never").into_any(), |at| view! { <Since at/> }.into_any());
    view! {
        <tr>
            {choose}
            <th scope="row">
                <a href=href>{person.name}</a>
                {disabled}
                {unsent}
                <span class="about">{person.full_name}</span>
            </th>
            <td data-heading=email>{(!person.email.is_empty()).then_some(person.email)}</td>
            <td data-heading=text("role")>{role_words(&person.role.id, person.role.title.as_deref())}</td>
            <td data-heading=text("signed-in")>{signed_in}</td>
            <td data-heading=text("created")><Since at=person.created/></td>
        </tr>
    }
    .into_any()
}

/// Says that somebody may not sign in, and why.
pub fn kept_out(person: &PersonRow) -> Option<AnyView> {
    let why = if person.is_gone { text("gone") } else { text("disabled") };
    (!person.is_enabled).then(|| view! { <Badge text=why/> }.into_any())
}

/// The fields that can be changed later too.
pub fn about(person: &PersonRow, roles: &[RoleSummary], problems: FormProblems) -> AnyView {
    let options: Vec<(String, String)> =
        roles.iter().map(|role| (role.id.clone(), role_words(&role.id, role.title.as_deref()))).collect();
    view! {
        <Field
            name="fields[full_name]"
            label=text("full-name")
            value=Signal::stored(person.full_name.clone())
            problem=problems.at("full_name")
            autocomplete="off"
        />
        <Field
            name="fields[email]"
            label=text("email")
            value=Signal::stored(person.email.clone())
            problem=problems.at("email")
            autocomplete="off"
        />
        <Select
            name="fields[role]"
            label=text("role")
            hint=text("role.hint")
            options=Signal::stored(options)
            value=Signal::stored(person.role.id.clone())
            problem=problems.at("role")
        />
    }
    .into_any()
}
