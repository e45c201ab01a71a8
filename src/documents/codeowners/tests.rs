//! What the hosts document, line by line, and what a hostile file cannot do.

use proptest::prelude::*;

use super::*;

fn owners(text: &str, dialect: Dialect, path: &str) -> Vec<String> {
    parse(text, dialect).owners_of(path).owners()
}

fn owns(pattern: &str, dialect: Dialect, path: &str) -> bool {
    owners(&format!("{pattern} @a"), dialect, path) == ["@a"]
}

fn problems(text: &str, dialect: Dialect) -> Vec<String> {
    let problems = parse(text, dialect).problems;
    problems
        .iter()
        .map(|p| format!("{}:{} {}", p.at.line, p.at.column, p.kind.as_str()))
        .collect()
}

#[test]
fn github_patterns_are_as_documented() {
    let github = |pattern: &str, yes: &[&str], no: &[&str]| {
        for path in yes {
            assert!(owns(pattern, Dialect::GitHub, path), "{pattern} {path}");
        }
        for path in no {
            assert!(!owns(pattern, Dialect::GitHub, path), "{pattern} {path}");
        }
    };
    github("*", &["a", "a/b/c", ".github/CODEOWNERS"], &[]);
    github("*.js", &["a.js", "x/y/a.js"], &["a.jsx", "a.JS"]);
    github(
        "/build/logs/",
        &["build/logs/a", "build/logs/b/c"],
        &["x/build/logs/a", "build/logs"],
    );
    github("docs/*", &["docs/a.md"], &["docs/a/b.md", "x/docs/a.md"]);
    github("apps/", &["apps/a", "x/apps/a/b"], &["apps", "apps-old/a"]);
    github(
        "/apps/github",
        &["apps/github", "apps/github/a/b"],
        &["x/apps/github", "apps/github2"],
    );
    github("**/logs", &["logs/a", "build/logs/a", "deeply/nested/logs/x"], &["logs2/a"]);
    github("/docs/**", &["docs/a", "docs/a/b"], &["docs"]);
    github("/a/**/b", &["a/b", "a/x/y/b", "a/x/b/c"], &["a/xb"]);
    github("a\\ b/", &["a b/c"], &["a/c"]);
    github("/a?c", &["abc"], &["ac", "a/c"]);
    github("/{a,b}", &["{a,b}"], &["a", "b"]);
    github("a**z", &["abcz"], &["a/z"]);
}

#[test]
fn gitlab_patterns_are_as_documented() {
    let gitlab = |pattern: &str, yes: &[&str], no: &[&str]| {
        for path in yes {
            assert!(owns(pattern, Dialect::GitLab, path), "{pattern} {path}");
        }
        for path in no {
            assert!(!owns(pattern, Dialect::GitLab, path), "{pattern} {path}");
        }
    };
    gitlab("*", &["a", "a/b", ".gitlab-ci.yml"], &[]);
    gitlab("README.md", &["README.md", "app/lib/README.md"], &["README.md2"]);
    gitlab(
        "internal/README.md",
        &["internal/README.md", "docs/internal/README.md"],
        &["README.md"],
    );
    gitlab("/docs/", &["docs/a", "docs/a/b"], &["x/docs/a"]);
    gitlab("/docs/*.md", &["docs/a.md", "docs/.a.md"], &["docs/a/b.md"]);
    gitlab("/docs/**/index.md", &["docs/index.md", "docs/a/b/index.md"], &["index.md"]);
    // Without `/` at its end a name is a file; `**` at the end is one level.
    gitlab("/docs", &["docs"], &["docs/a"]);
    gitlab("/docs/**", &["docs/a"], &["docs/a/b"]);
    gitlab("docs/**/*", &["docs/a", "docs/a/b"], &[]);
    gitlab("\\#file", &["#file", "a/#file"], &["file"]);
    gitlab("path\\ with\\ spaces/", &["path with spaces/a"], &["path/a"]);
    gitlab("/a[bc]d", &["abd", "acd"], &["aed", "a[bc]d"]);
    gitlab("/a[!b]d", &["acd"], &["abd"]);
    gitlab("/[a", &[], &["[a", "a"]);
}

#[test]
fn the_last_match_counts_on_github_and_may_be_nobody() {
    let text = "* @all\n/apps/ @apps\n/apps/github # nobody\n";
    assert_eq!(owners(text, Dialect::GitHub, "a"), ["@all"]);
    assert_eq!(owners(text, Dialect::GitHub, "apps/x"), ["@apps"]);
    let nobody = parse(text, Dialect::GitHub).owners_of("apps/github/x");
    assert_eq!(
        (nobody.owners().len(), nobody.approvals(), nobody.sections[0].entry),
        (0, 0, 2)
    );
}

#[test]
fn sections_add_up_on_gitlab() {
    let text = "* @admin\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n[README other owners]\nREADME.md @user3\n";
    assert_eq!(
        owners(text, Dialect::GitLab, "README.md"),
        ["@admin", "@user1", "@user2", "@user3"]
    );
    assert_eq!(
        owners(text, Dialect::GitLab, "internal/README.md"),
        ["@admin", "@user3", "@user4"]
    );
}

#[test]
fn headings_give_owners_approvals_and_options() {
    let text = "[Infra][2] @ops @sre\n/infra/\n/infra/x @x\n^[Docs] @docs # the writers\ndocs/\n[INFRA]\n/more @y\n";
    let file = parse(text, Dialect::GitLab);
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    let infra = file.owners_of("infra/a");
    assert_eq!(
        (infra.owners(), infra.approvals()),
        (vec!["@ops".to_owned(), "@sre".to_owned()], 2)
    );
    assert_eq!(file.owners_of("infra/x").owners(), ["@x"]);
    let docs = file.owners_of("docs/a");
    assert_eq!((docs.approvals(), docs.sections[0].is_optional), (0, true));
    assert_eq!(file.owners_of("more").sections[0].name, "Infra");
}

#[test]
fn a_section_with_one_required_part_is_required() {
    let text = "^[Docs]\n*.md @a\n[docs]\n*.txt @b\n";
    assert_eq!(parse(text, Dialect::GitLab).owners_of("a.md").approvals(), 1);
}

#[test]
fn exclusions_hold_for_their_section_and_cannot_be_taken_back() {
    let text = "* @all\n!*.rb\n/special/*.rb @ruby\n[Ruby]\n*.rb @ruby\n";
    assert_eq!(owners(text, Dialect::GitLab, "special/a.rb"), ["@ruby"]);
    let sections = parse(text, Dialect::GitLab).owners_of("special/a.rb").sections;
    assert_eq!(sections.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Ruby"]);
}

#[test]
fn github_skips_what_it_cannot_read() {
    let text = "* user\n!x @a\n/src/[ab].c @a\n\\#x @a\n[Docs] @a\n^[Docs]\n/ @a\n* @a, @b\n* @a/b/c\n* @@maintainer\n  *.md @\n";
    let expected = [
        "1:3 malformed-owner",
        "2:1 negated-pattern",
        "3:1 character-range",
        "4:1 escaped-hash",
        "5:1 section",
        "6:1 section",
        "7:1 names-nothing",
        "8:3 malformed-owner",
        "9:3 malformed-owner",
        "10:3 malformed-owner",
        "11:8 malformed-owner",
    ];
    assert_eq!(problems(text, Dialect::GitHub), expected);
    assert_eq!(parse(text, Dialect::GitHub).entries.len(), 0);
}

#[test]
fn gitlab_tells_what_it_ignores() {
    let text =
        "a @a name\nb\nc name\n[Name\n[]\n[A][0]\n[B][x]\n^[C][2]\n[abc]*.rb @a\n/d @d # see @e\nfolder with spaces/*.md @a\n";
    let expected = [
        "1:6 malformed-owner",
        "2:1 missing-owner",
        "3:3 malformed-owner",
        "4:1 broken-heading",
        "5:1 nameless-section",
        "6:4 approvals",
        "7:4 approvals",
        "8:5 optional-approvals",
        "9:6 after-heading",
        "10:13 owner-in-comment",
        "11:8 malformed-owner",
        "11:13 malformed-owner",
    ];
    assert_eq!(problems(text, Dialect::GitLab), expected);
}

#[test]
fn what_both_hosts_document_is_no_problem() {
    let github = "# Écrit ainsi\n\n*  @octo-org/octocats\tdocs@example.com @user_corp # This is an inline comment.\n/apps/github\n*.js @js-owner #x\n\r\n";
    assert!(problems(github, Dialect::GitHub).is_empty());
    let gitlab = "* @group/with-nested/subgroup janedoe@gitlab.com @@maintainer @@Developers\n/docs/**/*.md @docs  # Match specific file types\n!pom.xml\n[Name with spaces][3] @a\nx\n";
    assert!(problems(gitlab, Dialect::GitLab).is_empty());
}

#[test]
fn a_file_that_is_not_loaded_owns_nothing_and_says_so() {
    let file = unloaded(Dialect::GitHub);
    assert_eq!((file.entries.len(), file.problems[0].kind), (0, ProblemKind::TooLarge));
}

#[test]
fn more_entries_than_anybody_writes_are_told() {
    let file = parse(&"* @a\n".repeat(20_001), Dialect::GitLab);
    assert_eq!((file.entries.len(), file.problems[0].at.line), (20_000, 20_001));
}

#[test]
fn usage_tells_dead_lines_and_who_took_their_paths() {
    let file = parse("/prd/ @sre\n/old/ @x\n* @dev\n", Dialect::GitHub);
    let usage = file.usage(["prd/a", "prd/b", "c"]);
    assert_eq!((usage[0].matches, usage[0].decides, usage[0].shadowed_by), (2, 0, Some(2)));
    assert_eq!((usage[1].matches, usage[1].shadowed_by), (0, None));
    assert_eq!((usage[2].matches, usage[2].decides), (3, 3));
    // Another section takes nothing away.
    let file = parse("/prd/ @sre\n[All]\n* @dev\n", Dialect::GitLab);
    assert_eq!(file.usage(["prd/a"])[0].shadowed_by, None);
}

#[test]
fn the_host_the_place_and_the_traces_decide_in_this_order() {
    let at = |found: &[&str], traces| {
        let located = locate(|path| found.contains(&path), traces);
        (located.path, located.dialect, located.unread)
    };
    let none = Traces::default();
    let on = |host| Traces {
        host: Some(host),
        ..none
    };
    let both = [".github/CODEOWNERS", ".gitlab/CODEOWNERS"];
    assert_eq!(at(&[], none), (None, None, vec![]));
    assert_eq!(
        at(&[".github/CODEOWNERS"], none),
        (Some(".github/CODEOWNERS"), Some(Dialect::GitHub), vec![])
    );
    assert_eq!(
        at(&both, on(Dialect::GitLab)),
        (Some(".gitlab/CODEOWNERS"), Some(Dialect::GitLab), vec![])
    );
    assert_eq!(at(&both, none), (None, None, vec![]));
    let rooted = ["CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"];
    assert_eq!(
        at(&rooted, on(Dialect::GitHub)),
        (
            Some(".github/CODEOWNERS"),
            Some(Dialect::GitHub),
            vec!["CODEOWNERS", "docs/CODEOWNERS"]
        )
    );
    assert_eq!(at(&["CODEOWNERS"], none), (Some("CODEOWNERS"), None, vec![]));
    let gitlab = Traces {
        has_gitlab: true,
        ..none
    };
    assert_eq!(
        at(&["CODEOWNERS"], gitlab),
        (Some("CODEOWNERS"), Some(Dialect::GitLab), vec![])
    );
    let mirrored = Traces {
        has_github: true,
        ..gitlab
    };
    assert_eq!(at(&["CODEOWNERS"], mirrored), (Some("CODEOWNERS"), None, vec![]));
}

#[test]
fn only_whole_words_name_a_host() {
    for (host, expected) in [
        ("github.com", Some(Dialect::GitHub)),
        ("GitLab.acme.com", Some(Dialect::GitLab)),
        ("git-gitlab.acme.com", Some(Dialect::GitLab)),
        ("mygithubs.com", None),
        ("git.acme.com", None),
        ("gitlab.github.acme.com", None),
    ] {
        assert_eq!(Dialect::of_host(host), expected, "{host}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(?s).{0,400}", path in ".{0,80}") {
        for dialect in Dialect::ALL {
            let file = parse(&text, dialect);
            let _ = file.owners_of(&path);
            prop_assert_eq!(file.usage([path.as_str()]).len(), file.entries.len());
        }
    }

    #[test]
    fn lines_of_the_language_do_not_either(lines in prop::collection::vec("[\\^!]?[\\[\\]*?/\\\\#ab ]{0,12}( @[a/@]{0,4}| \\[2\\])?", 0..30), path in "[ab/]{0,12}") {
        let text = lines.join("\n");
        for dialect in Dialect::ALL {
            let file = parse(&text, dialect);
            let owned = file.owners_of(&path);
            // Who owns a path is the last of each section that has it.
            for section in &owned.sections {
                let entry = &file.entries[section.entry];
                prop_assert!(!entry.is_exclusion && entry.section == section.name);
            }
            let numbers = 1..=u32::try_from(text.lines().count().max(1)).unwrap();
            prop_assert!(file.problems.iter().all(|p| numbers.contains(&p.at.line)));
        }
    }

    #[test]
    fn a_path_written_out_is_matched_by_itself(path in "[a-z*?{}!# ]{1,8}(/[a-z*?{}!# ]{1,8}){0,3}") {
        let escaped: String = path.chars().flat_map(|c| if c == '/' { vec![c] } else { vec!['\\', c] }).collect();
        for dialect in Dialect::ALL {
            prop_assert!(owns(&format!("/{escaped}"), dialect, &path), "{}", escaped);
        }
    }
}

#[test]
fn hostile_patterns_cost_linear_time() {
    let pattern = format!("/{}z @a\n", "*a".repeat(200));
    let text = pattern.repeat(500);
    let path = "a".repeat(3000);
    let file = parse(&text, Dialect::GitHub);
    assert_eq!(file.usage([path.as_str(); 50])[0].matches, 0);
    let distinct: String = (0..1000).map(|i| format!("*a{i}*b*c*{i}d*\n")).collect();
    let file = parse(&distinct, Dialect::GitHub);
    assert_eq!(file.usage([path.as_str()]).len(), 1000);
}
