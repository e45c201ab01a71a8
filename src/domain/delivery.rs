//! Statements found in tool files: what is delivered where, which file refers to which, what things are called.

use super::location::Location;
use super::revision::Revision;
use super::stage::StageInference;

/// Where the delivered content comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The URL as written; `None` for the repository that holds the file (CI pipelines).
    pub url: Option<String>,
    /// The URL brought to one form (`github.com/acme/phippy`): lower-case host, no scheme, user, `.git`.
    pub repository: Option<String>,
    pub path: Option<String>,
    pub chart: Option<String>,
    /// Whether `repository` is the one that is being looked at; `None` when that cannot be known.
    pub is_this_repository: Option<bool>,
}

/// How a revision comes to serve a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryMode {
    /// A controller follows `source` at `revision` (Argo CD, Flux).
    Follows,
    /// A pipeline that runs for `revision` (a branch or a tag) deploys.
    Pipeline,
    /// A tool writes rendered manifests to `revision` (Source Hydrator, Promoter); nobody works there by hand.
    MachineWritten,
    /// Short-lived environments for merge requests.
    Preview,
}

impl DeliveryMode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Follows => "follows",
            Self::Pipeline => "pipeline",
            Self::MachineWritten => "machine-written",
            Self::Preview => "preview",
        }
    }
}

/// One statement: this source at this revision goes to that stage, environment, cluster, namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `argocd`, `flux`, `gitlab-ci`, `github-actions`, ...
    pub tool: &'static str,
    /// Kind of the document that says so, such as `argocd.Application`.
    pub kind: String,
    /// Name of the object or job that says so.
    pub name: Option<String>,
    pub mode: DeliveryMode,
    pub source: Source,
    pub revision: Revision,
    pub stage: StageInference,
    /// Environment as written (GitLab, GitHub), if the tool has that notion.
    pub environment: Option<String>,
    /// The environment's name is computed from the branch (`$CI_COMMIT_REF_NAME`).
    pub environment_from_branch: bool,
    pub cluster: Option<String>,
    pub namespace: Option<String>,
    /// Where the revision is written; where it is missing, the object that lacks it.
    pub at: Location,
    /// Name of the generator or template that made several deliveries of one cause.
    pub generated_by: Option<String>,
    /// For pipelines: the condition as written, for the message.
    pub condition: Option<String>,
}

/// One file refers to another file or folder of the same repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Path of the referring file.
    pub from: String,
    /// Path of what it refers to, resolved from the repository's root.
    pub to: String,
    /// `kustomize.resources`, `kustomize.components`, `argocd.path`, `helm.valueFiles`, `gitlab-ci.include`, ...
    pub kind: &'static str,
    pub from_stage: StageInference,
    pub to_stage: StageInference,
    pub at: Location,
}

/// What kind of thing a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameRole {
    /// `metadata.name` of an Argo CD Application (or its template).
    Application,
    /// A namespace that is created, or that something is deployed to.
    Namespace,
    /// An Argo CD AppProject or an OpenShift Project.
    Project,
}

impl NameRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Namespace => "namespace",
            Self::Project => "project",
        }
    }
}

/// One name found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub role: NameRole,
    /// Kind of the document, such as `argocd.Application`.
    pub kind: String,
    pub text: String,
    /// For an application: the namespace it is deployed to, and where that is written.
    pub destination_namespace: Option<(String, Location)>,
    /// For an application: the cluster it is deployed to.
    pub destination_cluster: Option<String>,
    pub stage: StageInference,
    pub at: Location,
}

/// What one document, or the join of several, was reduced to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub deliveries: Vec<Delivery>,
    pub edges: Vec<Edge>,
    pub names: Vec<Name>,
    /// Statements that could not be followed, with the reason: `(tool, reason, place)`.
    pub unresolved: Vec<Unresolved>,
}

/// Something that a tool would resolve and flowgate cannot see (a remote include, a template value).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    pub tool: &'static str,
    pub reason: String,
    pub at: Location,
}

impl Rows {
    pub fn append(&mut self, mut other: Self) {
        self.deliveries.append(&mut other.deliveries);
        self.edges.append(&mut other.edges);
        self.names.append(&mut other.names);
        self.unresolved.append(&mut other.unresolved);
    }

    /// Says of every row which branch's tree it was found in.
    pub fn set_branch(&mut self, branch: &str) {
        let set = |place: &mut Location| place.branch = Some(branch.to_owned());
        let believed = |stage: &mut StageInference| stage.evidence.iter_mut().for_each(|e| set(&mut e.location));
        for delivery in &mut self.deliveries {
            set(&mut delivery.at);
            believed(&mut delivery.stage);
        }
        for edge in &mut self.edges {
            set(&mut edge.at);
            believed(&mut edge.from_stage);
            believed(&mut edge.to_stage);
        }
        for name in &mut self.names {
            set(&mut name.at);
            believed(&mut name.stage);
            if let Some((_, at)) = &mut name.destination_namespace {
                set(at);
            }
        }
        for unresolved in &mut self.unresolved {
            set(&mut unresolved.at);
        }
    }
}
