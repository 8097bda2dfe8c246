//! A hand-off before it is sent: what goes along, made visible, and the user's decision where the
//! settings want one.

use crate::{
    config::DelegationReview,
    engine::prompt::{self, Materials},
    llm::Role,
    protocol::{ApprovalId, Brief, Decision, DelegationView},
};

use super::{Delegation, DelegationError, Progress};

impl Delegation {
    /// Tells what is sent, once the user agrees to it where the settings say so. Whether the user has
    /// changed the brief.
    pub(super) async fn hand_over(&mut self, materials: &mut Materials) -> Result<bool, DelegationError> {
        let is_changed = self.waits_for_review(materials) && self.review(materials).await?;
        self.tell(Progress::HandedOver(self.view(materials))).await;
        Ok(is_changed)
    }

    fn waits_for_review(&self, materials: &Materials) -> bool {
        match self.setup.settings.delegation.review {
            DelegationReview::Never => false,
            DelegationReview::Edits => materials.current.is_some(),
            DelegationReview::Always => true,
        }
    }

    async fn review(&mut self, materials: &mut Materials) -> Result<bool, DelegationError> {
        match self.decision(materials).await? {
            Decision::Allow { brief: Some(brief) } if *brief != self.brief => {
                self.brief = Brief { tool: std::mem::take(&mut self.brief.tool), ..*brief };
                *materials = self.materials().await;
                Ok(true)
            }
            Decision::Allow { .. } => Ok(false),
            Decision::Deny { reason } => Err(DelegationError::Declined { reason }),
        }
    }

    async fn decision(&self, materials: &Materials) -> Result<Decision, DelegationError> {
        let approval = ApprovalId::new(&self.shared.ids);
        let decided = self.shared.approvals.wait(approval);
        let paused = self.deadline.pause();
        self.tell(Progress::Waiting(approval, self.view(materials))).await;
        let decision = decided.await;
        drop(paused);
        // Only a stopping engine lets go of what waits.
        decision.map_err(|_| DelegationError::Declined { reason: None })
    }

    fn view(&self, materials: &Materials) -> Box<DelegationView> {
        Box::new(DelegationView {
            call_id: self.call_id.clone(),
            brief: self.brief.clone(),
            model: self.setup.model_name(Role::Coder).to_owned(),
            plan: self.plan.clone(),
            context: prompt::coder_sections(&self.brief, materials),
        })
    }
}
