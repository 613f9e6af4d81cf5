import { canonicalHash } from "../../src/core/canonical.ts";
import { nth, type Step, shareOf, step } from "./step.ts";

/** Steps that spend on rewards, undo by hand, and make two members one. */

export const redeem = (who: number, percent: number): Step =>
  step(`redeem(${percent} % of member ${who})`, (run) => {
    const [memberId, redemptionId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId) || !run.model.isDrawTold(memberId)) return null;
    const quantity = shareOf(run.model.spendableOf(memberId), percent);
    const asked = { reward: "piece", quantity, channel: "online" as const, codeHash: null };
    return {
      command: { kind: "redeem_reward", memberId, redemptionId, hash: canonicalHash([redemptionId, quantity]), ...asked },
      run: () => run.model.redeem(redemptionId, memberId, quantity),
    };
  });

export const cancelRedemption = (n: number): Step =>
  step(`cancel(redemption ${n})`, (run) => {
    const found = nth(run.model.redemptions, n);
    if (found === undefined) return null;
    const ids = { memberId: found.member, redemptionId: found.id, hash: canonicalHash(run.nextId()) };
    return { command: { kind: "cancel_redemption", ...ids, reason: "model" }, run: () => run.model.cancelRedemption(found) };
  });

/** Of a member who was merged the entries are read no more. */
export const reverse = (n: number, shortfall: "refuse" | "debt"): Step =>
  step(`reverse(movement ${n}, ${shortfall})`, async (run) => {
    const movement = nth(
      run.model.movements.filter(({ key }) => !run.model.aliases.has(key)),
      n,
    );
    if (movement === undefined) return null;
    const by = { reason: "model", keyId: "model", hash: canonicalHash(run.nextId()) };
    return {
      command: { kind: "reverse_entry", memberId: movement.key, seq: await run.seqOf(movement), shortfall, ...by },
      run: () => run.model.reverse(movement, shortfall),
    };
  });

export const merge = (from: number, into: number): Step =>
  step(`merge(member ${from} into ${into})`, (run) => {
    const [source, memberId, mergeId] = [run.member(from), run.member(into), run.nextId()];
    if (!run.model.has(memberId) || !run.model.has(source)) return null;
    return {
      command: { kind: "merge_members", memberId, from: source, mergeId, hash: canonicalHash(mergeId), reason: "model" },
      run: () => run.model.merge(source, memberId),
    };
  });
