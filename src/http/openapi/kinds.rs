//! What depends on the type of an activity: each place in the document where a type decides what
//! is there becomes a choice of one schema for each type.

use caja_actors::activity::{Kind, KindSchemas, Shapes};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Ref, RefOr, Schema, Type, schema::AnyOfBuilder},
};

use super::{SCHEMAS, reference, schemas};

/// The word for a type of activity.
pub struct ActivityKind;

impl PartialSchema for ActivityKind {
    fn schema() -> RefOr<Schema> {
        let names = Kind::ALL.iter().map(|kind| kind.name());
        let schema = ObjectBuilder::new().schema_type(Type::String);
        schema.enum_values(Some(names)).description(Some("A type of activity")).into()
    }
}

impl ToSchema for ActivityKind {}

/// Declares the choice between schemas of all types.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident: |$kind:ident| $of:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let names = Kind::ALL.iter().flat_map(|$kind| $of);
                names.fold(AnyOfBuilder::new(), |any_of, name| any_of.item(Ref::from_schema_name(name))).into()
            }
        }

        impl ToSchema for $name {}
    };
}

choice!(
    /// A configuration of any type.
    AnyConfig: |kind| [kind.schemas().config.0]
);
choice!(
    /// An answer to an activity of any type.
    AnyAnswer: |kind| [kind.schemas().answer.0]
);
choice!(
    /// An answer as its author wrote it.
    AnsweredBody: |kind| [kind.shapes().answered]
);
choice!(
    /// A control of an activity of any type.
    AnyControl: |kind| [kind.schemas().control.0]
);
choice!(
    /// Results, by type and phase.
    Results: |kind| kind.shapes().results
);
choice!(
    /// Results in a report, by type.
    Reports: |kind| kind.shapes().reports().to_vec()
);
choice!(
    /// An item of the list of stories.
    StoryInFrame: |kind| kind.shapes().story
);

/// An activity as whoever steers it sees it: without questions and stories.
pub struct SteeredActivity;

impl PartialSchema for SteeredActivity {
    fn schema() -> RefOr<Schema> {
        super::super::wire::ActivityResource::schema()
    }
}

impl ToSchema for SteeredActivity {}

/// Adds the schemas of all types, and puts them where they belong.
pub(super) fn add(api: &mut Value) {
    let schemas = schemas(api);
    let types: Vec<_> = Kind::ALL.iter().map(|kind| (*kind, kind.shapes())).collect();
    for (kind, shapes) in &types {
        add_schemas(schemas, *kind, shapes);
    }
    split(
        schemas,
        &types,
        "CreateActivity",
        |name| format!("Create{name}"),
        |kind, _| vec![("config", Some(reference(&kind.schemas().config.0)))],
    );
    split(
        schemas,
        &types,
        "ActivityResource",
        |name| format!("{name}Activity"),
        |kind, _| vec![("config", Some(reference(&kind.schemas().config.0)))],
    );
    split(
        schemas,
        &types,
        "SteeredActivity",
        |name| format!("Steered{name}"),
        |_, shapes| vec![("config", Some(reference(&shapes.public_config)))],
    );
    split(
        schemas,
        &types,
        "FrameActivity",
        |name| format!("Frame{name}"),
        |_, shapes| {
            vec![
                ("config", Some(reference(&shapes.public_config))),
                ("phase", Some(json!({ "type": "string", "enum": shapes.phases }))),
                ("current", shapes.current.as_deref().map(reference)),
            ]
        },
    );
}

fn add_schemas(schemas: &mut Map<String, Value>, kind: Kind, shapes: &Shapes) {
    let KindSchemas { config, answer, control, referenced } = kind.schemas();
    let control_name = control.0.clone();
    for (name, schema) in
        referenced.into_iter().chain([config, answer, control]).chain(shapes.schemas.clone())
    {
        schemas.insert(name, json!(schema));
    }
    schemas[&control_name]["properties"]["action"]["enum"] = json!(shapes.actions);
}

/// Makes a schema the choice of one for each type, in which `type` is that type's word and the
/// properties that `specialise` names are that type's own. `None`: the type has no such property.
fn split(
    schemas: &mut Map<String, Value>,
    types: &[(Kind, Shapes)],
    name: &str,
    name_for: impl Fn(&str) -> String,
    specialise: impl Fn(Kind, &Shapes) -> Vec<(&'static str, Option<Value>)>,
) {
    let base = schemas[name].take();
    let mut branches = vec![];
    let mut mapping = Map::new();
    for (kind, shapes) in types {
        let config = kind.schemas().config.0;
        let branch = name_for(config.trim_end_matches("Config"));
        let mut schema = base.clone();
        let fields = schema["properties"].as_object_mut().expect("the base is an object");
        fields.insert(
            "type".into(),
            json!({
                "type": "string", "enum": [kind.name()], "description": kind.title(),
            }),
        );
        for (field, own) in specialise(*kind, shapes) {
            match own {
                Some(own) => merge(&mut fields[field], own),
                None => drop(fields.remove(field)),
            }
        }
        mapping.insert(kind.name().into(), json!(format!("{SCHEMAS}{branch}")));
        branches.push(reference(&branch));
        schemas.insert(branch, schema);
    }
    schemas[name] = json!({
        "description": base["description"],
        "oneOf": branches,
        "discriminator": { "propertyName": "type", "mapping": mapping },
    });
}

/// Takes the type's own schema, but keeps what is said about the property in general.
fn merge(field: &mut Value, own: Value) {
    let description = field["description"].take();
    *field = own;
    if !description.is_null() {
        field["description"] = description;
    }
}
