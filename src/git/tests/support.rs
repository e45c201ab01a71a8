//! A temporary repository made by the real git, with fixed people and times and no configuration of the machine.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::git::{GitTrouble, Repository};

pub(in crate::git) struct Sandbox {
    folder: TempDir,
    /// Where git runs, below the folder.
    root: PathBuf,
    time: Cell<i64>,
}

impl Sandbox {
    /// A repository on `main` without a commit.
    pub(in crate::git) fn new() -> Self {
        let sandbox = Self::folder();
        sandbox.git(&["init", "--quiet", "--initial-branch=main", "."]);
        sandbox
    }

    /// An empty folder.
    pub(in crate::git) fn folder() -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap().join("repository");
        fs::create_dir(&root).unwrap();
        Self {
            folder,
            root,
            time: Cell::new(1_700_000_000),
        }
    }

    pub(in crate::git) fn path(&self) -> &Path {
        &self.root
    }

    /// A path beside the repository.
    pub(in crate::git) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(in crate::git) fn repository(&self) -> Repository {
        Repository::discover(&self.root).unwrap()
    }

    /// Runs git and gives what it says; anything but success ends the test.
    pub(in crate::git) fn git(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, b"");
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs git and gives exactly what it writes.
    pub(in crate::git) fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        self.bytes_of_input(arguments, b"")
    }

    /// The same for a git that reads its standard input.
    pub(in crate::git) fn bytes_of_input(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Does git know how to do this.
    pub(in crate::git) fn can(&self, arguments: &[&str]) -> bool {
        self.run(arguments, b"").status.success()
    }

    /// Stores a file of the work tree.
    pub(in crate::git) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits everything in the work tree with this very message, and gives the id.
    pub(in crate::git) fn commit(&self, message: &str) -> String {
        self.commit_bytes(message.as_bytes(), &[])
    }

    /// The same with a message in any bytes and options such as `-c i18n.commitEncoding=...`.
    pub(in crate::git) fn commit_bytes(&self, message: &[u8], options: &[&str]) -> String {
        self.git(&["add", "--all"]);
        let arguments = [
            options,
            &[
                "commit",
                "--quiet",
                "--allow-empty",
                "--allow-empty-message",
                "--cleanup=verbatim",
                "-F",
                "-",
            ],
        ]
        .concat();
        let output = self.run(&arguments, message);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes a file of that name and commits it.
    pub(in crate::git) fn commit_file(&self, path: &str, text: &str, message: &str) -> String {
        self.write(path, text);
        self.commit(message)
    }

    /// Stores an object in exactly these bytes.
    pub(in crate::git) fn object(&self, kind: &str, bytes: &[u8]) -> String {
        let output = self.run(&["hash-object", "-w", "--literally", "-t", kind, "--stdin"], bytes);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Removes a loose object.
    pub(in crate::git) fn lose(&self, id: &str) {
        let (folder, file) = id.split_at(2);
        fs::remove_file(self.root.join(".git/objects").join(folder).join(file)).unwrap();
    }

    #[expect(clippy::disallowed_methods, reason = "tests need the real git")]
    fn run(&self, arguments: &[&str], input: &[u8]) -> std::process::Output {
        let time = self.time.get();
        self.time.set(time + 60);
        let mut command = Command::new("git");
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_PREFIX",
        ] {
            command.env_remove(name);
        }
        let mut child = command
            .args(["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"])
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@acme.com")
            .env("GIT_COMMITTER_NAME", "Cem")
            .env("GIT_COMMITTER_EMAIL", "cem@acme.com")
            .env("GIT_AUTHOR_DATE", format!("{time} +0000"))
            .env("GIT_COMMITTER_DATE", format!("{time} +0000"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tests need git");
        // A git that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }
}

pub(in crate::git) fn messages(troubles: &[GitTrouble]) -> Vec<&str> {
    troubles.iter().map(|trouble| trouble.message.as_str()).collect()
}
