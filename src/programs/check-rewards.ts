import type { InputProblem } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { RewardDefinition } from "./reward-definition.ts";

type Known = { wallets: ReadonlyMap<string, "spendable" | "status">; tiers: readonly string[]; coupons: ReadonlySet<string> };

function* priceProblems({ price }: RewardDefinition, { wallets }: Known, pointer: string): Generator<InputProblem> {
  const seen = new Set<string>();
  for (const [index, { wallet }] of price.entries()) {
    const at = `${pointer}/price/${index}/wallet`;
    if (seen.has(wallet)) yield { pointer: at, code: "repeated", detail: `"${wallet}" stands here twice` };
    seen.add(wallet);
    const kind = wallets.get(wallet);
    if (kind === undefined) yield { pointer: at, code: "unknown_wallet", detail: `the program has no wallet "${wallet}"` };
    if (kind === "status") yield { pointer: at, code: "status_wallet", detail: `points of "${wallet}" cannot be spent` };
  }
}

function* tierProblems({ minTier, audience, gives }: RewardDefinition, { tiers }: Known, pointer: string): Generator<InputProblem> {
  const named = [
    { tier: minTier, at: "minTier" },
    { tier: gives.kind === "tier_upgrade" ? gives.to : undefined, at: "gives/to" },
    ...(audience?.tiers ?? []).map((tier, index) => ({ tier, at: `audience/tiers/${index}` })),
  ];
  for (const { tier, at } of named) {
    if (tier === undefined || tiers.includes(tier)) continue;
    yield { pointer: `${pointer}/${at}`, code: "unknown_tier", detail: `the program has no tier "${tier}"` };
  }
  if (gives.kind === "tier_upgrade" && gives.to === tiers[0]) {
    yield { pointer: `${pointer}/gives/to`, code: "leads_nowhere", detail: "nobody is below the first tier" };
  }
}

function* couponProblems({ gives }: RewardDefinition, { coupons }: Known, pointer: string): Generator<InputProblem> {
  if (gives.kind !== "coupon" || coupons.has(gives.coupon)) return;
  yield { pointer: `${pointer}/gives/coupon`, code: "unknown_coupon", detail: `the program has no coupon "${gives.coupon}"` };
}

/** Two limits of one period: only the lower one could ever say anything. */
function* limitProblems(reward: RewardDefinition, pointer: string): Generator<InputProblem> {
  for (const list of ["stock", "limits"] as const) {
    const seen = new Set<string | undefined>();
    for (const [index, { per }] of (reward[list] ?? []).entries()) {
      if (seen.has(per)) yield { pointer: `${pointer}/${list}/${index}`, code: "repeated", detail: "this period stands here already" };
      seen.add(per);
    }
  }
}

/** Rewards that name what there is not, that cannot be paid, or that contradict themselves. */
export function* rewardProblems({ rewards = [], wallets, tiers, coupons = [] }: ProgramDefinition): Generator<InputProblem> {
  const known = {
    wallets: new Map(wallets.map(({ id, kind }) => [id, kind])),
    tiers: tiers.map(({ id }) => id),
    coupons: new Set(coupons.map(({ id }) => id)),
  };
  for (const [index, reward] of rewards.entries()) {
    const pointer = `/rewards/${index}`;
    yield* priceProblems(reward, known, pointer);
    yield* tierProblems(reward, known, pointer);
    yield* couponProblems(reward, known, pointer);
    yield* limitProblems(reward, pointer);
    const { from, until } = reward;
    if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)) {
      yield { pointer: `${pointer}/until`, code: "until_before_from", detail: "the reward ends before it begins" };
    }
  }
}
