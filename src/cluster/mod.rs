//! Several servers on one PostgreSQL: who owns which session, and for how long.

pub mod tenure;
