//! The package of a Rego text and the comment blocks before its definitions, read without parsing the whole text.

use std::borrow::Cow;
use std::fmt;

use super::lexemes::{Kind, Lexeme, lexemes};

/// A package's path without `data`: `rules`, `mapping`, `argocd-branch-per-stage`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackagePath(pub(crate) Vec<String>);

impl PackagePath {
    /// Is `self` the other package or one below it?
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(crate) fn parts(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            match (is_identifier(part), index) {
                (true, 0) => f.write_str(part)?,
                (true, _) => write!(f, ".{part}")?,
                (false, _) => write!(f, "[{:?}]", part)?,
            }
        }
        Ok(())
    }
}

/// A `# METADATA` block: the YAML between the marker and the definition that it stands before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Line of the marker, from 1; the YAML begins on the next line.
    pub(crate) line: u32,
    pub(crate) text: BlockText,
    /// What it stands before.
    pub(crate) before: Before,
}

/// What a block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockText {
    /// The lines without their `#`; columns move by the length of `#` and the blanks before it.
    Yaml(String),
    /// What the build made of such lines.
    Json(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Before {
    Package,
    /// A definition with this name.
    Definition(String),
}

/// What stands at the top of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) package: PackagePath,
    /// Line and column of the word `package`.
    pub(crate) place: (u32, u32),
    pub(crate) blocks: Vec<Block>,
}

/// Reads package and metadata blocks; `None` when there is no package.
pub(crate) fn outline(text: &str) -> Option<Outline> {
    let lexemes: Vec<Lexeme<'_>> = lexemes(text).collect();
    let start = lexemes.iter().position(|l| l.kind != Kind::Comment)?;
    let word = lexemes.get(start).filter(|l| l.text == "package")?;
    Some(Outline {
        package: package_path(lexemes.get(start + 1..)?)?,
        place: (word.line, word.column),
        blocks: blocks(&lexemes),
    })
}

fn package_path(lexemes: &[Lexeme<'_>]) -> Option<PackagePath> {
    let mut parts = Vec::new();
    let mut rest = lexemes;
    while let [first, tail @ ..] = rest {
        rest = match (parts.is_empty(), first.text, tail) {
            (true, word, _) if first.kind == Kind::Word => {
                parts.push(word.to_owned());
                tail
            }
            (false, ".", [name, tail @ ..]) if name.kind == Kind::Word => {
                parts.push(name.text.to_owned());
                tail
            }
            (false, "[", [name, close, tail @ ..]) if name.kind == Kind::String && close.text == "]" => {
                parts.push(unquoted(name.text)?);
                tail
            }
            _ => break,
        };
    }
    (!parts.is_empty()).then_some(PackagePath(parts))
}

fn unquoted(text: &str) -> Option<String> {
    match text.strip_prefix('`') {
        Some(raw) => raw.strip_suffix('`').map(str::to_owned),
        None => serde_json::from_str(text).ok(),
    }
}

fn blocks(lexemes: &[Lexeme<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = lexemes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.kind != Kind::Comment || comment_text(first.text).trim() != "METADATA" {
            continue;
        }
        let mut yaml = String::new();
        let mut line = first.line;
        while let [comment, after @ ..] = rest {
            if comment.kind != Kind::Comment || comment.line != line + 1 {
                break;
            }
            line = comment.line;
            yaml.push_str(&comment_text(comment.text));
            yaml.push('\n');
            rest = after;
        }
        let Some(next) = rest.iter().find(|l| l.kind != Kind::Comment) else {
            break;
        };
        blocks.push(Block {
            line: first.line,
            text: BlockText::Yaml(yaml),
            before: if next.text == "package" {
                Before::Package
            } else {
                Before::Definition(defined_name(rest, next))
            },
        });
    }
    blocks
}

/// The name that a definition starting at `next` defines: `default allow := ...` defines `allow`.
fn defined_name(rest: &[Lexeme<'_>], next: &Lexeme<'_>) -> String {
    if next.text != "default" {
        return next.text.to_owned();
    }
    let mut after = rest.iter().skip_while(|l| *l != next).skip(1);
    after
        .find(|l| l.kind == Kind::Word)
        .map_or_else(String::new, |l| l.text.to_owned())
}

/// Without `#` and line ending; a tab, which YAML refuses as indentation, counts as two blanks.
fn comment_text(comment: &str) -> Cow<'_, str> {
    let text = comment.trim_start_matches('#').trim_end();
    if text.contains('\t') {
        Cow::Owned(text.replace('\t', "  "))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = outline(text).map(|o| {
            let blocks: Vec<String> = o
                .blocks
                .iter()
                .map(|b| format!("{} {:?} {:?}", b.line, b.before, b.text))
                .collect();
            format!("{} {:?} {}", o.package, o.place, blocks.join(" | "))
        });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_package_keeps_quoted_parts_apart() {
        check("package rules.mapping[\"a-b.c\"]\n", Some("rules.mapping[\"a-b.c\"] (1, 1) "));
        check("# hi\n\n  package a . b", Some("a.b (3, 3) "));
        check("package a[`b\\c`][\"\\u0064\"]", Some("a[\"b\\\\c\"].d (1, 1) "));
    }

    #[test]
    fn a_package_is_read_as_regorus_reads_it() {
        for text in [
            "package a.b",
            "# x\npackage a[\"b.c\"]",
            "package a.b.c",
            "package a[\"\\u0062\\n\"].c # d\n",
            "package a\n[1]",
            "package\ta",
        ] {
            let mut engine = regorus::Engine::new();
            if engine.add_policy("a.rego".to_owned(), format!("{text}\nx := 1")).is_ok() {
                // `get_packages` would say `a.b.c` for the second and the third alike.
                let components = engine.get_policy_package_components().unwrap().remove(0).components;
                assert_eq!(outline(text).unwrap().package.0, components, "{text}");
            }
        }
    }

    #[test]
    fn without_a_package_there_is_no_outline() {
        check("", None);
        check("import data.x\npackage a", None);
        check("# package a", None);
        check("package", None);
    }

    #[test]
    fn metadata_blocks_know_what_they_stand_before() {
        check(
            "# METADATA\n# title: A\n# custom:\n#   b: 1\npackage a\n\n# METADATA\n# title: B\n\n# other\ndefault r := `\n# METADATA\n`\n",
            Some("a (5, 1) 1 Package Yaml(\" title: A\\n custom:\\n   b: 1\\n\") | 7 Definition(\"r\") Yaml(\" title: B\\n\")"),
        );
    }
}
