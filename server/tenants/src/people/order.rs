//! The order of the list of people.

use super::Known;
use crate::members::Names;
use database::accounts::{Account, name_key};
use model::{ConsoleError, Sort, SortKey, Tier};
use people_contract::PEOPLE_COLUMNS;

/// Puts people in order, here and not by the database: which letter comes before which is the same whatever keeps them. Who
/// is alike stands by name. Roles stand as they do where one is chosen.
pub(super) fn put_in_order(
    accounts: &mut [Account],
    sort: Option<&Sort>,
    names: &Names,
    known: &Known,
) -> Result<(), ConsoleError> {
    accounts.sort_by_cached_key(|account| name_key(&account.name));
    let Some(sort) = sort else { return Ok(()) };
    if !PEOPLE_COLUMNS.contains(&sort.column.as_str()) {
        return Err(ConsoleError::invalid(
            "sort",
            format!("there is no column \"{}\" to sort by", sort.column),
        ));
    }
    let roles = names.roles_at(Tier::Platform, None);
    let rank = |role: &str| roles.iter().position(|known| known == role);
    sort.arrange(accounts, |account| match sort.column.as_str() {
        "email" => SortKey::text(&account.email),
        "role" => rank(&account.role).and_then(|rank| SortKey::number(rank as u64)),
        "signed-in" => known.signed_in.get(&account.id).and_then(|at| SortKey::number(*at)),
        "created" => SortKey::number(account.created_at),
        _ => SortKey::text(&account.name),
    });
    Ok(())
}
