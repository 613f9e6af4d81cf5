import type { AppliedGrant } from "./accrual-extras.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { PointsGrant } from "./effects/action.ts";
import type { Gave, Given } from "./give-discounts.ts";
import type { Reason } from "./judge.ts";
import { pointsForUnits } from "./line-points.ts";
import { type OpenLine, sumUnits } from "./open-line.ts";

/** Grants of points by a rule on the lines it touches; the points themselves are computed when all rules have had their turn. */
export type GrantedPoints = Given & { grants: AppliedGrant[] };

/** Units that are missing to the first step of points for quantities. */
function tooFew(grant: PointsGrant, units: number): Reason | null {
  if (grant.grants !== "quantity" || units >= grant.perQuantity) return null;
  return { kind: "too_few", of: "units", atLeast: grant.perQuantity, value: units, short: grant.perQuantity - units };
}

export function grantPoints({ id, actions, lines: condition }: CompiledRule, lines: readonly OpenLine[]): GrantedPoints {
  const touched = condition === null ? null : new Set(lines.map(({ line }) => line));
  const granted: GrantedPoints = { grants: [], gave: [], reason: null };
  for (const action of actions) {
    if (action.touches !== "points") continue;
    const { grant, kind } = action;
    const units = grant.grants === "quantity" ? sumUnits(lines) : 0;
    const reason = tooFew(grant, units);
    if (reason !== null) {
      granted.reason ??= reason;
      continue;
    }
    granted.grants.push({ rule: id, grant, lines: touched });
    granted.gave.push({ kind, ...gaveOf(grant, units), ...(touched !== null && grant.grants !== "bonus" && { lines: [...touched] }) });
  }
  return granted;
}

function gaveOf(grant: PointsGrant, units: number): Omit<Gave, "kind"> {
  const wallet = grant.wallet === null ? {} : { wallet: grant.wallet };
  switch (grant.grants) {
    case "rate":
      return wallet;
    case "multiplier":
      return { ...wallet, multiplier: grant.multiplier };
    case "percent":
      return { ...wallet, percent: grant.percent };
    case "quantity":
      return { ...wallet, points: Number(pointsForUnits(grant, units)) };
    case "bonus":
      return { ...wallet, points: grant.points };
  }
}
