//! The grammar of conventional commits, case by case.
