//! `GET /repos/{owner}/{repo}/collaborators/{user}/permission`: the effective permission.

use serde::Deserialize;

use crate::domain::{Access, Fact, RepoId, UserId, Visibility};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::wire::{Account, segment};

/// `permission` knows four levels; `role_name` has the real role, or the name of a custom one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Permission {
    permission: String,
    role_name: String,
    user: Option<Account>,
}

impl Permission {
    /// The access; custom roles count as their base role. `None` when neither word is known.
    pub(crate) fn access(&self) -> Option<Access> {
        Access::from_github(&self.role_name).or_else(|| Access::from_github(&self.permission))
    }
}

pub(super) async fn read(r: &Reading<'_>, id: RepoId, user: UserId) -> Result<Found, Failure> {
    let who = r.with(&[]);
    let (name, repository) = r.repo_as_it_is(&who, id).await?;
    let login = r.login(&who, user).await?;
    let member = format!("/repos/{name}/collaborators/{}", segment(login.as_str()));
    let fact = |access| vec![Fact::Permission { user, repo: id, access }];

    let call = Call::get(&who, format!("{member}/permission"));
    let Some(answer) = r.find(call, &format!("/repos/{name}")).await? else {
        // GitHub knows no account of that name. The number tells a rename from a deletion.
        return match r.find_account(&who, user).await? {
            None => Ok((fact(Access::None), format!("GET {member}/permission"))),
            Some(_) => Err(Failure::blind(format!("The permission of {login} cannot be read."))),
        };
    };
    let request = answer.request.clone();
    let wire: Permission = answer.json()?;
    if wire.user.as_ref().is_some_and(|account| UserId(account.id) != user) {
        return Err(Failure::blind(format!("The login {login} belongs to another account now.")));
    }
    let access = wire
        .access()
        .ok_or_else(|| Failure::blind(format!("GitHub names an unknown role for {login}.")))?;
    let public = Visibility::from_github(repository.visibility.as_deref(), repository.private)
        == Some(Visibility::Public);
    // Everybody may read a public repository: that is no grant.
    if public && access == Access::Read {
        let answer = r.github.send(Call::get(&who, member)).await?;
        if answer.is_missing() {
            return Ok((fact(Access::None), request));
        }
        answer.success()?;
    }
    Ok((fact(access), request))
}
