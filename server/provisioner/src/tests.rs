#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;

fn numbered(number: u128) -> Tables {
    Tables { console: Uuid::from_u128(number), ..Tables::default() }
}

#[tokio::test]
async fn clusters_that_ask_at_once_are_told_of_one_reading_and_later_ones_of_another() {
    let last = LastRead::default();
    let harbour = ClusterName::parse("harbour").unwrap();
    let (begun, end) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let slowly = || async {
        begun.notify_one();
        end.notified().await;
        Ok(numbered(1))
    };
    let at_once = |number| move || std::future::ready(Ok::<_, DatabaseError>(numbered(number)));

    let first = last.about(&harbour, Duration::ZERO, slowly);
    let meanwhile = async {
        begun.notified().await;
        // Who asks while it is being read may have changed what was read already.
        let second = last.about(&harbour, Duration::ZERO, at_once(2));
        let aged = last.about(&harbour, LOOK, at_once(3));
        let finish = async { end.notify_one() };
        tokio::join!(second, aged, finish)
    };
    let (first, (second, aged, ())) = tokio::join!(first, meanwhile);

    assert_eq!(first.unwrap().console, Uuid::from_u128(1));
    assert_eq!(second.unwrap().console, Uuid::from_u128(2));
    assert_eq!(aged.unwrap().console, Uuid::from_u128(2), "what was read a moment ago does");
    let again = last.about(&harbour, Duration::ZERO, at_once(4)).await;
    assert_eq!(again.unwrap().console, Uuid::from_u128(4));
}
