import type { InputProblem } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";
import { paymentTerms } from "./pay-with-points-definition.ts";

/** What is wrong with the terms of paying with points: points that cannot be spent, steps that are worth no whole amount. */
export function* paymentProblems({ wallets }: ProgramDefinition): Generator<InputProblem> {
  for (const [index, { kind, payWithPoints }] of wallets.entries()) {
    if (payWithPoints === undefined) continue;
    const pointer = `/wallets/${index}/payWithPoints`;
    const { points, amount, step, minimum } = paymentTerms(payWithPoints);
    if (kind === "status") yield { pointer, code: "status_payment", detail: "status points count for tiers and cannot be spent" };
    if ((BigInt(step) * BigInt(amount)) % BigInt(points) !== 0n) {
      const detail = `${step} points are worth no whole number of minor units`;
      yield { pointer: `${pointer}/step`, code: "inexact_step", detail };
    }
    if (minimum % step !== 0)
      yield { pointer: `${pointer}/minimum`, code: "not_a_step", detail: `it is no whole number of steps of ${step}` };
  }
}
