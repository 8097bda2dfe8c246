//! Approvals: asked for by an event, decided once.

use sqlx::{Row, SqliteConnection, types::Json};

use super::{Result, Store, StoreError, events, operations, rows};
use crate::protocol::{ApprovalId, Body, Decision, DelegationView, Event, OperationId, TimeMs};

impl Store {
    /// Stores that a hand-off of a running operation waits for the user, and the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Ended`] after the operation's end, or when the database fails.
    pub async fn request_approval(
        &self,
        operation: OperationId,
        id: ApprovalId,
        delegation: &DelegationView,
    ) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            operations::check_running(db, operation).await?;
            insert(db, operation, id, delegation, now).await?;
            let delegation = Box::new(delegation.clone());
            events::record(db, operation, vec![Body::ApprovalRequest { approval_id: id, delegation }], now)
                .await
        })
        .await
    }

    /// Stores a decision, and the event that tells of it. Only the first one counts.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is decided, [`StoreError::Ended`] after the operation's end,
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn decide(&self, id: ApprovalId, decision: &Decision) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            let asked = find(db, id).await?;
            if asked.decision != "pending" {
                let sentence = format!("this hand-off has been decided already ({})", asked.decision);
                return Err(StoreError::Conflict(sentence));
            }
            operations::check_running(db, asked.operation).await?;
            update(db, id, decision, now).await?;
            let body =
                Body::ApprovalDecided { approval_id: id, call_id: asked.call_id, decision: decision.clone() };
            events::record(db, asked.operation, vec![body], now).await
        })
        .await
    }
}

impl Store {
    /// The hand-off that a tool call has led to, as it was sent, or as it waits; `None` for other calls.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delegation(&self, operation: OperationId, call_id: &str) -> Result<Option<DelegationView>> {
        const KINDS: [&str; 2] = ["delegation", "approval_request"];
        let body = self.read(async |db| events::newest_of_call(db, operation, call_id, &KINDS).await).await?;
        Ok(match body {
            Some(Body::Delegation { delegation } | Body::ApprovalRequest { delegation, .. }) => {
                Some(*delegation)
            }
            _ => None,
        })
    }
}

struct Asked {
    operation: OperationId,
    call_id: String,
    decision: String,
}

async fn find(db: &mut SqliteConnection, id: ApprovalId) -> Result<Asked> {
    let query = sqlx::query("SELECT operation_id, call_id, decision FROM approvals WHERE id = ?");
    let row = query.bind(id.to_string()).fetch_optional(db).await?;
    let row = row.ok_or_else(|| StoreError::not_found("approval", id))?;
    Ok(Asked {
        operation: rows::parse(&row, "operation_id")?,
        call_id: row.try_get("call_id")?,
        decision: row.try_get("decision")?,
    })
}

async fn insert(
    db: &mut SqliteConnection,
    operation: OperationId,
    id: ApprovalId,
    delegation: &DelegationView,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO approvals (id, operation_id, call_id, request, created_at) VALUES (?, ?, ?, ?, ?)",
    );
    let query = query.bind(id.to_string()).bind(operation.to_string()).bind(&delegation.call_id);
    query.bind(Json(delegation)).bind(now).execute(db).await?;
    Ok(())
}

async fn update(db: &mut SqliteConnection, id: ApprovalId, decision: &Decision, now: TimeMs) -> Result<()> {
    let name = match decision {
        Decision::Allow { .. } => "allowed",
        Decision::Deny { .. } => "denied",
    };
    let query = sqlx::query("UPDATE approvals SET decision = ?, decided_at = ? WHERE id = ?");
    query.bind(name).bind(now).bind(id.to_string()).execute(db).await?;
    Ok(())
}
