//! Tests against repositories that the real git makes.
