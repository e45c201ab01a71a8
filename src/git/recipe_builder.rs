//! Follows a recipe: makes the repository that it describes, with the same object ids every time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::domain::commit::Person;

use super::recipe::{Recipe, RecipeError, Step};
use super::write::{Change, Stamp, Writer};

/// 2026-01-05, 09:00 UTC.
const START: i64 = 1_767_603_600;
/// Seconds from one commit to the next.
const PACE: i64 = 3_600;

impl Recipe {
    /// Makes the repository in an empty or new folder; its work tree holds the files of the branch on which the recipe ends.
    ///
    /// # Errors
    /// The first line that makes no sense where it stands, or that Git refuses.
    pub fn build(&self, path: &Path) -> Result<(), RecipeError> {
        let initial = self.steps.iter().find_map(|(_, step)| match step {
            Step::On { branch, .. } => Some(branch.as_str()),
            _ => None,
        });
        let branch = initial.unwrap_or("main");
        let line = self.steps.first().map_or(1, |(line, _)| *line);
        let writer = Writer::init(path, branch).map_err(|source| RecipeError::Git { line, source })?;
        let mut builder = Builder::new(writer, branch);
        for (line, step) in &self.steps {
            builder.line = *line;
            builder.follow(step)?;
        }
        builder.finish()
    }
}

/// A commit as far as merging needs it.
struct Made {
    id: String,
    files: BTreeMap<String, String>,
    /// Positions in `Builder::commits`, with its own.
    history: BTreeSet<usize>,
}

struct Builder {
    writer: Writer,
    line: usize,
    person: Person,
    time: i64,
    /// The branch that one stands on.
    branch: String,
    commits: Vec<Made>,
    /// Positions in `commits` by branch and by tag.
    branches: BTreeMap<String, usize>,
    tags: BTreeMap<String, usize>,
    /// Written and not committed; `None` is a removal.
    pending: BTreeMap<String, Option<String>>,
}

impl Builder {
    fn new(writer: Writer, branch: &str) -> Self {
        Self {
            writer,
            line: 0,
            person: Person {
                name: "Dana Dev".to_owned(),
                email: "dana.dev@acme.com".to_owned(),
            },
            time: START,
            branch: branch.to_owned(),
            commits: Vec::new(),
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    fn follow(&mut self, step: &Step) -> Result<(), RecipeError> {
        match step {
            Step::On { branch, from } => self.go(branch, from.as_deref()),
            Step::As { name, email } => {
                self.person = Person {
                    name: name.clone(),
                    email: email.clone(),
                };
                Ok(())
            }
            Step::Wait { seconds } => {
                self.time += seconds;
                Ok(())
            }
            Step::Write { path, text } => {
                self.pending.insert(path.clone(), Some(text.clone()));
                Ok(())
            }
            Step::Remove { path } => self.remove(path),
            Step::Commit { message } => {
                let pending = std::mem::take(&mut self.pending);
                let parents: Vec<usize> = self.tip().into_iter().collect();
                self.commit(&parents, message.clone(), &pending)
            }
            Step::Merge { branch, message } => self.merge(branch, message.as_deref()),
            Step::Tag { name, message } => self.tag(name, message.as_deref()),
            Step::Remote { name, url } => {
                let done = self.writer.remote(name, url);
                self.git(done)
            }
        }
    }

    fn finish(self) -> Result<(), RecipeError> {
        self.nothing_pending("the recipe ends")?;
        if self.tip().is_none() {
            return Ok(());
        }
        let done = self.writer.checkout(&self.branch);
        self.git(done)
    }

    fn go(&mut self, branch: &str, from: Option<&str>) -> Result<(), RecipeError> {
        self.nothing_pending("another branch is taken")?;
        if from.is_some() && self.branches.contains_key(branch) {
            return self.wrong(format!("branch {branch} is there already; go to it with `on {branch}`"));
        }
        let start = match from {
            Some(name) => match self.branches.get(name).or_else(|| self.tags.get(name)) {
                Some(start) => Some(*start),
                None => return self.wrong(format!("there is no branch or tag {name}")),
            },
            None => self.tip(),
        };
        if let (Some(made), false) = (start.and_then(|s| self.commits.get(s)), self.branches.contains_key(branch)) {
            let done = self.writer.branch(branch, &made.id);
            self.git(done)?;
            self.branches.extend(start.map(|start| (branch.to_owned(), start)));
        }
        branch.clone_into(&mut self.branch);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), RecipeError> {
        let is_there = self.files().contains_key(path) || matches!(self.pending.get(path), Some(Some(_)));
        if !is_there {
            return self.wrong(format!("there is no file {path} to remove"));
        }
        self.pending.insert(path.to_owned(), None);
        Ok(())
    }

    fn commit(
        &mut self,
        parents: &[usize],
        message: String,
        changes: &BTreeMap<String, Option<String>>,
    ) -> Result<(), RecipeError> {
        let mut files = parents
            .first()
            .and_then(|p| self.commits.get(*p))
            .map(|made| made.files.clone())
            .unwrap_or_default();
        let mut written = BTreeMap::new();
        for (path, text) in changes {
            match text {
                Some(text) => {
                    files.insert(path.clone(), text.clone());
                    written.insert(path.clone(), Change::Write(text.clone().into_bytes()));
                }
                // Written and removed again before this commit: Git never saw it.
                None if files.remove(path).is_none() => {}
                None => {
                    written.insert(path.clone(), Change::Delete);
                }
            }
        }
        let made: Vec<&Made> = parents.iter().filter_map(|p| self.commits.get(*p)).collect();
        let ids: Vec<&str> = made.iter().map(|made| made.id.as_str()).collect();
        let mut history: BTreeSet<usize> = made.iter().flat_map(|made| made.history.iter().copied()).collect();
        let position = self.commits.len();
        history.insert(position);
        let done = self.writer.commit(&self.branch, &ids, &self.stamp(message), &written);
        let id = self.git(done)?;
        self.commits.push(Made { id, files, history });
        self.branches.insert(self.branch.clone(), position);
        self.time += PACE;
        Ok(())
    }

    /// A merge commit, also where Git could fast-forward. Of every file the side that changed it since the two parted wins.
    fn merge(&mut self, branch: &str, message: Option<&str>) -> Result<(), RecipeError> {
        self.nothing_pending("a branch is merged")?;
        let (Some(ours), Some(theirs)) = (self.tip(), self.branches.get(branch).copied()) else {
            return self.wrong(format!("there is no branch {branch} to merge, or nothing to merge it into"));
        };
        let changes = match self.difference(ours, theirs) {
            Ok(changes) => changes,
            Err(path) => return self.wrong(format!("both sides changed {path}: a recipe cannot resolve conflicts")),
        };
        // Git leaves the name out for its own two favourites.
        let message = match message {
            Some(message) => format!("{message}\n"),
            None if matches!(self.branch.as_str(), "main" | "master") => format!("Merge branch '{branch}'\n"),
            None => format!("Merge branch '{branch}' into {}\n", self.branch),
        };
        self.commit(&[ours, theirs], message, &changes)
    }

    /// What has to change in `ours` so that it holds what `theirs` changed; the path of a conflict otherwise.
    fn difference(&self, ours: usize, theirs: usize) -> Result<BTreeMap<String, Option<String>>, String> {
        let none = BTreeMap::new();
        let files = |position: Option<usize>| position.and_then(|p| self.commits.get(p)).map_or(&none, |made| &made.files);
        let base = match (self.commits.get(ours), self.commits.get(theirs)) {
            // Commits are numbered as they are made, so the last common one has no other common one behind it.
            (Some(a), Some(b)) => a.history.intersection(&b.history).last().copied(),
            _ => None,
        };
        let (base, ours, theirs) = (files(base), files(Some(ours)), files(Some(theirs)));
        let paths: BTreeSet<&String> = base.keys().chain(theirs.keys()).collect();
        let mut changes = BTreeMap::new();
        for path in paths {
            let (before, mine, other) = (base.get(path), ours.get(path), theirs.get(path));
            if other == before || other == mine {
                continue;
            }
            if mine != before {
                return Err(path.clone());
            }
            changes.insert(path.clone(), other.cloned());
        }
        Ok(changes)
    }

    fn tag(&mut self, name: &str, message: Option<&str>) -> Result<(), RecipeError> {
        self.nothing_pending("a tag is made")?;
        let Some((position, made)) = self.tip().and_then(|p| self.commits.get(p).map(|made| (p, made))) else {
            return self.wrong("there is no commit to tag");
        };
        let done = match message {
            Some(message) => self
                .writer
                .annotated_tag(name, &made.id, &self.stamp(format!("{message}\n")))
                .map(|_| ()),
            None => self.writer.lightweight_tag(name, &made.id),
        };
        self.git(done)?;
        self.tags.insert(name.to_owned(), position);
        Ok(())
    }

    fn tip(&self) -> Option<usize> {
        self.branches.get(&self.branch).copied()
    }

    fn files(&self) -> BTreeMap<String, String> {
        self.tip()
            .and_then(|p| self.commits.get(p))
            .map(|made| made.files.clone())
            .unwrap_or_default()
    }

    fn stamp(&self, message: String) -> Stamp {
        Stamp {
            person: self.person.clone(),
            time: self.time,
            message,
        }
    }

    fn nothing_pending(&self, event: &str) -> Result<(), RecipeError> {
        match self.pending.keys().next() {
            Some(path) => self.wrong(format!("{path} was written or removed and not committed before {event}")),
            None => Ok(()),
        }
    }

    fn wrong<T>(&self, reason: impl Into<String>) -> Result<T, RecipeError> {
        Err(RecipeError::Step {
            line: self.line,
            reason: reason.into(),
        })
    }

    fn git<T>(&self, result: Result<T, super::GitError>) -> Result<T, RecipeError> {
        result.map_err(|source| RecipeError::Git { line: self.line, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Repository;

    fn built(text: &str) -> (tempfile::TempDir, Result<(), String>) {
        let folder = tempfile::tempdir().unwrap();
        let result = match Recipe::parse(text) {
            Ok(recipe) => recipe.build(folder.path()).map_err(|e| e.to_string()),
            Err(errors) => Err(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        };
        (folder, result)
    }

    fn repository(text: &str) -> (tempfile::TempDir, Repository) {
        let (folder, result) = built(text);
        assert_eq!(result, Ok(()), "{text}");
        let repository = Repository::discover(folder.path()).unwrap();
        (folder, repository)
    }

    fn refused(text: &str, expected: &str) {
        assert_eq!(built(text).1, Err(expected.to_owned()), "{text}");
    }

    #[test]
    fn the_same_recipe_gives_the_same_commits() {
        let text = "on main\nwrite a\n  1\ncommit feat: a\ntag 1.0.0 annotated one\n";
        let (first, second) = (repository(text), repository(text));
        let id = |r: &Repository| r.resolve("refs/heads/main").unwrap();
        assert_eq!(id(&first.1), id(&second.1));
    }

    #[test]
    fn files_of_the_last_branch_lie_in_the_work_tree() {
        let (folder, _) = repository("on main\nwrite a\n  1\ncommit feat: a\non feat/b\nwrite b\n  2\ncommit feat: b\non main\n");
        assert_eq!(std::fs::read_to_string(folder.path().join("a")).unwrap(), "1\n");
        assert!(!folder.path().join("b").exists());
    }

    #[test]
    fn a_merge_takes_what_the_other_side_changed() {
        let (folder, repository) = repository(
            "on main\nwrite a\n  1\nwrite b\n  1\ncommit feat: a\non feat/b\nwrite b\n  2\nremove a\ncommit feat: b\non main\n\
             write c\n  3\ncommit feat: c\nmerge feat/b\n",
        );
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).ok();
        assert_eq!(
            (read("a"), read("b"), read("c")),
            (None, Some("2\n".to_owned()), Some("3\n".to_owned()))
        );
        let tip = repository.resolve("refs/heads/main").unwrap();
        let (commits, _) = repository.commits(&crate::git::CommitRange::All { tip }).unwrap();
        assert_eq!(commits.len(), 4);
        assert_eq!(
            commits.iter().find(|c| c.parents.len() == 2).unwrap().message.subject,
            "Merge branch 'feat/b'"
        );
    }

    #[test]
    fn branches_start_at_tags_too() {
        let (_folder, repository) =
            repository("on main\ncommit feat: a\ntag 1.0.0\ncommit feat: b\non hotfix/1.0.1 from 1.0.0\n");
        let of = |name: &str| repository.resolve(name).unwrap();
        assert_eq!(of("refs/heads/hotfix/1.0.1"), of("refs/tags/1.0.0"));
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named() {
        refused(
            "on main\nwrite a\non dev\n",
            "line 3: a was written or removed and not committed before another branch is taken",
        );
        refused(
            "on main\nwrite a\n",
            "line 2: a was written or removed and not committed before the recipe ends",
        );
        refused("on main\ncommit x\nremove a\n", "line 3: there is no file a to remove");
        refused(
            "on main\ncommit x\nmerge feat/x\n",
            "line 3: there is no branch feat/x to merge, or nothing to merge it into",
        );
        refused("on main\ntag 1.0.0\n", "line 2: there is no commit to tag");
        refused(
            "on main\ncommit x\non dev from gone\n",
            "line 3: there is no branch or tag gone",
        );
        refused(
            "on main\ncommit x\non main from main\n",
            "line 3: branch main is there already; go to it with `on main`",
        );
        refused(
            "on main\nwrite a\n  1\ncommit x\non b\nwrite a\n  2\ncommit y\non main\nwrite a\n  3\ncommit z\nmerge b\n",
            "line 13: both sides changed a: a recipe cannot resolve conflicts",
        );
    }

    #[test]
    fn a_name_that_git_refuses_is_named_with_its_line() {
        let (_, result) = built("on main\ncommit x\ntag a..b\n");
        assert!(result.unwrap_err().starts_with("line 3: "));
    }

    #[test]
    fn a_recipe_without_commits_makes_an_empty_repository() {
        let (folder, result) = built("on main\n");
        assert_eq!(result, Ok(()));
        assert!(folder.path().join(".git").is_dir());
    }

    const ACME: &str = include_str!("../../fixtures/acme.recipe");
    const ACME_BROKEN: &str = include_str!("../../fixtures/acme-broken.recipe");

    #[test]
    fn the_broken_acme_is_acme_and_what_breaks_it() {
        assert!(ACME_BROKEN.starts_with(ACME));
        assert!(ACME_BROKEN.len() > ACME.len());
    }

    #[test]
    fn acme_can_be_made_and_its_main_is_merged_back() {
        let (_folder, repository) = repository(ACME);
        for tag in ["1.1.0", "1.2.0", "1.2.1"] {
            assert!(repository.resolve(&format!("refs/tags/{tag}")).is_ok(), "{tag}");
        }
        let gap = repository.divergence("refs/heads/main", "refs/heads/dev").unwrap();
        assert_eq!(gap.count, 0, "{gap:?}");
    }

    #[test]
    fn the_broken_acme_can_be_made_and_main_was_not_merged_back() {
        let (_folder, repository) = repository(ACME_BROKEN);
        let gap = repository.divergence("refs/heads/main", "refs/heads/dev").unwrap();
        assert_eq!(gap.count, 1, "{gap:?}");
    }
}
