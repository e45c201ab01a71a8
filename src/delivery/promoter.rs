//! Argo CD GitOps Promoter: branches that it writes per environment.

use crate::domain::delivery::{Delivery, DeliveryMode, Rows};

use super::context::Context;
use super::revision::classify;
use super::site::Site;
use super::slots::read_value;
use super::stage::StageEvidence;

/// One delivery per environment of a PromotionStrategy.
pub fn rows(root: &Site<'_>, kind: &str, context: &Context<'_>) -> Rows {
    let mut rows = Rows::default();
    let name = root.at(&["metadata", "name"]).and_then(|n| n.text().map(str::to_owned));
    for environment in root.at(&["spec", "environments"]).map(|e| e.items()).unwrap_or_default() {
        let Some(branch) = environment.get("branch") else { continue };
        let Some(text) = branch.text() else { continue };
        let source = context.source(None);
        let mut evidence = StageEvidence::default();
        read_value(&mut evidence, "environment branch", (text, branch.location()), 90, context);
        rows.deliveries.push(Delivery {
            tool: "promoter",
            kind: kind.to_owned(),
            name: name.clone(),
            mode: DeliveryMode::MachineWritten,
            revision: classify(Some(text), &source, context),
            source,
            stage: evidence.infer(context),
            environment: None,
            environment_from_branch: false,
            cluster: None,
            namespace: None,
            at: branch.location(),
            generated_by: None,
            condition: None,
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use crate::delivery::test_documents::deliveries;

    #[test]
    fn environment_branches_are_written_by_a_machine() {
        let text = "apiVersion: promoter.argoproj.io/v1alpha1\nkind: PromotionStrategy\nmetadata: {name: demo}\nspec:\n  \
                    environments:\n  - branch: environments/dev\n  - branch: environments/prod\n  - {}\n";
        assert_eq!(
            deliveries(&[("promotion.yaml", text)]),
            [
                "promotion.yaml:6 demo environments/dev (branch) -> dev [machine-written]",
                "promotion.yaml:7 demo environments/prod (branch) -> prd [machine-written]",
            ]
        );
    }
}
