//! The entry: hands the arguments to `cli` and returns its exit code.

fn main() -> std::process::ExitCode {
    flowgate::cli::run(std::env::args_os())
}
