//! Who may look after people and devices.

use sync_core::Role;

use crate::auth::CurrentUser;
use crate::error::ApiError;

/// Whose rows somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Everybody in the sub-district.
    All,
    /// Those who share a unit with them.
    OwnUnits,
}

/// Whom this person may see in the list of people.
pub(super) fn sight_of(user: &CurrentUser) -> Result<Sight, ApiError> {
    match user.role {
        Role::OfficeReviewer | Role::Leader | Role::SystemAdmin | Role::SecurityAdmin => {
            Ok(Sight::All)
        }
        Role::CommunitySecretary | Role::GridHead => Ok(Sight::OwnUnits),
        Role::HotlineWorker
        | Role::GridWorker
        | Role::BuildingCaptain
        | Role::Volunteer
        | Role::Police
        | Role::SectionHandler
        | Role::EnterpriseTeam
        | Role::Auditor => Err(refused()),
    }
}

/// Refuses whoever may not add somebody with this role or give them a phone. Only a system administrator
/// decides who administers and who audits.
pub(super) fn may_appoint(user: &CurrentUser, role: Role) -> Result<(), ApiError> {
    let is_administrative = matches!(
        role,
        Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor
    );
    let may = match user.role {
        Role::SystemAdmin => true,
        Role::OfficeReviewer | Role::Leader => !is_administrative,
        Role::HotlineWorker
        | Role::CommunitySecretary
        | Role::GridHead
        | Role::GridWorker
        | Role::BuildingCaptain
        | Role::Volunteer
        | Role::Police
        | Role::SectionHandler
        | Role::EnterpriseTeam
        | Role::SecurityAdmin
        | Role::Auditor => false,
    };
    may.then_some(()).ok_or_else(refused)
}

/// Refuses whoever may not bar a device.
pub(super) fn may_revoke(user: &CurrentUser) -> Result<(), ApiError> {
    let may = matches!(
        user.role,
        Role::OfficeReviewer | Role::Leader | Role::SystemAdmin | Role::SecurityAdmin
    );
    may.then_some(()).ok_or_else(refused)
}

fn refused() -> ApiError {
    ApiError::forbidden(
        "role_not_allowed",
        "您的岗位没有这项权限，如需办理请联系街道办公室或系统管理员。",
    )
}

#[cfg(test)]
mod tests {
    use sync_core::Id;

    use super::*;

    fn user(role: Role) -> CurrentUser {
        let nobody = Id::from_bytes([0; 16]);
        CurrentUser {
            tenant: nobody,
            person: nobody,
            device: nobody,
            role,
            name: String::new(),
        }
    }

    /// The matrix, one line a role that may do anything: role, sight, appoints a worker, appoints an
    /// administrator, revokes.
    #[test]
    fn each_role_may_do_what_the_matrix_says_and_no_more() {
        const MATRIX: &[(Role, Sight, bool, bool, bool)] = &[
            (Role::OfficeReviewer, Sight::All, true, false, true),
            (Role::Leader, Sight::All, true, false, true),
            (Role::SystemAdmin, Sight::All, true, true, true),
            (Role::SecurityAdmin, Sight::All, false, false, true),
            (
                Role::CommunitySecretary,
                Sight::OwnUnits,
                false,
                false,
                false,
            ),
            (Role::GridHead, Sight::OwnUnits, false, false, false),
        ];
        for role in Role::ALL {
            let line = MATRIX.iter().find(|line| line.0 == *role);
            let user = user(*role);
            assert_eq!(sight_of(&user).ok(), line.map(|line| line.1), "{role:?}");
            let worker = may_appoint(&user, Role::GridWorker).is_ok();
            assert_eq!(worker, line.is_some_and(|line| line.2), "{role:?}");
            for other in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
                let admin = may_appoint(&user, other).is_ok();
                assert_eq!(admin, line.is_some_and(|line| line.3), "{role:?}");
            }
            let revokes = may_revoke(&user).is_ok();
            assert_eq!(revokes, line.is_some_and(|line| line.4), "{role:?}");
        }
    }
}
