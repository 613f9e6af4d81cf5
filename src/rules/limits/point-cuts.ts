import type { AccrualDecision, LineDecision, RuleTrace } from "../decision.ts";
import { type KeptLine, uncutPoints } from "../kept.ts";
import type { RuleLimits } from "./limit.ts";
import type { Limiter } from "./limiter.ts";

/** What limits took away of the points of a rule, one entry a wallet. */
export function pointCutsOf(
  rule: RuleLimits & { id: string },
  {
    accruals,
    earning,
    lines,
  }: { accruals: readonly AccrualDecision[]; earning: ReadonlyMap<number, KeptLine>; lines: readonly LineDecision[] },
  limiter: Limiter,
): RuleTrace["gave"] {
  const net = lines.reduce((total, line) => total + line.net, 0);
  return accruals.flatMap((accrual) => {
    const part = accrual.limited?.find((limited) => limited.rule === rule.id);
    const room = limiter.room(rule, "points", accrual.wallet);
    if (part === undefined || room === null) return [];
    const cut = Number(uncutPoints(part, accrual, earning, { keptNet: net, net, isAnythingKept: true })) - part.points;
    return cut === 0 ? [] : [{ kind: "limited", wallet: accrual.wallet, cut, limit: limiter.factsOf(room.limit) }];
  });
}
