//! What Git records, compared with the real git for each way to clean a message.

use proptest::prelude::*;

use super::{Cleanup, CommentPrefix, Configured, MessageCleanup, MessageOrigin, as_utf8, free_character, stripspace};
use crate::git::tests::support::Sandbox;

/// Messages that are long in what can go wrong, and short otherwise.
const MESSAGES: [&[u8]; 22] = [
    b"feat: a",
    b"feat: a\n",
    b"\n\n  \nfeat: a  \t\n\n\n\nWhy.\n# a comment\n\n#another\n\nMore.\n\n\n",
    b"feat: a\r\n\r\nWhy.\r\n\r\n\r\n# c\r\n",
    b"\xef\xbb\xbffeat: a\n",
    b"feat: caf\xe9\n\nna\xc3\xafve \xe2\x82 \xed\xa0\x80 \xef\xbf\xbe \xc0\x80 \xf4\x90\x80\x80\n",
    b"feat: a\n\x0b\n\x0c\n\n b \x0b\n",
    b"feat: a\n; semicolon\n# hash\n// slashes\n@ at\n",
    b"; semicolon\n//slashes\nfeat: a\n",
    b"feat: a\n\n# ------------------------ >8 ------------------------\n# Do not modify\ndiff --git a b\n",
    b"feat: a\n\n# ------------------------ >8 ------------------------\nnot of git\n",
    b"feat: a\n\n; ------------------------ >8 ------------------------\n; Do not modify\ndiff --git a b\n",
    b"feat: a\n\n// ------------------------ >8 ------------------------\n// Do not modify\ndiff --git a b\n",
    b"feat: a\n\n# ------------------------ >8 ------------------------ \n# x\n",
    b"feat: a\n\n# ------------------------ >8 ------------------------",
    b"feat: a\n text # ------------------------ >8 ------------------------\n",
    b"a\n # indented\n\t# too\n#\n##\n",
    b"a\n\n\n\nb\n\n\n\n\nc",
    b"a\rb\r\n\r\r\n c\r",
    b"fix: a\n\nSigned-off-by: A <a@b>\n\n\n",
    b"  leading\n   kept\n",
    b"a\n#",
];

/// What git records of a message under the configuration of the sandbox.
fn recorded(sandbox: &Sandbox, message: &[u8], origin: MessageOrigin) -> Vec<u8> {
    let file = sandbox.beside("message");
    std::fs::write(&file, message).unwrap();
    let file = file.to_str().unwrap();
    let editor = format!("core.editor=cp {file}");
    let commit = ["commit", "--quiet", "--allow-empty", "--allow-empty-message", "--no-status"];
    match origin {
        MessageOrigin::Edited => sandbox.git(&[&["-c", &editor][..], &commit].concat()),
        MessageOrigin::HandedOver => sandbox.git(&[&commit[..], &["-F", file]].concat()),
    };
    let object = sandbox.bytes(&["cat-file", "commit", "HEAD"]);
    let end = object.windows(2).position(|two| two == b"\n\n").unwrap();
    object[end + 2..].to_vec()
}

fn check(sandbox: &Sandbox, message: &[u8], origin: MessageOrigin, context: &str) {
    let cleanup = sandbox.repository().message_cleanup(Configured::InFiles).unwrap();
    let expected = recorded(sandbox, message, origin);
    // What a hook saw: Git had cleaned away some blanks of what was handed over before it.
    let file = std::fs::read(sandbox.path().join(".git/COMMIT_EDITMSG")).unwrap();
    let found = cleanup.recorded(&file, origin);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&found), text(&expected), "{context}, {origin:?}: {:?}", text(message));
    assert_eq!(found, expected, "{context}, {origin:?}");
}

#[test]
fn every_way_to_clean_gives_what_git_records() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: first");
    for mode in [
        None,
        Some("default"),
        Some("strip"),
        Some("whitespace"),
        Some("verbatim"),
        Some("scissors"),
    ] {
        if let Some(mode) = mode {
            sandbox.git(&["config", "commit.cleanup", mode]);
        }
        for message in MESSAGES {
            for origin in [MessageOrigin::Edited, MessageOrigin::HandedOver] {
                // Without `-v` the line is text there; only its explanation tells a hook of `-v`, and this one is not Git's.
                let is_forged =
                    origin == MessageOrigin::Edited && mode != Some("scissors") && message.ends_with(b"diff --git a b\n");
                if !is_forged {
                    check(&sandbox, message, origin, &format!("{mode:?}"));
                }
            }
        }
    }
}

#[test]
fn comment_characters_and_verbosity_are_read_as_git_reads_them() {
    for settings in [
        &[("core.commentChar", ";")][..],
        &[("core.commentString", "//")],
        &[("core.commentChar", "//"), ("core.commentString", ";")],
        &[("core.commentChar", "auto"), ("core.commentString", "#")],
        &[("commit.verbose", "true")],
        &[("commit.verbose", "2"), ("commit.cleanup", "verbatim")],
        &[("commit.verbose", "0")],
        &[("commit.cleanup", "scissors"), ("core.commentChar", ";")],
        &[("i18n.commitEncoding", "ISO-8859-1")],
        &[("i18n.commitEncoding", "UTF-8")],
    ] {
        let sandbox = Sandbox::new();
        sandbox.commit("feat: first");
        for (key, value) in settings {
            sandbox.git(&["config", key, value]);
        }
        let is_verbose = settings.iter().any(|(key, value)| *key == "commit.verbose" && *value != "0");
        for message in &MESSAGES[5..16] {
            for origin in [MessageOrigin::Edited, MessageOrigin::HandedOver] {
                let is_forged = origin == MessageOrigin::Edited && !is_verbose && message.ends_with(b"diff --git a b\n");
                if !is_forged {
                    check(&sandbox, message, origin, &format!("{settings:?}"));
                }
            }
        }
    }
}

#[test]
fn the_character_that_git_chose_is_found_in_what_it_wrote() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.commentChar", "auto"]);
    let seen = sandbox.beside("seen");
    let editor = format!("core.editor=f() {{ cp \"$1\" '{}'; }}; f", seen.display());
    for (before, character) in [
        ("feat: a\n", b'#'),
        ("feat: a\n\n#12 is mended\n", b';'),
        ("#1\n;2\n", b'@'),
        ("a\r#1\n@2\n$ x\n", b';'),
    ] {
        sandbox.commit(before);
        for verbose in [&[][..], &["--verbose"]] {
            sandbox.git(&[&["-c", &editor, "commit", "--amend", "--allow-empty", "--quiet"][..], verbose].concat());
            let file = std::fs::read(&seen).unwrap();
            let cleanup = sandbox.repository().message_cleanup(Configured::InFiles).unwrap();
            assert_eq!(cleanup.comment, CommentPrefix::Auto);
            assert_eq!(
                char::from(cleanup.comment_prefix(&file)[0]),
                char::from(character),
                "{before:?}"
            );
            assert_eq!(free_character(before.as_bytes()), Some(character), "{before:?}");
            let recorded = cleanup.recorded(&file, MessageOrigin::Edited);
            assert_eq!(recorded, stripspace(before.as_bytes(), None), "{before:?}");
        }
    }
    assert_eq!(free_character(b"#\n;\n@\n!\n$\n%\n^\n&\n|\n:\n"), None);
}

#[test]
fn a_diff_below_the_message_is_cut_in_every_mode() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a", "1\n", "feat: first");
    let seen = sandbox.beside("seen");
    let editor = format!("core.editor=f() {{ cp \"$1\" '{}'; }}; f", seen.display());
    for mode in ["strip", "whitespace", "verbatim", "scissors"] {
        sandbox.write("a", mode);
        let arguments = ["-c", &editor, "commit", "--all", "--verbose", "--edit", "-m", "feat: b"];
        sandbox.git(&["config", "commit.cleanup", mode]);
        sandbox.git(&arguments);
        let cleanup = sandbox.repository().message_cleanup(Configured::InFiles).unwrap();
        let found = cleanup.recorded(&std::fs::read(&seen).unwrap(), MessageOrigin::Edited);
        let object = sandbox.bytes(&["cat-file", "commit", "HEAD"]);
        assert!(object.ends_with(&[b"\n\n", found.as_slice()].concat()), "{mode}: {found:?}");
        assert!(!String::from_utf8_lossy(&found).contains("diff"), "{mode}");
    }
}

#[test]
fn a_megabyte_is_cleaned_line_by_line() {
    let long = b"feat: a\n\n"
        .iter()
        .copied()
        .chain(b"word # \r\n\n\n".iter().copied().cycle().take(12 << 16));
    let long: Vec<u8> = long.collect();
    let cleaned = MessageCleanup::default().recorded(&long, MessageOrigin::Edited);
    assert!(cleaned.len() < long.len() && cleaned.ends_with(b"#\n"));
    let no_break = vec![b' '; 1 << 20];
    assert!(stripspace(&no_break, None).is_empty());
    assert_eq!(Cleanup::default(), Cleanup::Default);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn stripspace_is_gits(message in prop::collection::vec(prop::sample::select(&b"ab#; \t\r\n\n\x0b\x00"[..]), 0..80)) {
        let sandbox = Sandbox::folder();
        for (option, comment) in [(&[][..], None), (&["--strip-comments"][..], Some(&b"#"[..]))] {
            let expected = sandbox.bytes_of_input(&[&["stripspace"][..], option].concat(), &message);
            prop_assert_eq!(stripspace(&message, comment), expected);
        }
    }

    #[test]
    fn what_is_utf8_afterwards_stays(message in prop::collection::vec(any::<u8>(), 0..80)) {
        let once = as_utf8(message);
        prop_assert!(std::str::from_utf8(&once).is_ok());
        prop_assert_eq!(as_utf8(once.clone()), once);
    }
}
