//! What a configuration document may look like, as data: read by the validator, the schema and the tests. Knows no key; those stand in `keys`.

/// The shape of one value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Any scalar, read as it is written: `1.10` stays `1.10`.
    Text,
    /// The name of a stage, branch type, component or cluster: one word of the configuration's own.
    Word,
    Bool,
    /// `YYYY-MM-DD`.
    Date,
    /// A date or the object id of a commit.
    DateOrCommit,
    /// A regular expression over a whole name; anchored when it is compiled.
    Regex,
    /// A glob over paths, see `path_glob`.
    Glob,
    /// A range or an exact version of flowgate.
    VersionRange,
    /// The id of a rule.
    RuleId,
    /// A file beside or outside the repository.
    File,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Whatever a rule makes of it.
    Any,
    /// The shape, or null with a meaning of its own.
    Nullable(&'static Self),
    List(&'static Self),
    Map(&'static Map),
    Object(&'static Object),
    /// The object, or a scalar that stands for the object with only `key` set.
    Short {
        key: &'static str,
        object: &'static Object,
    },
    /// The map, or a list of objects whose `key` is the map's key and whose `value` its value.
    MapOrList {
        map: &'static Map,
        key: &'static str,
        value: &'static str,
        item: &'static Object,
    },
    /// A key that a later version will give a meaning.
    Reserved,
}

/// What the keys of a map are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MapKey {
    Word,
    Text,
    Glob,
    /// A rule's id, a group, or `*`.
    Rule,
}

/// A mapping with keys of the user's choice. Null takes away what a layer beneath says, unless `value` is nullable.
#[derive(Debug)]
pub(super) struct Map {
    /// What the keys are called: `a branch type`.
    pub(super) noun: &'static str,
    pub(super) key: MapKey,
    pub(super) value: Shape,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(super) struct Object {
    /// Name in the schema: `stage`.
    pub(super) name: &'static str,
    /// With its article, for messages: `a stage`.
    pub(super) noun: &'static str,
    pub(super) keys: &'static [Key],
}

/// One key of an object.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// One sentence or two, in the schema and the guide.
    pub(super) doc: &'static str,
    pub(super) shape: Shape,
    pub(super) need: Need,
    pub(super) merge: Merge,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    /// In this very document: for items of lists, which are never completed by another layer.
    Here,
}

/// What happens to a list that a layer beneath has as well. Mappings always merge, scalars are always replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    Replace,
    Append,
}

impl Object {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|k| k.name == name)
    }
}

impl Shape {
    /// What a value of this shape is called in a message.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Word => "a word",
            Self::Bool => "`true` or `false`",
            Self::Date => "a date",
            Self::DateOrCommit => "a date or the id of a commit",
            Self::Regex => "a regular expression",
            Self::Glob => "a glob over paths",
            Self::VersionRange => "a range of versions",
            Self::RuleId => "the id of a rule",
            Self::File => "the path of a file",
            Self::Choice(_) => "a word",
            Self::Any => "a value",
            Self::Nullable(shape) => shape.noun(),
            Self::List(_) => "a list",
            Self::Map(_) | Self::Object(_) => "a mapping",
            Self::Short { .. } => "a mapping or a word",
            Self::MapOrList { .. } => "a mapping or a list",
            Self::Reserved => "nothing yet",
        }
    }
}
