//! `pre-receive` and `update`: what a push brings, judged where it lands, by what stands there already.

use std::collections::BTreeSet;

use super::arrival::{self, Arrival};
use super::conclusion::{Errand, conclude, say, stops};
use super::context::{Context, place};
use super::host;
use super::objects;
use super::question::cannot_open;
use super::trust::trusted;
use crate::cli::judge::known_refs;
use crate::cli::prepare::{Origins, model};
use crate::cli::run::UNDECIDED;
use crate::cli::trust::Trusted;
use crate::domain::finding::Finding;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind, Report, Verdict};
use crate::domain::target::Content;
use crate::domain::update::{ProposedUpdate, RefKind};
use crate::facts::Place;
use crate::facts::configuration::candidates;
use crate::git::push::{parse_received, parse_update};

/// How long a judgement may take, in seconds, unless the operator says otherwise: hosts let hooks run for 10 seconds or more.
pub const TIME_LIMIT: u64 = 10;

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    if let Some(what) = host::left_alone() {
        // Nobody flows through it, and its commits are made by the host.
        return say_and(context, &format!("flowgate: this is {what}, which is not judged"), 0);
    }
    let updates = match updates(context) {
        Ok(updates) => updates,
        Err(message) => return say_and(context, &message, UNDECIDED),
    };
    let place = match place() {
        Ok(place) => place,
        Err(error) => return cannot_open(context, &error),
    };
    let updates = followed(&place, updates);
    match judged(context, &place, &updates) {
        Ok((report, notes)) => finish(context, &place, &report, &notes, &updates),
        Err(failure) => {
            let text = format!(
                "flowgate: {}\nflowgate: nothing was judged, so nothing is accepted",
                failure.message
            );
            say_and(context, &text, UNDECIDED)
        }
    }
}

fn say_and(context: &Context<'_>, text: &str, code: u8) -> u8 {
    say(context, text);
    code
}

fn updates(context: &Context<'_>) -> Result<Vec<ProposedUpdate>, String> {
    if context.gate == Gate::PreReceive {
        return parse_received(&context.input).map_err(|error| format!("flowgate: {error}"));
    }
    let words: Vec<String> = context.words().iter().map(|w| w.to_string_lossy().into_owned()).collect();
    let update = match words.as_slice() {
        [reference, old, new] => parse_update(reference, old, new),
        _ => None,
    };
    update.map(|update| vec![update]).ok_or_else(|| {
        "flowgate: Git gives the update hook a ref, its old and its new object id; call it so: flowgate hook update REF OLD NEW".to_owned()
    })
}

/// With the refs that really move: a push to a symbolic ref of the server moves the branch that it stands for.
fn followed(place: &Place, updates: Vec<ProposedUpdate>) -> Vec<ProposedUpdate> {
    // Git follows five (refs.c).
    const MOST: usize = 6;
    let follow = |mut update: ProposedUpdate| {
        let repository = place.repository().filter(|_| update.new.is_some());
        let target = |name: &String| repository?.symbolic_target(name);
        let names = std::iter::successors(Some(update.reference.clone()), target);
        update.reference = names.take(MOST).last().unwrap_or_default();
        update
    };
    updates.into_iter().map(follow).collect()
}

/// The report, and what else the pusher should know.
fn judged(context: &Context<'_>, place: &Place, updates: &[ProposedUpdate]) -> Result<(Report, Vec<String>), Failure> {
    let facts = |error: crate::git::GitError| Failure {
        kind: FailureKind::Facts,
        message: error.to_string(),
        location: None,
    };
    // What came by other refs, such as notes, nobody looked at.
    let (known, places) = match place.repository() {
        Some(repository) => (
            repository.tag_commits().map_err(facts)?,
            repository.branch_places().map_err(facts)?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let branches: BTreeSet<String> = places.iter().map(|(_, commit)| commit.clone()).collect();
    let trusted = trusted(context, place)?;
    keeps_trusted(&trusted, updates)?;
    objects::keep_their_place(place, updates)?;
    let mut arrival = Arrival {
        updates: updates.to_vec(),
        push: host::push(),
        known,
        branches: branches.into_iter().collect(),
        places,
        origin: trusted.origin.clone(),
    };
    let mut report = arrival::judge(context, place, &arrival);
    let is_unusable = is_unusable(&report) || lock(context, place, &trusted.origin).is_err();
    if is_unusable && context.options.rules.model.config.is_none() && mends(context, place, updates) {
        // Whoever mends it must get through, and is judged by something.
        let stand_in = trusted.replaced_by_built_in();
        arrival.origin = stand_in.origin.clone();
        report = arrival::judge(context, place, &arrival);
        let mut notes = vec![stand_in.line(&context.options.rules.model, &report)];
        notes.push(format!(
            "the configuration of {} cannot be used, and nobody else gets through until a push mends it",
            trusted.name
        ));
        return Ok((report, notes));
    }
    let mut notes = vec![trusted.line(&context.options.rules.model, &report)];
    notes.extend(objects::advice(&report));
    notes.extend(arrival.moves_in(&report));
    if is_unusable {
        notes = vec![unusable_advice(context, &trusted)];
    } else {
        notes.extend(next_configuration(context, place, &trusted, updates, &mut report));
    }
    Ok((report, notes))
}

/// Configuration or policies could not be used, so that no rule was asked at all.
fn is_unusable(report: &Report) -> bool {
    let is_of_model = |failure: &Failure| matches!(failure.kind, FailureKind::Config | FailureKind::Policy | FailureKind::Facts);
    report.trust.source == "none" && report.failures.iter().any(is_of_model)
}

fn unusable_advice(context: &Context<'_>, trusted: &Trusted) -> String {
    let model = &context.options.rules.model;
    if model.config.is_some() || model.policies.is_some() {
        return "this is the server's own configuration: only who runs the server can mend it".to_owned();
    }
    format!(
        "the configuration of {} cannot be used; until it is mended only pushes pass whose branches all bring one that can",
        trusted.name
    )
}

/// Whether every branch that is pushed brings a configuration that can be used.
fn mends(context: &Context<'_>, place: &Place, updates: &[ProposedUpdate]) -> bool {
    let is_usable = |new: &Option<String>| {
        let content = new.clone().map(Content::Revision);
        content.is_some_and(|content| model(origins(context, place, &content)).is_ok() && lock(context, place, &content).is_ok())
    };
    !updates.is_empty()
        && updates
            .iter()
            .all(|update| RefKind::of(&update.reference) == RefKind::Branch && is_usable(&update.new))
}

/// What a push means for the configuration that the next one is judged by; one that cannot be used is refused, as nobody would get
/// through after it.
fn next_configuration(
    context: &Context<'_>,
    place: &Place,
    trusted: &Trusted,
    updates: &[ProposedUpdate],
    report: &mut Report,
) -> Option<String> {
    let model_arguments = &context.options.rules.model;
    if model_arguments.config.is_some() {
        return None;
    }
    let branch = trusted.branch.as_ref()?;
    let new = updates.iter().find(|update| update.reference == *branch)?.new.clone()?;
    let next = Content::Revision(new);
    let usable = model(origins(context, place, &next));
    let usable = usable.and_then(|model| lock(context, place, &next).map(|()| model).map_err(|failure| vec![failure]));
    let digest = match usable {
        Ok(model) => model.trust.digest,
        Err(failures) => {
            report.failures.extend(failures);
            if report.verdict == Verdict::Clean {
                report.verdict = Verdict::Undecided;
            }
            return Some(format!(
                "the configuration that this brings to {} cannot be used, and nobody would get through after it",
                trusted.name
            ));
        }
    };
    let is_other = || candidates(place, &trusted.origin).ok() != candidates(place, &next).ok();
    (digest != report.trust.digest || is_other()).then(|| {
        format!(
            "the configuration that this brings to {} counts from the next push",
            trusted.name
        )
    })
}

/// Whether a state's `flowgate.refs.lock` can be used.
fn lock(context: &Context<'_>, place: &Place, content: &Content) -> Result<(), Failure> {
    known_refs(place, content, &context.options.rules).map(|_| ())
}

/// A server whose configuration comes from a branch does not let it be taken away: a tag of that name, or nothing at all, would stand
/// in for it.
fn keeps_trusted(trusted: &Trusted, updates: &[ProposedUpdate]) -> Result<(), Failure> {
    let is_deletion = |update: &&ProposedUpdate| update.new.is_none() && trusted.branch.as_ref() == Some(&update.reference);
    match updates.iter().find(is_deletion) {
        None => Ok(()),
        Some(update) => Err(Failure {
            kind: FailureKind::Usage,
            message: format!(
                "{} holds the configuration and the policies by which this server judges; it cannot be deleted\n\
                 who runs the server names another default branch, or another one with --policies-from, before that",
                update.reference
            ),
            location: None,
        }),
    }
}

fn origins<'a>(context: &'a Context<'_>, place: &'a Place, content: &'a Content) -> Origins<'a> {
    let model = &context.options.rules.model;
    Origins {
        place,
        content,
        config: model.config.as_deref(),
        policies: model.policies.as_deref(),
        profile: model.profile.as_deref(),
        is_cached: false,
        cache: None,
        reach: context.reach(),
    }
}

fn finish(context: &Context<'_>, place: &Place, report: &Report, notes: &[String], updates: &[ProposedUpdate]) -> u8 {
    let errand = Errand {
        what: if context.gate == Gate::Update {
            "this ref"
        } else {
            "this push"
        },
        command: "git push",
        again: None,
    };
    let code = conclude(context, report, errand, &|_| true);
    // Who is let through is told only what is new to him.
    let told = if code == 0 {
        notes.get(1..).unwrap_or_default()
    } else {
        notes
    };
    let mut lines: Vec<String> = told.iter().map(|note| format!("flowgate: {note}")).collect();
    if code != 0 {
        let refs = refused(context, place, report, updates);
        lines.extend(refs.iter().map(|line| format!("flowgate: {line}")));
    }
    say_and(context, &lines.join("\n"), code)
}

/// The refs at fault with the rules that stop them; the others are held up with them, as Git accepts all or none.
fn refused(context: &Context<'_>, place: &Place, report: &Report, updates: &[ProposedUpdate]) -> Vec<String> {
    const SHOWN: usize = 10;
    let name = |update: &ProposedUpdate| {
        let new = update
            .new
            .as_ref()
            .map_or("deletion".to_owned(), |id| id.chars().take(10).collect());
        format!("refused {} ({new})", update.reference)
    };
    let with_rules = |update: &ProposedUpdate| {
        let is_of_update = |finding: &&Finding| updates.len() == 1 || concerns(place, finding, update);
        let rules: BTreeSet<&str> = report
            .findings
            .iter()
            .filter(|finding| stops(context, finding))
            .filter(is_of_update)
            .map(|f| f.rule.as_str())
            .collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        (!rules.is_empty()).then(|| format!("{}: {}", name(update), rules.join(", ")))
    };
    let mut lines: Vec<String> = updates.iter().filter_map(with_rules).collect();
    let is_known = !lines.is_empty();
    if !is_known {
        lines = updates.iter().map(name).collect();
    }
    let at_fault = lines.len();
    lines.truncate(SHOWN);
    let others = updates.len() - lines.len();
    if others > 0 {
        let what = if is_known && at_fault <= SHOWN {
            "refused with it"
        } else {
            "refused"
        };
        lines.push(format!(
            "{what}: {others} {}",
            if others == 1 { "ref more" } else { "refs more" }
        ));
    }
    lines
}

fn concerns(place: &Place, finding: &Finding, update: &ProposedUpdate) -> bool {
    let at = &finding.location;
    if let Some(reference) = &at.reference {
        return *reference == update.reference;
    }
    if let Some(branch) = &at.branch {
        return update.reference.strip_prefix("refs/heads/") == Some(branch);
    }
    let (Some(commit), Some(new), Some(repository)) = (&at.commit, &update.new, place.repository()) else {
        return false;
    };
    repository
        .merge_base(commit, new)
        .is_ok_and(|base| base.as_ref() == Some(commit))
}
