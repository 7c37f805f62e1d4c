//! Several servers on one PostgreSQL: who owns which session, and for how long.

pub mod node;
pub mod tenure;
