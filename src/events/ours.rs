//! Who we are, so that our own words and issues are known again.

use crate::domain::{AppId, Markers, UserId};
use crate::events::envelope::Account;

/// Our App, our bot user and our markers.
#[derive(Clone, Copy)]
pub struct Us<'a> {
    /// Our App's number.
    pub app: AppId,
    /// Our bot user's number; `None` until it was read.
    pub bot_user: Option<UserId>,
    /// Reads our markers.
    pub markers: &'a Markers,
}

impl Us<'_> {
    /// Whether `author` wrote something for us: our bot user, or, until we know its number, the
    /// bot of the App that the object names.
    pub(super) fn wrote(&self, author: Option<&Account>, through: Option<AppId>) -> bool {
        let Some(author) = author else { return false };
        match self.bot_user {
            Some(bot) => author.user() == Some(bot),
            None => author.kind.as_deref() == Some("Bot") && through == Some(self.app),
        }
    }

    /// Whether an account is our bot user, as far as its number is known.
    pub(super) fn is(&self, account: Option<&Account>) -> bool {
        self.bot_user.is_some() && account.and_then(Account::user) == self.bot_user
    }
}
