//! Several servers on one PostgreSQL: who owns which session, and for how long.

pub mod forward;
pub mod inside;
pub mod node;
pub mod tenure;
