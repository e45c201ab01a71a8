//! Says when the branch that a change goes to has another configuration than the one that judged the change.

use super::conclusion::say;
use super::context::Context;
use crate::cli::prepare::{Origins, model};
use crate::config::discovery::CANDIDATES;
use crate::domain::target::Content;
use crate::facts::Place;
use crate::facts::configuration::read;

/// Tells it in one line. `target` is a ref of this repository by its full name; one that is not here says nothing.
pub fn tell_difference(context: &Context<'_>, place: &Place, used: &Content, target: &str) {
    let rules = &context.options.rules;
    // Who names a configuration wants that one, wherever the change goes.
    if rules.model.config.is_some() {
        return;
    }
    let there = Content::Revision(target.to_owned());
    let texts = |content: &Content| CANDIDATES.map(|path| read(place, content, path).ok().flatten());
    // Reading a few small files is cheap; only where they differ is it worth while to load both.
    if place.repository().is_none_or(|r| r.resolve(target).is_err()) || texts(used) == texts(&there) {
        return;
    }
    let digest = |content: &Content| {
        let origins = Origins {
            place,
            content,
            config: None,
            policies: rules.model.policies.as_deref(),
            profile: rules.model.profile.as_deref(),
            is_cached: false,
            cache: None,
            reach: context.reach(),
        };
        model(origins).map(|model| model.trust.digest).ok()
    };
    if digest(used) == digest(&there) {
        return;
    }
    let short = ["refs/heads/", "refs/remotes/"]
        .iter()
        .find_map(|prefix| target.strip_prefix(prefix));
    let short = short.unwrap_or(target);
    say(
        context,
        &format!(
            "flowgate: {short} has another configuration than the one that judged this; what passes here may be stopped there"
        ),
    );
}
