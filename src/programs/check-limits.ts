import type { InputProblem } from "../core/errors.ts";
import { actionOf } from "../rules/effects/index.ts";
import { compileLimits } from "../rules/limits/limit.ts";
import type { BudgetDefinition, CapDefinition } from "../rules/limits/limit-definition.ts";
import { problemsOfEach } from "./check-each.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { RuleDefinition } from "./rule-definition.ts";

type Wallets = { known: ReadonlySet<string>; first: string };

/** Whether a rule gives anything of what a limit counts. */
function gives({ effects }: RuleDefinition, { of, wallet }: CapDefinition | BudgetDefinition, { first }: Wallets): boolean {
  if (of === "uses") return true;
  const actions = effects.map(actionOf);
  if (of === "money") return actions.some(({ touches }) => touches === "price" || touches === "shipping");
  return actions.some((action) => action.touches === "points" && [null, wallet ?? first].includes(action.grant.wallet));
}

function* problemsOf(
  rule: RuleDefinition,
  definition: CapDefinition | BudgetDefinition,
  wallets: Wallets,
  pointer: string,
): Generator<InputProblem> {
  const { of, wallet, per, returns } = definition;
  if (wallet !== undefined && of !== "points") {
    yield { pointer: `${pointer}/wallet`, code: "wallet_without_points", detail: `a limit of ${of} has no wallet` };
  } else if (wallet !== undefined && !wallets.known.has(wallet)) {
    yield { pointer: `${pointer}/wallet`, code: "unknown_wallet", detail: `the program has no wallet "${wallet}"` };
  } else if (!gives(rule, definition, wallets)) {
    yield {
      pointer: `${pointer}/of`,
      code: "limits_nothing",
      detail: `no effect of the rule gives ${of}${of === "points" ? " in this wallet" : ""}`,
    };
  }
  if (!("for" in definition) || definition.for !== "order") return;
  if (of === "uses") yield { pointer: `${pointer}/of`, code: "uses_of_order", detail: "a rule applies once to an order" };
  if (per !== undefined) yield { pointer: `${pointer}/per`, code: "per_of_order", detail: "a cap for an order has no period" };
  if (returns !== undefined) yield { pointer: `${pointer}/returns`, code: "returns_of_order", detail: "a cap for an order keeps no count" };
}

/** Two limits that count the same in the same period: only the lower one could ever say anything. */
function* repeatedLimits(rule: RuleDefinition, firstWallet: string, pointer: string): Generator<InputProblem> {
  const seen = new Set<string>();
  const capCount = rule.caps?.length ?? 0;
  for (const [index, limit] of compileLimits(rule, firstWallet).limits.entries()) {
    const [list, at] = index < capCount ? ["caps", index] : ["budgets", index - capCount];
    const key = `${limit.for} ${limit.key}`;
    if (seen.has(key))
      yield { pointer: `${pointer}/${list}/${at}`, code: "repeated", detail: "the rule has a limit of this kind and period already" };
    seen.add(key);
  }
}

function* giftProblems({ effects }: RuleDefinition, pointer: string): Generator<InputProblem> {
  const seen = new Set<string>();
  for (const [index, effect] of effects.entries()) {
    if (effect.kind !== "gift") continue;
    const at = `${pointer}/effects/${index}`;
    if (effect.stock === undefined) {
      if (effect.returns !== undefined)
        yield { pointer: `${at}/returns`, code: "returns_without_stock", detail: "a gift without stock is not counted" };
      continue;
    }
    if (seen.has(effect.sku))
      yield { pointer: `${at}/sku`, code: "repeated", detail: `the stock of "${effect.sku}" stands in this rule already` };
    seen.add(effect.sku);
  }
}

/** Caps, budgets and stocks that could never say anything, or that say something twice. */
export function* limitProblems({ rules, wallets, events }: ProgramDefinition): Generator<InputProblem> {
  const ids = { known: new Set(wallets.map(({ id }) => id)), first: wallets[0]?.id ?? "" };
  for (const [index, rule] of rules.entries()) {
    const pointer = `/rules/${index}`;
    for (const [at, cap] of (rule.caps ?? []).entries()) {
      yield* problemsOf(rule, cap, ids, `${pointer}/caps/${at}`);
      yield* problemsOfEach(rule, cap, events, `${pointer}/caps/${at}/each`);
    }
    for (const [at, budget] of (rule.budgets ?? []).entries()) yield* problemsOf(rule, budget, ids, `${pointer}/budgets/${at}`);
    yield* repeatedLimits(rule, ids.first, pointer);
    yield* giftProblems(rule, pointer);
  }
}
