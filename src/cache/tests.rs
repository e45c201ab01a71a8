//! What is written is read again; what is damaged is as if it were not there.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::codec::{Codec as _, decoded, encoded};
use super::digest::object_key;
use super::layout::Table;
use super::{Digest, Folder, FolderError, Key, Segment};
use crate::domain::commit::CommitId;
use crate::domain::delivery::{Delivery, DeliveryMode, Rows, Source};
use crate::domain::file::{FileClass, FileFacts, FileProblem};
use crate::domain::finding::{Draft, Edit, Excerpt, Finding, Related};
use crate::domain::learnt::{Learnt, Question, Said};
use crate::domain::location::{Location, Position, Span};
use crate::domain::revision::{Known, Revision, RevisionClass};
use crate::domain::rule::{RuleId, Severity};
use crate::domain::stage::{Evidence, StageInference};
use crate::domain::waiver::WaiverComment;

fn location() -> Location {
    Location {
        pointer: Some("/spec".into()),
        document: Some(3),
        branch: Some("main".into()),
        ..Location::of_span("a/\u{e4}.yaml", Span::point(7, 300))
    }
}

fn stage() -> StageInference {
    StageInference {
        stage: Some("prd".into()),
        rank: Some(2),
        evidence: vec![Evidence {
            source: "path".into(),
            text: "envs/prd".into(),
            stage: "prd".into(),
            weight: 90,
            location: location(),
        }],
        stages: vec!["dev".into()],
    }
}

fn finding() -> Finding {
    Finding {
        rule: RuleId::parse("a/b").unwrap(),
        severity: Severity::Warning,
        title: "T".into(),
        message: "m\n".into(),
        fix: None,
        fingerprint: String::new(),
        location: location(),
        related: vec![Related {
            message: "r".into(),
            location: Location::default(),
        }],
        excerpt: Some(Excerpt {
            first_line: 5,
            text: "x".repeat(300),
        }),
        evidence: stage().evidence,
        edits: vec![Edit {
            path: "p".into(),
            range: Span::point(1, 1),
            text: String::new(),
        }],
    }
}

fn delivery() -> Delivery {
    Delivery {
        tool: "argocd",
        kind: "argocd.Application".into(),
        name: None,
        mode: DeliveryMode::Follows,
        source: Source {
            is_this_repository: Some(false),
            ..Source::default()
        },
        revision: Revision {
            text: Some("1.*".into()),
            class: RevisionClass::Range,
            branch: None,
            version: None,
            pin: Some("1.2.3".into()),
            known: Known::RefsLock,
        },
        stage: stage(),
        environment: None,
        environment_from_branch: true,
        cluster: None,
        namespace: Some("n".into()),
        at: location(),
        generated_by: None,
        condition: None,
    }
}

fn learnt() -> Learnt {
    Learnt {
        facts: FileFacts {
            path: "a.yaml".into(),
            branches: Vec::new(),
            bytes: u64::MAX,
            class: FileClass::Broken {
                reason: "no".into(),
                at: Position { line: 1, column: 2 },
            },
            documents: 1,
            problems: vec![FileProblem {
                message: "twice".into(),
                at: Position { line: 9, column: 9 },
            }],
            waivers: vec![WaiverComment {
                at: Span::point(3, 1),
                rule: Some("a/b".into()),
                until: None,
                reason: Some("agreed".into()),
                problems: vec!["no day".into()],
                lines: (4, 9),
                is_whole_file: true,
                subject: "/spec".into(),
            }],
        },
        rows: Rows {
            deliveries: vec![delivery()],
            ..Rows::default()
        },
        is_shown: true,
        retained: vec![0, 128],
        embedded_applications: 2,
        said: Some(Said {
            drafts: vec![Draft {
                finding: finding(),
                subject: "s".into(),
                oldest_id: "a/c".into(),
                is_off: true,
                is_undecided: true,
            }],
            asked: vec![4, 4],
        }),
    }
}

const KEY: Key = [7; 20];
const OTHER: Key = [9; 20];

/// A segment file in a folder of its own, with the folder.
fn written() -> (tempfile::TempDir, Folder, std::path::PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::open(&place.path().join("cache"), &[], SystemTime::now()).unwrap();
    let segment = Segment::open(&folder, &OTHER, KEY);
    segment.put(KEY, "a.yaml", &learnt());
    segment.put(KEY, "b.yaml", &7_usize);
    segment.remember_commit(&CommitId::of([0xab; 20]), Some(true), &learnt().said.unwrap());
    segment.save();
    let path = folder.segment(&OTHER, &KEY);
    (place, folder, path)
}

#[test]
fn what_is_kept_is_found_again_under_its_key_and_name() {
    let (_place, folder, _) = written();
    let segment = Segment::open(&folder, &OTHER, KEY);
    assert_eq!(segment.known(), 3);
    assert_eq!(segment.get::<Learnt>(&KEY, "a.yaml"), Some(learnt()));
    assert_eq!(segment.get::<usize>(&KEY, "b.yaml"), Some(7));
    assert_eq!(segment.commit(&CommitId::of([0xab; 20]), None), None);
    assert_eq!(segment.commit(&CommitId::of([0xab; 20]), Some(true)), learnt().said);
    // A value of another type, another name, another key, another set of rules, another repository.
    assert_eq!(segment.get::<usize>(&KEY, "a.yaml"), None);
    assert_eq!(segment.get::<usize>(&KEY, "c.yaml"), None);
    assert_eq!(segment.get::<usize>(&OTHER, "b.yaml"), None);
    assert_eq!(Segment::open(&folder, &OTHER, OTHER).known(), 0);
    assert_eq!(Segment::open(&folder, &KEY, KEY).known(), 0);
}

#[test]
fn what_is_not_used_is_left_out_in_the_end() {
    let (_place, folder, _) = written();
    for round in 0..40_usize {
        let segment = Segment::open(&folder, &OTHER, KEY);
        assert_eq!(segment.get::<usize>(&KEY, "b.yaml"), Some(7));
        segment.put(OTHER, "new", &round);
        segment.save();
    }
    let segment = Segment::open(&folder, &OTHER, KEY);
    assert_eq!(segment.get::<Learnt>(&KEY, "a.yaml"), None);
    assert_eq!(
        (segment.get(&KEY, "b.yaml"), segment.get(&OTHER, "new")),
        (Some(7_usize), Some(39_usize))
    );
}

#[test]
fn a_damaged_file_is_as_if_it_were_not_there() {
    let (_place, folder, path) = written();
    let whole = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = (0..whole.len()).step_by(3).map(|at| whole[..at].to_vec()).collect();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        damaged.push(bytes);
    }
    damaged.push([whole.as_slice(), b"x"].concat());
    for bytes in damaged {
        assert!(Table::of(bytes, &KEY).is_none());
    }
    // A number of rows that no memory holds.
    let mut huge = whole.clone();
    huge[12..16].fill(0xff);
    assert!(Table::of(huge, &KEY).is_none());
    fs::write(&path, b"flowgate").unwrap();
    assert_eq!(Segment::open(&folder, &OTHER, KEY).known(), 0);
}

proptest! {
    #[test]
    fn any_bytes_decode_or_do_not(bytes in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
        let _ = decoded::<Learnt>(&bytes);
        let _ = decoded::<Vec<Question>>(&bytes);
        let mut written = encoded(&learnt());
        let start = at.index(written.len());
        written.splice(start.., bytes);
        let _ = decoded::<Learnt>(&written);
    }

    #[test]
    fn numbers_stay_what_they_are(number in any::<u64>(), signed in any::<i64>(), text in ".*") {
        prop_assert_eq!(decoded::<u64>(&encoded(&number)), Some(number));
        prop_assert_eq!(decoded::<i64>(&encoded(&signed)), Some(signed));
        prop_assert_eq!(decoded::<String>(&encoded(&text)), Some(text));
    }
}

#[test]
fn a_length_that_is_too_large_takes_no_memory() {
    let mut bytes = Vec::new();
    u64::MAX.write(&mut bytes);
    assert_eq!(decoded::<String>(&bytes), None);
    assert_eq!(decoded::<Vec<u64>>(&bytes), None);
    assert_eq!(decoded::<u64>(&[0xff; 10]), None);
}

#[test]
fn keys_know_where_one_part_ends() {
    let key = |one: &str, other: &str| Digest::of("test").text(one).text(other).key();
    assert_ne!(key("ab", "c"), key("a", "bc"));
    assert_eq!(object_key(&"0f".repeat(20)), Some([0x0f; 20]));
    assert_eq!(object_key("0f"), None);
    assert_eq!(object_key(&"0G".repeat(20)), None);
}

#[test]
fn a_folder_that_others_decide_about_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let open = |path: &Path, repository: &Path| Folder::open(path, &[repository], SystemTime::now()).map(drop);
    let repository = place.path().join("repository");
    fs::create_dir(&repository).unwrap();
    let inside = repository.join("deep/cache");
    assert!(matches!(open(&inside, &repository), Err(FolderError::InRepository)));
    let around = place.path().join("no/../repository/cache");
    assert!(matches!(open(&around, &repository), Err(FolderError::InRepository)));
    assert!(!repository.join("deep").exists() && !repository.join("cache").exists());
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(open(&file, &repository), Err(FolderError::NoFolder)));
    let free = place.path().join("a/b/cache");
    open(&free, &repository).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&free), 0o700);
        let linked = place.path().join("link");
        symlink(&repository, &linked).unwrap();
        assert!(matches!(open(&linked, &repository), Err(FolderError::InRepository)));
        fs::set_permissions(&free, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(open(&free, &repository), Err(FolderError::Open)));
        let (_place, _, path) = written();
        assert_eq!(mode(&path), 0o600);
    }
}

#[test]
fn what_nobody_finished_or_used_for_long_goes() {
    let (place, _, path) = written();
    let unfinished = path.with_file_name(".new-1-2-x");
    fs::write(&unfinished, "half").unwrap();
    let large = fs::File::create(path.with_file_name("large")).unwrap();
    large.set_len(300 * 1024 * 1024).unwrap();
    let later = SystemTime::now() + Duration::from_secs(3 * 24 * 60 * 60);
    let folder = Folder::open(&place.path().join("cache"), &[], later).unwrap();
    let segment = Segment::open(&folder, &OTHER, OTHER);
    segment.put(KEY, "", &1_usize);
    segment.save();
    assert!(!unfinished.exists() && !path.with_file_name("large").exists());
    assert_eq!(Segment::open(&folder, &OTHER, OTHER).known(), 1);
}
