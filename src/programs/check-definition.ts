import type { InputProblem } from "../core/errors.ts";
import { isTimeZone } from "../core/period.ts";
import { announcementProblems } from "./check-announcements.ts";
import { couponProblems } from "./check-coupons.ts";
import { eventProblems } from "./check-events.ts";
import { laneProblems } from "./check-lanes.ts";
import { limitProblems } from "./check-limits.ts";
import { paymentProblems } from "./check-payments.ts";
import { pointsTermsProblems } from "./check-points-terms.ts";
import { rewardProblems } from "./check-rewards.ts";
import { testCaseProblems } from "./check-test-cases.ts";
import { ladderProblems } from "./check-tiers.ts";
import { transferProblems } from "./check-transfers.ts";
import type { ProgramDefinition } from "./definition.ts";

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

function* repeated(ids: readonly string[], pointer: (index: number) => string): Generator<InputProblem> {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) yield { pointer: pointer(index), code: "repeated", detail: `"${id}" stands here twice` };
    seen.add(id);
  }
}

function* unknownWallets({ wallets, earning, rules }: ProgramDefinition): Generator<InputProblem> {
  const known = new Set(wallets.map(({ id }) => id));
  const check = (wallet: string | undefined, pointer: string): InputProblem[] =>
    wallet === undefined || known.has(wallet) ? [] : [{ pointer, code: "unknown_wallet", detail: `the program has no wallet "${wallet}"` }];

  for (const [index, { wallet }] of earning.entries()) yield* check(wallet, `/earning/${index}/wallet`);
  for (const [index, { effects }] of rules.entries()) {
    for (const [at, effect] of effects.entries()) {
      if ("wallet" in effect) yield* check(effect.wallet, `/rules/${index}/effects/${at}/wallet`);
    }
  }
}

function* idleDebtLimits({ wallets }: ProgramDefinition): Generator<InputProblem> {
  for (const [index, { clawback, debtLimit }] of wallets.entries()) {
    if (debtLimit === undefined || clawback === "debt") continue;
    yield { pointer: `/wallets/${index}/debtLimit`, code: "debt_limit_without_debt", detail: `with "clawback: ${clawback}" nobody owes` };
  }
}

function* idleExtensions({ wallets }: ProgramDefinition): Generator<InputProblem> {
  for (const [index, { expiry, extendedBy }] of wallets.entries()) {
    if (extendedBy === undefined || expiry !== "never") continue;
    yield { pointer: `/wallets/${index}/extendedBy`, code: "extended_without_expiry", detail: 'with "expiry: never" nothing expires' };
  }
}

function* unknownTiers({ tiers, rules }: ProgramDefinition): Generator<InputProblem> {
  const known = new Set(tiers.map(({ id }) => id));
  for (const [index, { audience, effects }] of rules.entries()) {
    for (const [at, tier] of (audience?.tiers ?? []).entries()) {
      if (known.has(tier)) continue;
      yield { pointer: `/rules/${index}/audience/tiers/${at}`, code: "unknown_tier", detail: `the program has no tier "${tier}"` };
    }
    for (const [at, effect] of effects.entries()) {
      if (effect.kind !== "member_prices") continue;
      for (const [row, { tier }] of effect.prices.entries()) {
        if (tier === undefined || known.has(tier)) continue;
        const pointer = `/rules/${index}/effects/${at}/prices/${row}/tier`;
        yield { pointer, code: "unknown_tier", detail: `the program has no tier "${tier}"` };
      }
    }
  }
}

function* wrongTimes({ rules }: ProgramDefinition): Generator<InputProblem> {
  for (const [index, { from, until }] of rules.entries()) {
    if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)) {
      yield { pointer: `/rules/${index}/until`, code: "until_before_from", detail: "the rule ends before it begins" };
    }
  }
}

/** What is wrong with a definition whose shape is right: names that refer to nothing, and things that contradict. */
export function* definitionProblems(definition: ProgramDefinition): Generator<InputProblem> {
  const {
    currency,
    timeZone,
    wallets,
    earning,
    tiers,
    coupons = [],
    calendars = [],
    lanes = [],
    events = [],
    rewards = [],
    rules,
  } = definition;
  if (!CURRENCIES.has(currency)) {
    yield { pointer: "/currency", code: "unknown_currency", detail: `"${currency}" is not an ISO 4217 currency` };
  }
  if (!isTimeZone(timeZone)) {
    yield { pointer: "/timeZone", code: "unknown_time_zone", detail: `"${timeZone}" is not an IANA time zone` };
  }
  yield* repeated(
    wallets.map(({ id }) => id),
    (index) => `/wallets/${index}/id`,
  );
  for (const [index, { expiryNotices = [] }] of wallets.entries()) {
    yield* repeated(expiryNotices, (at) => `/wallets/${index}/expiryNotices/${at}`);
  }
  yield* repeated(
    earning.map(({ wallet }) => wallet),
    (index) => `/earning/${index}/wallet`,
  );
  yield* repeated(
    tiers.map(({ id }) => id),
    (index) => `/tiers/${index}/id`,
  );
  yield* repeated(
    coupons.map(({ id }) => id),
    (index) => `/coupons/${index}/id`,
  );
  for (const [index, { expiryNotices = [] }] of coupons.entries()) {
    yield* repeated(expiryNotices, (at) => `/coupons/${index}/expiryNotices/${at}`);
  }
  yield* repeated(
    calendars.map(({ id }) => id),
    (index) => `/calendars/${index}/id`,
  );
  yield* repeated(
    lanes.map(({ id }) => id),
    (index) => `/lanes/${index}/id`,
  );
  yield* repeated(
    events.map(({ type }) => type),
    (index) => `/events/${index}/type`,
  );
  yield* repeated(
    rules.map(({ id }) => id),
    (index) => `/rules/${index}/id`,
  );
  yield* repeated(
    rewards.map(({ id }) => id),
    (index) => `/rewards/${index}/id`,
  );
  yield* ladderProblems(definition);
  yield* unknownWallets(definition);
  yield* idleDebtLimits(definition);
  yield* idleExtensions(definition);
  yield* unknownTiers(definition);
  yield* couponProblems(definition);
  yield* transferProblems(definition);
  yield* paymentProblems(definition);
  yield* laneProblems(definition);
  yield* limitProblems(definition);
  yield* pointsTermsProblems(definition);
  yield* rewardProblems(definition);
  yield* wrongTimes(definition);
  yield* announcementProblems(definition);
  yield* eventProblems(definition);
  yield* testCaseProblems(definition);
}
