//! What clients read of a type of activity, and the words they steer it with: for the API's
//! document, so that generated clients know them.

use utoipa::ToSchema;

use super::registry::NamedSchema;

/// The shapes of everything that clients read of one type of activity.
pub struct Shapes {
    /// The words that a control's `action` may be.
    pub actions: &'static [&'static str],
    /// The words that a frame's `phase` may be.
    pub phases: &'static [&'static str],
    /// Name of the schema of `config` in frames.
    pub public_config: String,
    /// Name of the schema of an answer, as `/me` shows it to its author.
    pub answered: String,
    /// Name of the schema of `current` in frames, where the type has one.
    pub current: Option<String>,
    /// Names of the schemas of `results` in frames: one for each form that they take.
    pub results: Vec<String>,
    /// Names of the schemas of the results in a report, where they say more than those.
    reports: Vec<String>,
    /// Name of the schema of an item of `stories`, where the type has them.
    pub story: Option<String>,
    /// The schemas that are named above, and everything they refer to.
    pub schemas: Vec<NamedSchema>,
}

impl Shapes {
    #[must_use]
    pub fn new<PublicConfig: ToSchema, Answered: ToSchema>(
        actions: &'static [&'static str],
        phases: &'static [&'static str],
    ) -> Self {
        let mut shapes = Self {
            actions,
            phases,
            public_config: String::new(),
            answered: String::new(),
            current: None,
            results: vec![],
            reports: vec![],
            story: None,
            schemas: vec![],
        };
        shapes.public_config = shapes.add::<PublicConfig>();
        shapes.answered = shapes.add::<Answered>();
        shapes
    }

    #[must_use]
    pub fn current<T: ToSchema>(mut self) -> Self {
        self.current = Some(self.add::<T>());
        self
    }

    #[must_use]
    pub fn results<T: ToSchema>(mut self) -> Self {
        let name = self.add::<T>();
        self.results.push(name);
        self
    }

    #[must_use]
    pub fn report<T: ToSchema>(self) -> Self {
        self.report_as::<T>(&T::name())
    }

    /// For a type that has several forms: each is known by a name of its own.
    #[must_use]
    pub fn report_as<T: ToSchema>(mut self, name: &str) -> Self {
        self.add_as::<T>(name);
        self.reports.push(name.to_owned());
        self
    }

    /// Names of the schemas of the results in a report.
    #[must_use]
    pub fn reports(&self) -> &[String] {
        if self.reports.is_empty() { &self.results } else { &self.reports }
    }

    #[must_use]
    pub fn story<T: ToSchema>(mut self) -> Self {
        self.story = Some(self.add::<T>());
        self
    }

    fn add<T: ToSchema>(&mut self) -> String {
        self.add_as::<T>(&T::name());
        T::name().into_owned()
    }

    fn add_as<T: ToSchema>(&mut self, name: &str) {
        T::schemas(&mut self.schemas);
        self.schemas.push((name.to_owned(), T::schema()));
    }
}
