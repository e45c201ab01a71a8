//! What integration tests stand on: repositories that the real git makes, flowgate in a clean environment, and the rule for skipping.
#![expect(
    clippy::disallowed_methods,
    reason = "tests start git and flowgate, and are told by the environment what must not be skipped"
)]

pub(crate) mod browser;
pub(crate) mod desk;

use std::cell::Cell;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// 2026-01-01 00:00:00 UTC; every git command happens a minute after the one before, so that object ids never change.
const BEGINNING: i64 = 1_767_225_600;
const MINUTE: i64 = 60;
/// Variables that a program needs to run at all; everything else is taken away.
const KEPT: [&str; 4] = ["PATH", "SYSTEMROOT", "TMPDIR", "LLVM_PROFILE_FILE"];

/// A repository in a temporary folder that goes with it.
pub(crate) struct Repo {
    folder: TempDir,
    minutes: Cell<i64>,
}

impl Repo {
    /// With the unborn branch `main`.
    pub(crate) fn new() -> Self {
        Self::init(&["init", "--quiet", "--template=", "--initial-branch=main"])
    }

    /// Without a work tree.
    pub(crate) fn bare() -> Self {
        Self::init(&["init", "--quiet", "--template=", "--initial-branch=main", "--bare"])
    }

    /// What a recipe tells; its form is in `fixtures/README.md`.
    #[track_caller]
    pub(crate) fn of_recipe(text: &str) -> Self {
        let repo = Self {
            folder: TempDir::new().unwrap(),
            minutes: Cell::new(0),
        };
        let recipe = flowgate::git::Recipe::parse(text).unwrap_or_else(|errors| panic!("{errors:?}"));
        recipe.build(repo.path()).unwrap();
        repo
    }

    /// By an `init` of the test's own.
    pub(crate) fn made_by(args: &[&str]) -> Self {
        Self::init(args)
    }

    fn init(args: &[&str]) -> Self {
        let repo = Self {
            folder: TempDir::new().unwrap(),
            minutes: Cell::new(0),
        };
        repo.git(args);
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the work tree, and the folders above it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    /// Commits the whole work tree, also when nothing has changed, under exactly this message; returns the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            "--message",
            message,
        ]);
        self.id("HEAD")
    }

    /// Starts a branch at HEAD and goes there.
    pub(crate) fn branch(&self, name: &str) -> &Self {
        self.git(&["switch", "--quiet", "--create", name]);
        self
    }

    /// Goes to a branch.
    pub(crate) fn switch(&self, name: &str) -> &Self {
        self.git(&["switch", "--quiet", name]);
        self
    }

    /// Merges a branch with a merge commit; returns the commit's id.
    pub(crate) fn merge(&self, name: &str) -> String {
        let message = format!("Merge branch '{name}'");
        self.git(&["merge", "--quiet", "--no-ff", "--message", &message, name]);
        self.id("HEAD")
    }

    /// An annotated tag at HEAD, whose message is its name.
    pub(crate) fn tag(&self, name: &str) -> &Self {
        self.git(&["tag", "--annotate", "--message", name, name]);
        self
    }

    /// The object id that a revision names.
    pub(crate) fn id(&self, revision: &str) -> String {
        self.git(&["rev-parse", "--verify", revision])
    }

    /// Runs git here and returns what it prints, without the last line break; a git that fails is a broken test.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.git_command().args(args).output().unwrap();
        let run = Run::from(output);
        assert_eq!(run.code, Some(0), "git {args:?}: {}", run.stderr);
        run.stdout.trim_end_matches('\n').to_owned()
    }

    /// Runs git here, where it may fail; hooks are started as they are for everybody.
    pub(crate) fn try_git(&self, args: &[&str]) -> Run {
        self.git_command().args(args).output().unwrap().into()
    }

    /// The same with more in the environment.
    pub(crate) fn try_git_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Run {
        let mut command = self.git_command();
        command.envs(variables.iter().copied()).args(args).output().unwrap().into()
    }

    /// Lets Git start flowgate as these hooks.
    pub(crate) fn hook(&self, names: &[&str]) -> &Self {
        let folder = PathBuf::from(self.git(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"]));
        fs::create_dir_all(&folder).unwrap();
        for name in names {
            let script = format!("#!/bin/sh\nexec '{}' hook {name} \"$@\"\n", env!("CARGO_BIN_EXE_flowgate"));
            make_executable(&folder.join(name), &script);
        }
        self
    }

    /// Runs flowgate here.
    pub(crate) fn flowgate(&self, args: &[&str]) -> Run {
        run(flowgate(self.path()).args(args))
    }

    /// A text with this repository's folder written as `[REPO]`.
    pub(crate) fn redact(&self, text: &str) -> String {
        redact(text, self.path(), "[REPO]")
    }

    fn git_command(&self) -> Command {
        let minutes = self.minutes.replace(self.minutes.get() + 1);
        let date = format!("{} +0000", BEGINNING + minutes * MINUTE);
        let mut command = clean(Command::new("git"), self.path());
        command
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .envs([("GIT_AUTHOR_NAME", "Ada Author"), ("GIT_AUTHOR_EMAIL", "ada@acme.example")])
            .envs([
                ("GIT_COMMITTER_NAME", "Carl Committer"),
                ("GIT_COMMITTER_EMAIL", "carl@acme.example"),
            ])
            // A clone of a folder, as of a submodule.
            .args([
                "-c",
                "protocol.file.allow=always",
                "-c",
                "core.autocrlf=false",
                "-c",
                "gc.auto=0",
            ]);
        command
    }
}

/// Writes a program.
pub(crate) fn make_executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// flowgate in a folder, without anything that the caller's environment could add; for snapshots with `insta_cmd` as well.
pub(crate) fn flowgate(folder: &Path) -> Command {
    clean(Command::new(env!("CARGO_BIN_EXE_flowgate")), folder)
}

/// The same without root's power to read what is closed to everybody; `None` where the program that takes it away is missing.
pub(crate) fn flowgate_without_privileges(folder: &Path) -> Option<Command> {
    const DROP: &str = "--bounding-set=-dac_override,-dac_read_search";
    let works = clean(Command::new("setpriv"), folder).args([DROP, "true"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut command = clean(Command::new("setpriv"), folder);
    command.args([DROP, env!("CARGO_BIN_EXE_flowgate")]);
    Some(command)
}

pub(crate) fn run(command: &mut Command) -> Run {
    command.stdin(Stdio::null()).output().unwrap().into()
}

/// Runs a command that reads this on its standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // From a thread: a program that prints before it has read everything would otherwise wait for us, and we for it. One that ends
    // early closes the pipe, which is its right.
    let writer = std::thread::spawn(move || _ = stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.into()
}

/// A text with a folder written as `name`, also where the system gives the folder by its real path.
pub(crate) fn redact(text: &str, folder: &Path, name: &str) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    // The real path first: it may end with the other one (`/private/tmp/x`).
    [real.as_path(), folder]
        .into_iter()
        .fold(text.to_owned(), |text, path| text.replace(&*path.to_string_lossy(), name))
}

/// What a test needs beyond this repository. Without it the test says so and ends; under `FLOWGATE_TEST_REQUIRE=1` it fails.
#[track_caller]
#[expect(clippy::print_stdout, reason = "a skipped test must be seen")]
pub(crate) fn require<T>(what: &str, found: Option<T>) -> Option<T> {
    let must = env::var_os("FLOWGATE_TEST_REQUIRE").is_some_and(|value| value == "1");
    assert!(found.is_some() || !must, "FLOWGATE_TEST_REQUIRE=1, and {what} is not there");
    if found.is_none() {
        println!("skipped: {what}");
    }
    found
}

/// A program that is no part of this repository: in the folder that `FLOWGATE_TEST_TOOLS` names, else on the PATH.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = tool_folders().into_iter().chain(env::split_paths(&path));
    folders.find_map(|folder| Some(folder.join(name)).filter(|file| file.is_file()))
}

/// Where `FLOWGATE_TEST_TOOLS` keeps programs: those of Python and those of npm.
pub(crate) fn tool_folders() -> Vec<PathBuf> {
    let tools = env::var_os("FLOWGATE_TEST_TOOLS").map(PathBuf::from);
    tools
        .map(|folder| vec![folder.join("bin"), folder.join("node_modules/.bin")])
        .unwrap_or_default()
}

/// A file that `.ci/run` puts beside those programs: a schema.
pub(crate) fn tool_file(path: &str) -> Option<PathBuf> {
    let tools = env::var_os("FLOWGATE_TEST_TOOLS").map(PathBuf::from);
    tools.map(|folder| folder.join(path)).filter(|file| file.is_file())
}

/// Any program in a folder, as clean as flowgate is started.
pub(crate) fn program(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    clean(Command::new(program), folder)
}

/// A path below `../shared`, if it is there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    path.exists().then_some(path)
}

/// A command in a folder that sees no configuration, no colour and no clock but ours.
fn clean(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env_clear();
    command.envs(KEPT.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    let nothing = OsStr::new(if cfg!(windows) { "NUL" } else { "/dev/null" });
    command.envs([("GIT_CONFIG_GLOBAL", nothing), ("GIT_CONFIG_SYSTEM", nothing)]);
    command.envs([("HOME", folder), ("XDG_CONFIG_HOME", folder)]);
    // What one test learnt must not answer another; who tests the cache names a folder.
    command.env("FLOWGATE_CACHE", "");
    // A temporary folder inside of somebody's repository is still a folder without Git.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    command.envs([("TZ", "UTC"), ("LC_ALL", "C.UTF-8"), ("GIT_TERMINAL_PROMPT", "0")]);
    command
}
