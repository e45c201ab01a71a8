//! demo.
use super::args::DemoArguments;
pub fn run(_: &DemoArguments) -> u8 {
    0
}
