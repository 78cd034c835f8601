//! Which object a name means, and when something may be called gone.

use crate::domain::{Login, RepoId, RepoName, UserId};
use crate::github::answer::Answer;
use crate::github::call::Call;
use crate::github::inventory::Reading;
use crate::github::wire::{Account, Repository, segment};
use crate::github::{Failure, Who};

impl Reading<'_> {
    /// The repository with this number, whatever it is called now. `None` when it answers 404 by
    /// name and by number.
    ///
    /// `GET /repositories/{id}` is where GitHub's own redirects of renamed repositories lead.
    pub(super) async fn find_repo(
        &self,
        who: &Who,
        id: RepoId,
    ) -> Result<Option<(Repository, String)>, Failure> {
        let by_number = format!("/repositories/{id}");
        let by_name = self.names.repo.as_ref().map(|name| format!("/repos/{name}"));
        for path in by_name.into_iter().chain([by_number]) {
            let answer = self.github.send(Call::get(who, path)).await?;
            if answer.is_missing() {
                continue;
            }
            let request = answer.request.clone();
            let repository: Repository = answer.json()?;
            // Another number: the name was given to another repository since.
            if RepoId(repository.id) == id {
                return Ok(Some((repository, request)));
            }
        }
        Ok(None)
    }

    /// The current name of the repository with this number.
    ///
    /// # Errors
    /// [`Failure::Blind`] when it cannot be seen.
    pub(super) async fn repo_name(&self, who: &Who, id: RepoId) -> Result<RepoName, Failure> {
        self.repo_as_it_is(who, id).await.map(|(name, _)| name)
    }

    /// The same, with everything that GitHub says about it.
    pub(super) async fn repo_as_it_is(
        &self,
        who: &Who,
        id: RepoId,
    ) -> Result<(RepoName, Repository), Failure> {
        let hidden = || Failure::blind(format!("Repository {id} cannot be seen."));
        let (repository, _) = self.find_repo(who, id).await?.ok_or_else(hidden)?;
        Ok((repository.full_name.parse().map_err(|_| hidden())?, repository))
    }

    /// Asks for something. When it answers 404 and `parent` answers with `who`'s token, asks once
    /// more, so that a token that was not known everywhere yet proves nothing.
    /// `None` when it is gone for certain.
    pub(super) async fn find(&self, call: Call, parent: &str) -> Result<Option<Answer>, Failure> {
        let first = self.github.send(call.clone()).await?;
        if !first.is_missing() {
            return first.success().map(Some);
        }
        let above = self.github.send(Call::get(&call.who, parent)).await?;
        if above.is_missing() {
            return Err(Failure::of(&first));
        }
        above.success()?;
        let second = self.github.send(call).await?;
        if second.is_missing() { Ok(None) } else { second.success().map(Some) }
    }

    /// The address of the organisation, the parent of most things.
    pub(super) fn org_path(&self) -> String {
        format!("/orgs/{}", segment(self.org.as_str()))
    }

    /// The account with this number: by the name in the hint, else by number. 0 stands for
    /// whoever has the name. `None` when GitHub has no such account any more.
    /// Source: "Get a user using their ID".
    pub(super) async fn find_account(
        &self,
        who: &Who,
        id: UserId,
    ) -> Result<Option<(Account, String)>, Failure> {
        let by_name =
            self.names.login.as_ref().map(|login| format!("/users/{}", segment(login.as_str())));
        let anybody = id == UserId(0);
        let by_number = (!anybody).then(|| format!("/user/{id}"));
        for path in by_name.into_iter().chain(by_number) {
            let answer = self.github.send(Call::get(who, path)).await?;
            if answer.is_missing() {
                continue;
            }
            let request = answer.request.clone();
            let account: Account = answer.json()?;
            if anybody || UserId(account.id) == id {
                return Ok(Some((account, request)));
            }
        }
        Ok(None)
    }

    /// The current login of the account with this number, read only when the hint gives none.
    pub(super) async fn login(&self, who: &Who, id: UserId) -> Result<Login, Failure> {
        let unknown = || Failure::blind(format!("Account {id} cannot be found."));
        match &self.names.login {
            Some(login) => Ok(login.clone()),
            None => {
                let (account, _) = self.find_account(who, id).await?.ok_or_else(unknown)?;
                account.login.parse().map_err(|_| unknown())
            }
        }
    }
}
