//! The wheel that carries the binary: installed where there was nothing, and brought by a hook runner where nothing can compile.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "CI tells where the wheel is that it has built; how long the first verdict takes is to be read"
)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tempfile::TempDir;

use crate::support::desk::{BAD, Desk, GOOD, RULE_OF_BAD, build_folder, builder, root};
use crate::support::{program, require, run, tool};

/// The file that the guide's address ends with.
const IN_GUIDE: &str = concat!(
    "https://gitlab.acme.com/tools/flowgate/-/releases/v",
    env!("CARGO_PKG_VERSION"),
    "/downloads/flowgate_bin-",
    env!("CARGO_PKG_VERSION"),
    "-py3-none-manylinux_2_34_x86_64.whl"
);

#[test]
fn the_wheel_brings_flowgate_to_who_has_nothing() {
    let folder = TempDir::new().unwrap();
    let Some(wheel) = wheel(folder.path()) else { return };
    into_a_fresh_environment(&wheel, folder.path());

    let Some(desk) = Desk::without_flowgate(&["pre-commit"]) else {
        return;
    };
    for compiler in ["cargo", "rustc", "cc", "gcc", "maturin"] {
        desk.take_away(compiler);
    }
    let address = format!("file://{}", wheel.display());
    desk.follow("Without installing flowgate: the wheel", |block| {
        // Setting up everything beforehand is for the patient.
        block.replace(IN_GUIDE, &address).replace(" --install-hooks", "")
    });
    desk.write("Chart.yaml", BAD);
    desk.succeeds(&["git", "add", "Chart.yaml"]);
    let begun = Instant::now();
    desk.stops(&["git", "commit", "--message", "feat: begin the chart"], RULE_OF_BAD);
    println!(
        "first verdict after {:.1} s, environment included",
        begun.elapsed().as_secs_f64()
    );
    desk.write("Chart.yaml", GOOD);
    desk.succeeds(&["git", "add", "Chart.yaml"]);
    let begun = Instant::now();
    desk.succeeds(&["git", "commit", "--message", "feat: begin the chart"]);
    println!("second verdict after {:.1} s", begun.elapsed().as_secs_f64());
}

/// By pip, without any index.
fn into_a_fresh_environment(wheel: &Path, folder: &Path) {
    let Some(python) = require("python3", tool("python3")) else {
        return;
    };
    let environment = folder.join("environment");
    let ran = run(program(python, folder).args(["-m", "venv"]).arg(&environment));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let pip = program(environment.join("bin/pip"), folder)
        .args(["install", "--quiet", "--no-index", "--disable-pip-version-check"])
        .arg(wheel)
        .output();
    assert!(pip.as_ref().is_ok_and(|pip| pip.status.success()), "{pip:?}");
    let ran = run(program(environment.join("bin/flowgate"), folder).arg("--version"));
    assert_eq!(ran.stdout, concat!("flowgate ", env!("CARGO_PKG_VERSION"), "\n"), "{ran:?}");
}

/// The one that `FLOWGATE_TEST_WHEEL` names, else a new one. That is not built where cargo has built this test: it would put its own
/// flowgate in the place of the one that other tests are starting.
fn wheel(folder: &Path) -> Option<PathBuf> {
    if let Some(wheel) = env::var_os("FLOWGATE_TEST_WHEEL") {
        return Some(PathBuf::from(wheel));
    }
    let maturin = require("maturin", tool("maturin"))?;
    let folders = maturin.parent().map(Path::to_owned).into_iter();
    let path = env::join_paths(folders.chain(env::split_paths(&env::var_os("PATH")?))).unwrap();
    let script = root().join("deploy/wheel/build.sh");
    let ran = run(builder(program(script, folder))
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", build_folder("wheel"))
        .env("OUT", folder)
        .args(["--profile", "dev"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let wheel = PathBuf::from(ran.stdout.trim_end());
    assert!(fs::exists(&wheel).unwrap(), "{}", wheel.display());
    Some(wheel)
}
