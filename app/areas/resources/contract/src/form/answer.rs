//! How a form's command went, as an answer that has room where it is told, and the page that comes after it.

use crate::Outcome;
use model::fault::EditFault;
use model::{ConsoleError, Fault, FieldProblem};

/// Without scripts all that failed is in an address. Beyond so many bytes it has room for the sentences alone, which are not in
/// the reader's language, and for as many of those as fit: proxies take answers whose headers have 4 KiB, and an address is a third
/// longer than what it says.
const ROOM_IN_ADDRESS: usize = 2_500;

/// How it went for each, where it went well with all, or with some for who can show `each`. Otherwise a form has one answer:
/// the error of the only target, or a list of those that failed.
pub(super) fn answer(outcomes: Vec<Outcome>, each: Option<bool>) -> Result<Vec<Outcome>, ConsoleError> {
    if outcomes.iter().all(Outcome::is_well) || (each == Some(true) && outcomes.iter().any(Outcome::is_well))
    {
        return Ok(outcomes);
    }
    if let [Outcome { error: Some(error), .. }] = outcomes.as_slice() {
        return Err(error.clone());
    }
    let failed = |outcome: &Outcome| {
        let (resource, error) = (outcome.resource.to_string(), outcome.error.clone()?);
        Some(FieldProblem::of(resource, Fault::Came(Box::new(error))))
    };
    let problems: Vec<FieldProblem> = outcomes.iter().filter_map(failed).collect();
    if each == Some(true) || fitting(&problems) == problems.len() {
        return Err(ConsoleError::Invalid { problems });
    }
    let sentence = |problem: FieldProblem| FieldProblem { fault: None, ..problem };
    let problems = problems.into_iter().map(sentence).collect();
    Err(cut(ConsoleError::Invalid { problems }))
}

/// How many of these, from the first on, have room in an address.
fn fitting(problems: &[FieldProblem]) -> usize {
    let sizes = problems.iter().map(|problem| serde_json::to_string(problem).map_or(0, |it| it.len() + 1));
    let reached = sizes.scan(0, |reached, size| {
        *reached += size;
        Some(*reached)
    });
    reached.take_while(|reached| *reached <= ROOM_IN_ADDRESS).count()
}

/// The problems that have room in an address, one at least, and how many more there are.
pub(super) fn cut(error: ConsoleError) -> ConsoleError {
    let shortened = |mut problems: Vec<FieldProblem>| {
        let fitting = fitting(&problems).max(1);
        if let Some(more) = problems.len().checked_sub(fitting).filter(|more| *more > 0) {
            problems.truncate(fitting);
            problems.push(FieldProblem::of("", EditFault::More(more)));
        }
        problems
    };
    match error {
        ConsoleError::Invalid { problems } => ConsoleError::Invalid { problems: shortened(problems) },
        ConsoleError::Conflict { problems } => ConsoleError::Conflict { problems: shortened(problems) },
        other => other,
    }
}

/// Long work is shown on the page of its object; something new on its own page.
pub(super) fn destination(next: &str, outcomes: &[Outcome]) -> String {
    match outcomes {
        [Outcome { resource, job: Some(job), .. }] => {
            format!("{}?job={}", model::link::object(resource), model::link::escape(job))
        }
        [Outcome { created: Some(created), .. }] => model::link::object(created),
        _ => next.to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::Target;

    #[test]
    fn what_went_well_is_told_beside_what_did_not_to_who_can_show_both() {
        let outcome = |name: &str, error: Option<ConsoleError>| {
            let (cluster, kind) = ("harbour".parse().unwrap(), "pods".parse().unwrap());
            Outcome { error, ..Outcome::of(Target::from_line(&cluster, &kind, name).unwrap().resource) }
        };
        let (well, failed) = (outcome("shop/a", None), outcome("shop/b", Some(ConsoleError::NotSignedIn)));

        let some = vec![well.clone(), failed.clone()];
        assert_eq!(answer(some.clone(), Some(true)), Ok(some.clone()));
        let Err(ConsoleError::Invalid { problems }) = answer(some, None) else { panic!("it went well") };
        assert_eq!((problems.len(), problems[0].field.as_str()), (1, failed.resource.to_string().as_str()));
        assert_eq!(problems[0].fault, Some(Fault::Came(Box::new(ConsoleError::NotSignedIn))));
        assert_eq!(answer(vec![well.clone()], None), Ok(vec![well]));
        assert_eq!(answer(vec![failed.clone()], Some(true)), Err(ConsoleError::NotSignedIn));
        let Err(ConsoleError::Invalid { problems }) = answer(vec![failed.clone(), failed], Some(true)) else {
            panic!("there is nothing to take back")
        };
        assert_eq!(problems[0].fault, Some(Fault::Came(Box::new(ConsoleError::NotSignedIn))));
    }

    #[test]
    fn what_is_said_in_an_address_has_room_there() {
        let (cluster, kind) = ("harbour".parse().unwrap(), "pods".parse().unwrap());
        let resource = Target::from_line(&cluster, &kind, "shop/b").unwrap().resource;
        let failed = Outcome { error: Some(ConsoleError::NotSignedIn), ..Outcome::of(resource) };
        let told = |count: usize, each| match answer(vec![failed.clone(); count], each) {
            Err(ConsoleError::Invalid { problems }) => problems,
            other => panic!("{other:?}"),
        };
        let sentence = ConsoleError::NotSignedIn.to_string();

        let some = told(30, None);
        assert_eq!((some.len(), some[29].message.as_str()), (30, sentence.as_str()), "all are told");
        assert_eq!(some[29].fault, None, "there is no room for more");
        let many = told(1_000, None);
        let (last, others) = many.split_last().unwrap();
        assert_eq!(*last, FieldProblem::of("", EditFault::More(1_000 - others.len())));
        let written = serde_json::to_string(others).unwrap();
        assert!(others.len() > 20 && written.len() <= ROOM_IN_ADDRESS + 2, "{written}");
        assert_eq!(told(1_000, Some(true)).len(), 1_000);

        let long = FieldProblem::new("shop/a", "x".repeat(10_000));
        let ConsoleError::Conflict { problems } = cut(ConsoleError::Conflict { problems: vec![long; 3] })
        else {
            panic!("it is another error")
        };
        assert_eq!((problems.len(), &problems[1]), (2, &FieldProblem::of("", EditFault::More(2))));
    }
}
