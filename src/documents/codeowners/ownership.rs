//! Who owns a path, and what each entry is good for.

use std::collections::BTreeMap;

use crate::domain::location::Position;

use super::parse::CodeOwners;

/// The owners that one section has for a path. GitHub's whole file is one section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionOwners {
    /// Empty before the first heading.
    pub name: String,
    pub owners: Vec<String>,
    /// How many of them have to approve; 0 in an optional section or where there is no owner.
    pub approvals: u32,
    pub is_optional: bool,
    /// Index of the entry that decides.
    pub entry: usize,
    /// Where that entry stands.
    pub at: Position,
}

/// What is asked of whom about one path.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owned {
    /// In the order of the file; several add up on GitLab.
    pub sections: Vec<SectionOwners>,
}

impl Owned {
    /// Everybody who is asked, each once.
    pub fn owners(&self) -> Vec<String> {
        let mut owners: Vec<String> = self.sections.iter().flat_map(|s| s.owners.iter().cloned()).collect();
        owners.sort();
        owners.dedup();
        owners
    }

    /// The most approvals that one section asks for; 0 when nobody has to approve.
    pub fn approvals(&self) -> u32 {
        self.sections.iter().map(|section| section.approvals).max().unwrap_or(0)
    }
}

/// What an entry is good for among the paths of a repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Paths that its pattern has.
    pub matches: usize,
    /// Those for which it decides in its section.
    pub decides: usize,
    /// The later entry that decides instead for all of its paths, when it decides for none and there is one such entry.
    pub shadowed_by: Option<usize>,
}

impl CodeOwners {
    /// Who owns a path (from the root, with `/`).
    pub fn owners_of(&self, path: &str) -> Owned {
        self.owned(&self.matcher.matches(path))
    }

    fn owned(&self, matches: &[usize]) -> Owned {
        let decided = self.deciding(matches);
        let sections = decided.into_iter().filter_map(|index| {
            let entry = self.entries.get(index)?;
            let is_optional = self.optional.contains(&entry.section);
            let is_required = !is_optional && !entry.owners.is_empty();
            Some(SectionOwners {
                name: entry.section.clone(),
                owners: entry.owners.clone(),
                approvals: if is_required { entry.approvals } else { 0 },
                is_optional,
                entry: index,
                at: entry.at,
            })
        });
        Owned {
            sections: sections.collect(),
        }
    }

    /// The last matching entry of each section that does not exclude the path.
    fn deciding(&self, matches: &[usize]) -> Vec<usize> {
        let mut last: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
        for index in matches {
            let Some(entry) = self.entries.get(*index) else { continue };
            let (last, is_excluded) = last.entry(&entry.section).or_insert((*index, false));
            *last = *index;
            *is_excluded |= entry.is_exclusion;
        }
        let mut deciding: Vec<usize> = last
            .into_values()
            .filter(|(_, excluded)| !excluded)
            .map(|(index, _)| index)
            .collect();
        deciding.sort_unstable();
        deciding
    }

    /// What every entry is good for.
    pub fn usage<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<Usage> {
        let mut usage = vec![Usage::default(); self.entries.len()];
        // `None`: several, so that no single one shadows it.
        let mut deciders: Vec<Option<Option<usize>>> = vec![None; self.entries.len()];
        for path in paths {
            let matches = self.matcher.matches(path);
            let deciding = self.deciding(&matches);
            let mut of_section: BTreeMap<&str, usize> = BTreeMap::new();
            for index in deciding {
                if let (Some(entry), Some(usage)) = (self.entries.get(index), usage.get_mut(index)) {
                    usage.decides += 1;
                    of_section.insert(&entry.section, index);
                }
            }
            for index in matches {
                let (Some(entry), Some(usage), Some(known)) =
                    (self.entries.get(index), usage.get_mut(index), deciders.get_mut(index))
                else {
                    continue;
                };
                usage.matches += 1;
                let decider = of_section.get(entry.section.as_str()).copied();
                *known = match *known {
                    None => Some(decider),
                    Some(same) if same == decider => Some(same),
                    Some(_) => Some(None),
                };
            }
        }
        for (index, usage) in usage.iter_mut().enumerate() {
            let is_exclusion = self.entries.get(index).is_some_and(|entry| entry.is_exclusion);
            if usage.matches > 0 && usage.decides == 0 && !is_exclusion {
                usage.shadowed_by = deciders.get(index).copied().flatten().flatten();
            }
        }
        usage
    }
}
