import type pg from "pg";
import { REQUEST_KINDS, type RequestKind } from "../core/request-kinds.ts";
import type { StoredEnrolment } from "../members/member-view.ts";
import type { FormerUses } from "./decide-batch.ts";
import { type FormerRow, selectEnrolments, selectFormer, selectOrderOwners, toFormer } from "./load/replays.ts";
import type { LoadedBatch } from "./load.ts";
import { type BatchPlan, claimKey } from "./plan.ts";

const KIND_NAMES = new Map<number, RequestKind>(
  (Object.entries(REQUEST_KINDS) as [RequestKind, number][]).map(([name, code]) => [code, name]),
);

/** What was recorded before for the ids that the batch could not claim. No round trip where there is none, which is the usual case. */
export async function loadFormer(client: pg.ClientBase, programId: number, plan: BatchPlan, loaded: LoadedBatch): Promise<FormerUses> {
  const taken = plan.claims.filter((claim) => !loaded.ownClaims.has(claimKey(claim)) && loaded.members.has(claim.memberId));
  const enrolled = plan.jobs.flatMap(({ command, memberId }) =>
    command.kind === "enrol_member" && loaded.members.get(memberId)?.enrolHash === command.hash ? [memberId] : [],
  );
  const strangeOrders = plan.members.flatMap(({ id, orderIds }) =>
    [...orderIds].filter((orderId) => !loaded.members.get(id)?.orders.has(orderId)),
  );

  const [former, enrolments, owners] = await Promise.all([
    taken.length === 0 ? [] : client.query<FormerRow>(selectFormer(programId, taken)).then(({ rows }) => rows),
    enrolled.length === 0
      ? []
      : client.query<{ id: string; answer: StoredEnrolment }>(selectEnrolments(programId, enrolled)).then(({ rows }) => rows),
    strangeOrders.length === 0
      ? []
      : client.query<{ order_id: string; member_id: string }>(selectOrderOwners(programId, strangeOrders)).then(({ rows }) => rows),
  ]);
  return {
    claims: new Map(
      former.flatMap((row) => {
        const kind = KIND_NAMES.get(row.used_kind);
        return kind === undefined ? [] : [[claimKey({ kind, id: row.used_id }), toFormer(row)] as const];
      }),
    ),
    enrolments: new Map(enrolments.map(({ id, answer }) => [id, answer])),
    orderOwners: new Map(owners.map((row) => [row.order_id, row.member_id])),
  };
}
