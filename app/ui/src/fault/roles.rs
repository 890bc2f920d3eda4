//! What is wrong with who holds what: members, roles, departments, and requests for roles.

use crate::listed::in_turn;
use crate::words::{permission_words, text, text_with};
use model::fault::{DepartmentFault, MemberFault, RequestFault, RoleFault};

pub(super) fn member_words(fault: &MemberFault) -> String {
    let words = match fault {
        MemberFault::More(more) => {
            return text_with("fault.member.more", &[("more", &permissions(more))]);
        }
        MemberFault::Unknown => text("fault.member.unknown"),
        MemberFault::HoldsNothing => text("fault.member.holds-nothing"),
        MemberFault::NoMoment => text("fault.member.no-moment"),
        MemberFault::Over => text("fault.member.over"),
        MemberFault::TooFar => text("fault.member.too-far"),
    };
    words.to_owned()
}

/// What permissions are called that stand as words with commas between.
pub(super) fn permissions(words: &str) -> String {
    in_turn(&words.split(", ").map(permission_words).collect::<Vec<_>>())
}

pub(super) fn role_words(fault: &RoleFault) -> String {
    let words = match fault {
        RoleFault::Tier => text("fault.own-role.tier"),
        RoleFault::TierStays => text("fault.own-role.tier-stays"),
        RoleFault::InUse => text("fault.own-role.in-use"),
        RoleFault::BuiltIn => text("fault.own-role.built-in"),
        RoleFault::Changed => text("fault.own-role.changed"),
    };
    words.to_owned()
}

pub(super) fn department_words(fault: &DepartmentFault) -> String {
    let words = match fault {
        DepartmentFault::NoParent => text("fault.department.no-parent"),
        DepartmentFault::Circle => text("fault.department.circle"),
        DepartmentFault::InUse => text("fault.department.in-use"),
        DepartmentFault::ForeignPlace => text("fault.department.foreign-place"),
        DepartmentFault::Role => text("fault.department.role"),
    };
    words.to_owned()
}

pub(super) fn request_words(fault: &RequestFault) -> String {
    let words = match fault {
        RequestFault::TooMany(open) => return text_with("fault.request.too-many", &[("open", open)]),
        RequestFault::LongReason { longest, length } => {
            return text_with("fault.request.long-reason", &[("longest", longest), ("length", length)]);
        }
        RequestFault::Gone => text("fault.request.gone"),
        RequestFault::Own => text("fault.request.own"),
        RequestFault::GivesNothing => text("fault.request.gives-nothing"),
        RequestFault::AlreadyOpen => text("fault.request.already-open"),
        RequestFault::NoNeed => text("fault.request.no-need"),
        RequestFault::NoReason => text("fault.request.no-reason"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_members_roles_departments_and_requests_read_as_they_say() {
        let members = [
            MemberFault::Unknown,
            MemberFault::HoldsNothing,
            MemberFault::NoMoment,
            MemberFault::Over,
            MemberFault::TooFar,
        ];
        let more = MemberFault::More("workloads.edit, workloads.exec".into());
        assert_eq!(
            member_words(&more),
            format!(
                "holds more than you do here ({}; {}): who has it can give it",
                permission_words("workloads.edit"),
                permission_words("workloads.exec"),
            )
        );
        assert!(!member_words(&more).contains("workloads.edit"), "{}", member_words(&more));
        let roles =
            [RoleFault::Tier, RoleFault::TierStays, RoleFault::InUse, RoleFault::BuiltIn, RoleFault::Changed];
        let departments = [
            DepartmentFault::NoParent,
            DepartmentFault::Circle,
            DepartmentFault::InUse,
            DepartmentFault::ForeignPlace,
            DepartmentFault::Role,
        ];
        let requests = [
            RequestFault::Gone,
            RequestFault::Own,
            RequestFault::GivesNothing,
            RequestFault::AlreadyOpen,
            RequestFault::TooMany(20),
            RequestFault::NoNeed,
            RequestFault::NoReason,
            RequestFault::LongReason { longest: 500, length: 501 },
        ];

        reads_as_it_says(members.map(Fault::from));
        reads_as_it_says(roles.map(Fault::from));
        reads_as_it_says(departments.map(Fault::from));
        reads_as_it_says(requests.map(Fault::from));
    }
}
