//! Which issues and comments are ours: a marker counts only in what our own bot user wrote.

use crate::domain::UserId;
use crate::github::Failure;
use crate::github::effects::Desk;
use crate::github::effects::splice::marker_line;
use crate::github::wire::Post;

impl Desk<'_> {
    /// Whether our bot user wrote it, acting as our App. Bot logins cannot be taken by people.
    pub(super) async fn wrote(&self, post: &Post) -> Result<bool, Failure> {
        let Some(user) = &post.user else { return Ok(false) };
        let login = format!("{}[bot]", self.github.slug().await?);
        if !user.login.eq_ignore_ascii_case(&login) {
            return Ok(false);
        }
        match &post.performed_via_github_app {
            Some(app) => Ok(app.id == self.github.shared().settings.app_id.0),
            None => {
                let bot = self.github.bot_user(Some(self.installation)).await?;
                Ok(bot == UserId(user.id))
            }
        }
    }

    /// Whether it is the very object that `body` describes: ours, with exactly its marker line.
    pub(super) async fn is_it(&self, post: &Post, body: &str) -> Result<bool, Failure> {
        let Some(line) = marker_line(body) else { return Ok(false) };
        let held = post.body.as_deref().unwrap_or_default();
        Ok(held.lines().any(|held| held.trim() == line) && self.wrote(post).await?)
    }
}

/// What was found, or the admission that the list was too long to tell.
pub(super) fn settle(mut found: Vec<i64>, complete: bool) -> Result<Vec<i64>, Failure> {
    if found.is_empty() && !complete {
        return Err(Failure::Later {
            until: crate::github::failure::in_seconds(60),
            why: "The list of what we may have written is too long to be read".to_owned(),
            maybe_done: true,
        });
    }
    found.sort_unstable();
    Ok(found)
}
