//! Price plans, and who adds one first.

use super::harbour;
use crate::Database;
use crate::price_plans::{Added, MOST_PLANS, PricePlan};
use model::ClusterName;

fn plan(from_day: i64, by: &str) -> PricePlan {
    PricePlan {
        from_day,
        currency: "EUR".into(),
        prices: [31_000_000, 1, 0, 999_999_999, 1],
        made_by: by.into(),
    }
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let (harbour, meadow) = (harbour(), ClusterName::parse("meadow").unwrap());
    assert!(database.price_plans(&harbour).await.unwrap().is_empty());
    assert_eq!(database.add_price_plan(&harbour, 0, &plan(20, "Ada")).await.unwrap(), Added::Done);
    assert_eq!(database.add_price_plan(&harbour, 1, &plan(10, "Ada")).await.unwrap(), Added::Done);

    // Of several who saw the same plans one adds another.
    let tries = ["Ada", "Bea", "Cleo"].map(|by| {
        let (harbour, plan) = (harbour.clone(), plan(20, by));
        async move { database.add_price_plan(&harbour, 2, &plan).await.unwrap() }
    });
    let added = futures::future::join_all(tries).await;
    assert_eq!(added.iter().filter(|added| **added == Added::Done).count(), 1, "{added:?}");

    let plans = database.price_plans(&harbour).await.unwrap();
    assert_eq!(plans.iter().map(|plan| plan.from_day).collect::<Vec<_>>(), [10, 20, 20]);
    assert_eq!(plans[0], plan(10, "Ada"), "a digit was lost");
    assert!(added.contains(&Added::Newer(plans[2].made_by.clone())), "{added:?}");
    assert!(database.price_plans(&meadow).await.unwrap().is_empty(), "another cluster has them too");
    assert_eq!(database.add_price_plan(&meadow, 0, &plan(1, "Bea")).await.unwrap(), Added::Done);
    assert_eq!(database.add_price_plan(&meadow, MOST_PLANS, &plan(1, "Bea")).await.unwrap(), Added::Full);
}
