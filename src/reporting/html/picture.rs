//! The drawing of the roads from sources over revisions to stages, and the same as a list for narrow screens and for listening.

use std::collections::BTreeSet;

use super::deliveries::{Origin, Road};
use super::markup::{Markup, grouped};
use crate::reporting::escape::one_line;
use crate::reporting::stages::Stages;

/// Revisions that are drawn; the table has all.
const ROWS: usize = 60;

// Units of the drawing: pixels where the page is as wide as the drawing.
const WIDTH: usize = 1000;
const ROW: usize = 40;
const BOX: usize = 30;
const TOP: usize = 28;
/// Left edge and width of each column.
const SOURCES: (usize, usize) = (0, 350);
const REVISIONS: (usize, usize) = (420, 270);
const STAGES: (usize, usize) = (840, 160);
/// Width of a character of the drawing's font.
const CHARACTER: usize = 8;
/// Room inside a box, left of its text.
const PADDING: usize = 10;

/// The drawing with its list.
pub(super) fn draw(origins: &[Origin<'_>], stages: &Stages<'_>) -> Markup {
    let shown = first(origins);
    let mut markup = Markup::new();
    markup.raw("<div class=\"picture\">\n<ul class=\"legend\"><li class=\"moves\">moves: a branch or a range</li>");
    markup.raw(
        "<li class=\"stays\">stays: a version, tag or commit</li><li class=\"templated\">filled in by a template</li></ul>\n",
    );
    markup.append(&drawing(&shown, stages)).append(&list(&shown));
    let all: usize = origins.iter().map(|origin| origin.roads.len()).sum();
    if all > ROWS {
        markup
            .raw("<p class=\"quiet\">")
            .count(all - ROWS)
            .raw(" more revisions stand in the table below.</p>\n");
    }
    markup.raw("</div>\n");
    markup
}

/// A source and those of its roads that are drawn.
struct Shown<'a> {
    name: &'a str,
    roads: &'a [Road<'a>],
    /// Row of the first road.
    row: usize,
}

fn first<'a>(origins: &'a [Origin<'a>]) -> Vec<Shown<'a>> {
    let mut row = 0;
    let mut shown = Vec::new();
    for origin in origins {
        let count = origin.roads.len().min(ROWS - row);
        if count > 0 {
            shown.push(Shown {
                name: &origin.name,
                roads: &origin.roads[..count],
                row,
            });
        }
        row += count;
    }
    shown
}

fn drawing(shown: &[Shown<'_>], stages: &Stages<'_>) -> Markup {
    let reached = shown.iter().flat_map(|origin| origin.roads).flat_map(|road| &road.stages);
    let reached: BTreeSet<_> = reached.map(|(stage, _)| stages.key(stage)).collect();
    let names: Vec<&str> = reached.into_iter().map(|(_, stage)| stage).collect();
    let rows: usize = shown.iter().map(|origin| origin.roads.len()).sum();
    let height = rows.max(names.len()) * ROW;
    // The middle of the row when `count` things share the height.
    let middle = |index: usize, count: usize| TOP + (2 * index + 1) * height / (2 * count.max(1));
    let mut svg = Markup::new();
    svg.raw("<svg class=\"roads\" aria-hidden=\"true\" focusable=\"false\" viewBox=\"0 0 ")
        .number(WIDTH)
        .raw(" ");
    svg.number(TOP + height).raw("\">\n");
    for (title, (x, _)) in [("source", SOURCES), ("revision", REVISIONS), ("stage", STAGES)] {
        svg.raw("<text class=\"column\" x=\"")
            .number(x)
            .raw("\" y=\"14\">")
            .raw(title)
            .raw("</text>");
    }
    let mut boxes = Markup::new();
    for origin in shown {
        let count = origin.roads.len();
        let at = usize::midpoint(middle(origin.row, rows), middle(origin.row + count - 1, rows));
        push_box(&mut boxes, "source", SOURCES, at, origin.name, "");
        for (index, road) in origin.roads.iter().enumerate() {
            let y = middle(origin.row + index, rows);
            push_curve(&mut svg, "from", SOURCES.0 + SOURCES.1, at, REVISIONS.0, y);
            let deliveries: usize = road.stages.iter().map(|(_, count)| count).sum();
            let note = if deliveries > 1 {
                format!("×{}", grouped(deliveries))
            } else {
                String::new()
            };
            push_box(&mut boxes, road.motion.class(), REVISIONS, y, &road.revision, &note);
            for (stage, _) in &road.stages {
                let index = names.iter().position(|name| name == stage).unwrap_or_default();
                let to = middle(index, names.len());
                push_curve(&mut svg, road.motion.class(), REVISIONS.0 + REVISIONS.1, y, STAGES.0, to);
            }
        }
    }
    for (index, name) in names.iter().enumerate() {
        push_box(&mut boxes, "stage", STAGES, middle(index, names.len()), name, "");
    }
    svg.append(&boxes).raw("</svg>\n");
    svg
}

fn push_curve(svg: &mut Markup, class: &'static str, x: usize, y: usize, to_x: usize, to_y: usize) {
    let bend = usize::midpoint(x, to_x);
    svg.raw("<path class=\"")
        .raw(class)
        .raw("\" d=\"M")
        .number(x)
        .raw(" ")
        .number(y)
        .raw("C")
        .number(bend)
        .raw(" ")
        .number(y);
    svg.raw(" ")
        .number(bend)
        .raw(" ")
        .number(to_y)
        .raw(" ")
        .number(to_x)
        .raw(" ")
        .number(to_y)
        .raw("\"/>");
}

/// A box with its text; an inner drawing cuts off what is too wide, the title tells all of it.
fn push_box(svg: &mut Markup, class: &'static str, (x, width): (usize, usize), middle: usize, text: &str, note: &str) {
    let y = middle.saturating_sub(BOX / 2);
    let room = (width - 2 * PADDING) / CHARACTER - note.chars().count() - usize::from(!note.is_empty());
    svg.raw("<svg class=\"box ")
        .raw(class)
        .raw("\" x=\"")
        .number(x)
        .raw("\" y=\"")
        .number(y);
    svg.raw("\" width=\"")
        .number(width)
        .raw("\" height=\"")
        .number(BOX)
        .raw("\"><title>")
        .text(text)
        .raw("</title>");
    svg.raw("<rect x=\"1\" y=\"1\" rx=\"6\" width=\"")
        .number(width - 2)
        .raw("\" height=\"")
        .number(BOX - 2)
        .raw("\"/>");
    svg.raw("<text x=\"")
        .number(PADDING)
        .raw("\" y=\"20\">")
        .text(&cut(text, room))
        .raw("</text>");
    if !note.is_empty() {
        svg.raw("<text class=\"note\" x=\"")
            .number(width - PADDING)
            .raw("\" y=\"20\">")
            .text(note)
            .raw("</text>");
    }
    svg.raw("</svg>\n");
}

/// The end of a name tells more than its middle: hosts and groups stand in front.
fn cut(text: &str, room: usize) -> String {
    let characters: Vec<char> = one_line(text).chars().collect();
    if characters.len() <= room {
        return characters.into_iter().collect();
    }
    let head = room / 3;
    let tail = room.saturating_sub(head + 1);
    let (front, back) = (&characters[..head], &characters[characters.len() - tail..]);
    front.iter().chain(['…'].iter()).chain(back).collect()
}

fn list(shown: &[Shown<'_>]) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<ul class=\"road-list\">\n");
    for origin in shown {
        markup.raw("<li><strong>").text(origin.name).raw("</strong><ul>");
        for road in origin.roads {
            markup
                .raw("<li class=\"")
                .raw(road.motion.class())
                .raw("\"><code>")
                .text(&road.revision)
                .raw("</code> <span class=\"quiet\">");
            markup
                .raw(road.class)
                .raw("</span> <span aria-hidden=\"true\">→</span><span class=\"unseen\">reaches</span>");
            for (stage, count) in &road.stages {
                markup.raw(" <span class=\"stage\">").text(stage).raw("</span>");
                if *count > 1 {
                    markup.raw("<span class=\"quiet\">×").count(*count).raw("</span>");
                }
            }
            markup.raw("</li>");
        }
        markup.raw("</ul></li>\n");
    }
    markup.raw("</ul>\n");
    markup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_end() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut("gitlab.acme.com/team-a/phippy", 13), "gitl…a/phippy");
        assert_eq!(cut("名前名前名前", 4), "名…名前");
    }
}
