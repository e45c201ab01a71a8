//! The entry: parse, hand over to `cli`, return its code.
fn main() {}
