import { canonicalHash } from "../../src/core/canonical.ts";
import type { ModelHousehold } from "./model-households.ts";
import { nth, type Planned, type Run, type Step, step } from "./step.ts";

/** Steps of households: what their members spend is in the steps that spend. */

export const found = (who: number): Step =>
  step(`found(household of member ${who})`, (run) => {
    const [memberId, poolId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId)) return null;
    return {
      command: { kind: "create_pool", memberId, poolId, hash: canonicalHash(poolId) },
      run: () => run.model.households.found(poolId, run.model.nameOf(memberId)),
    };
  });

/** Mostly the last household, since the others may have ended. */
const onHousehold = (name: string, { n, who }: { n: number; who: number }, plan: (run: Run, on: On) => Planned): Step =>
  step(`${name}(member ${who}, household ${n})`, (run) => {
    const household = nth(run.model.households.all.toReversed(), n);
    const memberId = run.member(who);
    if (household === undefined || !run.model.has(memberId)) return null;
    return plan(run, { household, memberId });
  });

type On = { household: ModelHousehold; memberId: string };

export const join = (n: number, who: number, maySpend: boolean): Step =>
  onHousehold(`join ${maySpend ? "and spend" : "only"}`, { n, who }, ({ model }, { household, memberId }) => ({
    command: { kind: "put_pool_member", memberId, poolId: household.id, maySpend },
    run: () => model.households.join(household, model.nameOf(memberId), maySpend),
  }));

export const leave = (n: number, who: number): Step =>
  onHousehold("leave", { n, who }, ({ model }, { household, memberId }) => ({
    command: { kind: "leave_pool", memberId, poolId: household.id },
    run: () => model.households.leave(household, model.nameOf(memberId)),
  }));
