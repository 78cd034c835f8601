//! Faults by their names, for the next request or until further notice.

use crate::{
    faults::{Fault, Standing},
    sim::Sim,
};
use std::time::Duration;

impl Sim {
    /// The next `requests` find the hour's budget used up.
    pub fn rate_limit_next(&self, requests: usize) {
        for _ in 0..requests {
            self.next(Fault::RateLimitNext);
        }
    }

    /// The next request runs into a secondary limit.
    pub fn secondary_limit_next(&self) {
        self.next(Fault::SecondaryLimitNext);
    }

    /// The connection of the next request breaks before anything is done.
    pub fn drop_connection_before_doing_it(&self) {
        self.next(Fault::DropConnection { after: false });
    }

    /// The next request is carried out, then its connection breaks.
    pub fn drop_connection_after_doing_it(&self) {
        self.next(Fault::DropConnection { after: true });
    }

    /// The next request is carried out and answered 502.
    pub fn answer_502_after_doing_it(&self) {
        self.next(Fault::Answer502AfterDoingIt);
    }

    /// The next request is answered 500 and not carried out.
    pub fn answer_500(&self) {
        self.next(Fault::Answer500);
    }

    /// The answer to the next request takes this long.
    pub fn slow(&self, ms: u64) {
        self.next(Fault::Slow { ms });
    }

    /// The webhook that the next request causes arrives before its answer.
    pub fn webhook_before_answer(&self) {
        self.next(Fault::WebhookBeforeAnswer);
    }

    /// The answer to the next request breaks off in its body.
    pub fn truncate_body(&self) {
        self.next(Fault::TruncateBody);
    }

    /// The answer to the next request is not JSON.
    pub fn malformed_body(&self) {
        self.next(Fault::MalformedBody);
    }

    /// Issues, pull requests, comments, reviews and check runs made from now on appear in lists only
    /// after this long. Reading them by
    /// number works at once. 0 ends it.
    pub fn lists_lag(&self, ms: u64) {
        self.world().faults.lists_lag = Duration::from_millis(ms);
    }

    /// Trees with more entries than this are cut from now on and say `truncated`. GitHub's own limit
    /// is 100,000.
    pub fn truncates_trees_at(&self, entries: usize) {
        self.world().faults.largest_tree = entries;
    }

    /// Every request whose path ends so goes wrong from now on.
    pub fn always(&self, path_end: &str, fault: Fault) {
        let (path_end, later_pages) = (path_end.to_owned(), false);
        self.world().faults.stand(Some(Standing { path_end, later_pages, fault }));
    }

    /// The same for requests for any page of a list but the first.
    pub fn always_on_later_pages(&self, path_end: &str, fault: Fault) {
        let (path_end, later_pages) = (path_end.to_owned(), true);
        self.world().faults.stand(Some(Standing { path_end, later_pages, fault }));
    }

    /// Ends [`Sim::always`] and [`Sim::always_on_later_pages`].
    pub fn works_again(&self) {
        self.world().faults.stand(None);
    }

    /// This permission counts as not granted from now on.
    pub fn forbid(&self, permission: &str) {
        self.world().faults.forbidden.insert(permission.to_owned());
    }

    /// Ends [`Sim::forbid`].
    pub fn allow(&self, permission: &str) {
        self.world().faults.forbidden.remove(permission);
    }
}
