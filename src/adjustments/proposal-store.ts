import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { Instant } from "../ledger/state.ts";
import type { AdjustmentProposalView, ProposalStatus } from "./commands.ts";
import { proposalAt } from "./decide-adjustment.ts";

type Stored = { proposal: AdjustmentProposalView; decided: AdjustmentProposalView | null };

/** The decision on a proposal is an answer of its own; its member is another one where the proposal's was merged meanwhile. */
const DECIDED = `
  left join directory on directory.program_id = $1 and directory.kind = ${REQUEST_KINDS.adjustment_decision} and directory.id = proposed.id
  left join commands decided on decided.program_id = $1 and decided.member_key = directory.member_key
   and decided.kind = ${REQUEST_KINDS.adjustment_decision} and decided.id = proposed.id`;
const IS_PROPOSAL = `proposed.kind = ${REQUEST_KINDS.adjustment} and proposed.answer ->> 'status' = 'pending_approval'`;

const viewAt =
  (now: Instant) =>
  ({ proposal, decided }: Stored): AdjustmentProposalView =>
    decided ?? proposalAt(proposal, now);

/** Errors: proposal_not_found. */
export async function findProposal(tx: pg.ClientBase, programId: number, id: string, now: Instant): Promise<AdjustmentProposalView> {
  const { rows } = await tx.query<Stored>({
    name: "find_adjustment_proposal",
    text: `select proposed.answer as proposal, decided.answer as decided
             from directory claimed
             join commands proposed on proposed.program_id = $1 and proposed.member_key = claimed.member_key and proposed.id = claimed.id and ${IS_PROPOSAL}
             ${DECIDED}
            where claimed.program_id = $1 and claimed.kind = ${REQUEST_KINDS.adjustment} and claimed.id = $2`,
    values: [programId, id],
  });
  const [row] = rows;
  if (row === undefined) throw new LoyaltyError("proposal_not_found", { adjustmentId: id });
  return viewAt(now)(row);
}

export type ProposalsPage = {
  status: ProposalStatus | undefined;
  before: { at: string; id: string } | undefined;
  limit: number;
  now: Instant;
};

/** Newest first. */
export async function listProposals(tx: pg.ClientBase, programId: number, page: ProposalsPage): Promise<AdjustmentProposalView[]> {
  const { rows } = await tx.query<Stored>({
    name: "list_adjustment_proposals",
    text: `select proposed.answer as proposal, decided.answer as decided
             from commands proposed ${DECIDED}
            where proposed.program_id = $1 and ${IS_PROPOSAL}
              and ($2::text is null or $2 = coalesce(decided.answer ->> 'status',
                     case when (proposed.answer ->> 'endsAt')::timestamptz <= $3::timestamptz then 'expired' else 'pending_approval' end))
              and ($4::text is null or (proposed.answer ->> 'proposedAt', proposed.id) < ($4, $5))
            order by proposed.answer ->> 'proposedAt' desc, proposed.id desc limit $6`,
    values: [programId, page.status ?? null, new Date(page.now), page.before?.at ?? null, page.before?.id ?? null, page.limit],
  });
  return rows.map(viewAt(page.now));
}
