//! Pull requests that wait together are read one by one and decided about at once: the same change in
//! hundreds of repositories is one conversation, and is not opened and closed for each.

use crate::decide::Input;
use crate::domain::Entity;
use crate::pipeline::turn::{Turned, Work};
use crate::pipeline::{Engine, Fault, workers};
use crate::store::{Lease, OrgRow, Refresh};

impl Engine {
    /// Takes the pull requests out of what is due and works on them. What is left is to be worked on
    /// one by one. `None` when the lease is lost.
    pub(super) async fn burst(
        &self,
        org: &OrgRow,
        lease: &mut Lease,
        due: Vec<Refresh>,
    ) -> Result<Option<Vec<Refresh>>, Fault> {
        let is_pull = |refresh: &Refresh| matches!(refresh.entity, Entity::Pull { .. });
        let (pulls, mut rest): (Vec<_>, Vec<_>) = due.into_iter().partition(is_pull);
        if pulls.len() < 2 {
            rest.splice(0..0, pulls);
            return Ok(Some(rest));
        }
        let mut read = Vec::new();
        for refresh in pulls {
            if !self.store().renew(lease, workers::LEASE).await? {
                return Ok(None);
            }
            match self.reading(org, &refresh).await? {
                Ok(reading) => read.push((refresh, reading)),
                Err(failure) => {
                    if !self.failed(lease, &refresh, failure).await? {
                        return Ok(None);
                    }
                }
            }
        }
        let inputs: Vec<Input> = read
            .iter()
            .map(|(refresh, reading)| Input::Read {
                hints: refresh.hints.clone(),
                reading: reading.clone(),
            })
            .collect();
        let entities = || read.iter().map(|(refresh, _)| refresh);
        let work = Work {
            cleared: entities().map(|it| (it.entity.clone(), it.generation)).collect(),
            seen_again: entities().map(|it| it.entity.key()).collect(),
            ..Work::new(lease, &inputs)
        };
        match self.turn(work).await? {
            Turned::Saved => {}
            Turned::Overtaken => return Ok(None),
            // One of them wants something: each is asked by itself.
            Turned::Later(_) | Turned::Fetch(_) => {
                rest.splice(0..0, read.into_iter().map(|(refresh, _)| refresh));
            }
        }
        Ok(Some(rest))
    }
}
