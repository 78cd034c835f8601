//! Reactions on issues, comments and review comments. Reacting twice answers 200 with the first reaction.

use crate::{
    deeds::Reacted,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing},
    render::REACTIONS,
    world::{Reaction, World},
};

const READ: Needs = Needs::Token("issues=read; pull_requests=read");
const WRITE: Needs = Needs::Token("issues=write; pull_requests=write");
const READ_LINES: Needs = Needs::Token("pull_requests=read");
const WRITE_LINES: Needs = Needs::Token("pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/reactions",
        needs: READ,
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/reactions",
        needs: WRITE,
        run: react,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}",
        needs: WRITE,
        run: remove,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
        needs: READ,
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
        needs: WRITE,
        run: react,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}",
        needs: WRITE,
        run: remove,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
        needs: READ_LINES,
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
        needs: WRITE_LINES,
        run: react,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions/{reaction_id}",
        needs: WRITE_LINES,
        run: remove,
    },
];

fn target(world: &World, call: &Call) -> Result<Reacted, Refusal> {
    let repo = call.repo(world)?.id;
    if call.path.contains("/pulls/comments/") {
        let id = call.number("comment_id")?;
        return world.pull_of_line(repo, id).map(|_| Reacted::Line(repo, id)).ok_or_else(gone);
    }
    if call.params.contains_key("comment_id") {
        return world
            .place_of_comment(repo, call.number("comment_id")?)
            .map(Reacted::Comment)
            .ok_or_else(gone);
    }
    Ok(Reacted::Issue(repo, call.issue(world)?.1.number))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let place = target(world, call)?;
    let all = world.reactions_mut(place).ok_or_else(gone)?.clone();
    let wanted = call.query("content");
    let shown: Vec<&Reaction> =
        all.iter().filter(|one| wanted.is_none_or(|wanted| wanted == one.content)).collect();
    call.list(world, &shown, |reaction| world.show_reaction(reaction))
}

fn react(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    call.repo_to_write(world)?;
    let place = target(world, call)?;
    let content = call.text("content").filter(|content| REACTIONS.contains(content));
    let content = content.ok_or_else(|| invalid("Reaction", "content", "invalid"))?;
    let (is_new, reaction) = world.react(place, by, content).ok_or_else(gone)?;
    let shown = world.show_reaction(&reaction);
    if is_new { made(shown) } else { found(shown) }
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    call.repo_to_write(world)?;
    let place = target(world, call)?;
    let id = call.number("reaction_id")?;
    let reactions = world.reactions_mut(place).ok_or_else(gone)?;
    let at = reactions.iter().position(|reaction| reaction.id == id).ok_or_else(gone)?;
    reactions.remove(at);
    nothing()
}
