//! Who may look after people and devices.

use sync_core::Role;

use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::people::Person;

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
        | Role::OwnerRep
        | Role::Police
        | Role::SectionHandler
        | Role::EnterpriseTeam
        | Role::Auditor => Err(refused()),
    }
}

/// Refuses whoever may not add somebody with this role or give them a phone. Only a system administrator
/// decides who administers and who audits.
pub(super) fn may_appoint(user: &CurrentUser, role: Role) -> Result<(), ApiError> {
    let may = match user.role {
        Role::SystemAdmin => true,
        Role::OfficeReviewer | Role::Leader => !is_administrative(role),
        Role::HotlineWorker
        | Role::CommunitySecretary
        | Role::GridHead
        | Role::GridWorker
        | Role::BuildingCaptain
        | Role::Volunteer
        | Role::OwnerRep
        | Role::Police
        | Role::SectionHandler
        | Role::EnterpriseTeam
        | Role::SecurityAdmin
        | Role::Auditor => false,
    };
    may.then_some(()).ok_or_else(refused)
}

/// Refuses to make somebody a residents' representative by hand, or one something else: they are invited to a mediation, and
/// neither have a password nor a unit.
pub(super) fn not_by_hand(role: Role) -> Result<(), ApiError> {
    if role.is_representative() {
        return Err(ApiError::conflict(
            "role_by_invitation",
            "业主代表由调解员在调解记录里邀请，没有密码和单位；这里只能停用、恢复账号和生成登记码。",
        ));
    }
    Ok(())
}

/// Refuses whoever appoints nobody, before it is looked whether there is such a person.
pub(super) fn may_appoint_somebody(user: &CurrentUser) -> Result<(), ApiError> {
    may_appoint(user, Role::GridWorker)
}

/// Refuses whoever may not change this account. One's own is for somebody else to change.
pub(super) fn may_change(user: &CurrentUser, person: &Person) -> Result<(), ApiError> {
    may_appoint(user, person.role)?;
    if person.id == user.person {
        return Err(ApiError::conflict(
            "own_account",
            "不能改自己的账号；请让另一位管理人员操作。自己的密码在右上角“修改密码”里改。",
        ));
    }
    Ok(())
}

/// Refuses whoever may not confirm what somebody else appointed.
pub(super) fn may_confirm(user: &CurrentUser) -> Result<(), ApiError> {
    let may = matches!(
        user.role,
        Role::OfficeReviewer | Role::Leader | Role::SystemAdmin | Role::SecurityAdmin
    );
    may.then_some(()).ok_or_else(refused)
}

/// Whether a second person has to confirm that somebody gets this role, or another password for it. With it goes
/// what the whole office sees and decides, or the right to confirm and to watch, and whoever appoints knows the
/// first password: without this an administrator could become the office, or their own second person.
pub(super) const fn needs_second_person(role: Role) -> bool {
    role.is_office() || is_administrative(role)
}

const fn is_administrative(role: Role) -> bool {
    matches!(
        role,
        Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor
    )
}

/// Refuses whoever bars no devices, before it is looked whose it is.
pub(super) fn may_revoke_something(user: &CurrentUser) -> Result<(), ApiError> {
    may_confirm(user)
}

/// Refuses whoever may not bar a device of somebody with this role: the office does not lock out those who
/// administer and audit.
pub(super) fn may_revoke(user: &CurrentUser, owner: Role) -> Result<(), ApiError> {
    if matches!(user.role, Role::SystemAdmin | Role::SecurityAdmin) {
        return Ok(());
    }
    may_appoint(user, owner)
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
            released_until: None,
            tenant: nobody,
            person: nobody,
            device: nobody,
            role,
            name: String::new(),
            key: None,
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
            let revokes = may_revoke(&user, Role::GridWorker).is_ok();
            assert_eq!(revokes, line.is_some_and(|line| line.4), "{role:?}");
            let bars_admin = may_revoke(&user, Role::SystemAdmin).is_ok();
            let administers = matches!(role, Role::SystemAdmin | Role::SecurityAdmin);
            assert_eq!(bars_admin, administers, "{role:?}");
        }
    }
}
