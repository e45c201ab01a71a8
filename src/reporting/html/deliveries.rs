//! Which source at which revision reaches which stage: a picture of the roads, and a table of every delivery.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::Markup;
use super::page::Part;
use super::picture;
use crate::domain::delivery::{Delivery, Source};
use crate::domain::report::Report;
use crate::domain::revision::{Revision, RevisionClass};
use crate::reporting::stages::Stages;

/// Where nothing is known.
const NO_STAGE: &str = "no stage known";

/// How a revision behaves over time, for the look of its road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Motion {
    /// A branch, the default branch or a range: tomorrow it may be something else.
    Moves,
    /// A version, a tag or a commit.
    Stays,
    /// Known only when the template is filled in.
    Templated,
}

/// A revision of one source, and the stages that it reaches with how many deliveries.
pub(super) struct Road<'a> {
    pub(super) revision: String,
    pub(super) class: &'static str,
    pub(super) motion: Motion,
    /// In the order of promotion.
    pub(super) stages: Vec<(&'a str, usize)>,
}

/// A source with its roads.
pub(super) struct Origin<'a> {
    pub(super) name: String,
    pub(super) roads: Vec<Road<'a>>,
}

/// `None` where nothing is delivered.
pub(super) fn section(report: &Report, stages: &Stages<'_>) -> Option<Part> {
    if report.deliveries.is_empty() {
        return None;
    }
    let mut part = Part::begin("deliveries", "What goes where", report.deliveries.len());
    let origins = origins(&report.deliveries, stages);
    part.body
        .append(&picture::draw(&origins, stages))
        .append(&table(&report.deliveries))
        .raw("</section>\n");
    Some(part)
}

/// Sources by name; their revisions by the stages they reach, so that roads cross little.
fn origins<'a>(deliveries: &'a [Delivery], stages: &Stages<'_>) -> Vec<Origin<'a>> {
    type Reached<'a> = BTreeMap<&'a str, usize>;
    let mut sources: BTreeMap<String, BTreeMap<(String, RevisionClass), Reached<'a>>> = BTreeMap::new();
    for delivery in deliveries {
        let revisions = sources.entry(source_name(&delivery.source)).or_default();
        let key = (revision_name(&delivery.revision), delivery.revision.class);
        let reached = revisions.entry(key).or_default();
        for stage in stages_of(delivery) {
            *reached.entry(stage).or_default() += 1;
        }
    }
    let road = |((revision, class), reached): ((String, RevisionClass), Reached<'a>)| {
        let mut reached: Vec<(&str, usize)> = reached.into_iter().collect();
        reached.sort_by_key(|(stage, _)| stages.key(stage));
        Road {
            revision,
            class: class.as_str(),
            motion: motion(class),
            stages: reached,
        }
    };
    let origin = |(name, revisions): (String, BTreeMap<_, Reached<'a>>)| {
        let mut roads: Vec<Road<'_>> = revisions.into_iter().map(road).collect();
        roads.sort_by_key(|road| road.stages.first().map(|(stage, _)| stages.key(stage)));
        Origin { name, roads }
    };
    sources.into_iter().map(origin).collect()
}

/// Every stage that a delivery names; several where one statement stands for several.
fn stages_of(delivery: &Delivery) -> BTreeSet<&str> {
    let mut stages: BTreeSet<&str> = delivery.stage.stages.iter().map(String::as_str).collect();
    stages.extend(delivery.stage.stage.as_deref());
    if stages.is_empty() {
        stages.insert(delivery.environment.as_deref().unwrap_or(NO_STAGE));
    }
    stages
}

fn source_name(source: &Source) -> String {
    let place = source.repository.as_deref().or(source.url.as_deref());
    let place = match (place, source.is_this_repository) {
        (Some(place), _) => place,
        (None, Some(true)) => "this repository",
        (None, _) => "source not known",
    };
    match &source.chart {
        Some(chart) => format!("{place}: {chart}"),
        None => place.to_owned(),
    }
}

fn revision_name(revision: &Revision) -> String {
    match (&revision.text, revision.class) {
        (Some(text), _) if !text.is_empty() => text.clone(),
        (_, RevisionClass::Default) => "default branch".to_owned(),
        _ => "not stated".to_owned(),
    }
}

const fn motion(class: RevisionClass) -> Motion {
    match class {
        RevisionClass::Default | RevisionClass::Branch | RevisionClass::Range => Motion::Moves,
        RevisionClass::Tag | RevisionClass::Semver | RevisionClass::Commit | RevisionClass::ShortCommit => Motion::Stays,
        RevisionClass::Templated => Motion::Templated,
    }
}

impl Motion {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Moves => "moves",
            Self::Stays => "stays",
            Self::Templated => "templated",
        }
    }
}

fn table(deliveries: &[Delivery]) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<details class=\"fold\"><summary>Every delivery</summary>\n");
    markup.raw("<div class=\"wide\" role=\"region\" aria-label=\"Every delivery\" tabindex=\"0\"><table><thead><tr>");
    for name in ["Delivery", "Source", "Revision", "Stage", "Destination", "Stated in"] {
        markup.raw("<th scope=\"col\">").raw(name).raw("</th>");
    }
    markup.raw("</tr></thead><tbody>\n");
    deliveries.iter().for_each(|delivery| push_row(&mut markup, delivery));
    markup.raw("</tbody></table></div></details>\n");
    markup
}

fn push_row(markup: &mut Markup, delivery: &Delivery) {
    markup
        .raw("<tr><td>")
        .text(delivery.name.as_deref().unwrap_or("unnamed"))
        .raw("<br><span class=\"quiet\">");
    markup
        .text(&delivery.kind)
        .raw(", ")
        .raw(delivery.mode.as_str())
        .raw("</span></td><td>")
        .text(&source_name(&delivery.source));
    if let Some(path) = &delivery.source.path {
        markup.raw("<br><code>").text(path).raw("</code>");
    }
    markup
        .raw("</td><td><code>")
        .text(&revision_name(&delivery.revision))
        .raw("</code><br><span class=\"quiet\">");
    markup.raw(delivery.revision.class.as_str()).raw("</span></td><td>");
    for stage in stages_of(delivery) {
        markup.raw("<span class=\"stage\">").text(stage).raw("</span> ");
    }
    markup.raw("</td><td>");
    let destination = [&delivery.cluster, &delivery.namespace];
    for (index, name) in destination.into_iter().flatten().enumerate() {
        markup
            .raw(if index > 0 { "<br>" } else { "" })
            .raw("<code>")
            .text(name)
            .raw("</code>");
    }
    markup.raw("</td><td>").place(&delivery.at).raw("</td></tr>\n");
}
