import type pg from "pg";
import { dayStart, localDay } from "../../core/period.ts";
import type { Engine } from "../../engine/commands.ts";
import type { ProgramRegistry } from "../../programs/registry.ts";
import type { Job } from "../job.ts";
import { addSubmitted, NOTHING_SUBMITTED, throwFailure } from "../submit-all.ts";
import { endingCoupons } from "./coupons.ts";
import { expiringPoints } from "./points.ts";
import { type Told, tellAhead } from "./tell-ahead.ts";

type Deps = { pool: pg.Pool; engine: Engine; registry: Pick<ProgramRegistry, "current" | "walletNumbers"> };

/**
 * Tells members of points and coupons that will expire, so long ahead as their wallet or definition says: once for member, wallet,
 * local day and notice, and once for coupon and notice.
 */
export function expiryNoticesJob(deps: Deps): Job {
  return {
    name: "expiry-notices",
    async run(context) {
      const { programId } = context.program;
      const { definition } = await deps.registry.current(programId);
      const { timeZone, wallets, coupons = [] } = definition;
      const { byId } = await deps.registry.walletNumbers(programId);
      let submitted = NOTHING_SUBMITTED;
      let daysLate = 0;
      const add = (told: Told): void => {
        submitted = addSubmitted(submitted, told.submitted);
        daysLate = Math.max(daysLate, told.daysLate);
      };
      for (const { id, expiryNotices: notices = [] } of wallets) {
        const number = byId.get(id);
        if (notices.length === 0 || number === undefined) continue;
        add(await tellAhead(deps, context, expiringPoints({ programId, id, number, notices, timeZone }), timeZone));
      }
      for (const { id, expiryNotices: notices = [] } of coupons) {
        if (notices.length > 0) add(await tellAhead(deps, context, endingCoupons({ programId, id, notices }), timeZone));
      }
      throwFailure(submitted);
      const lateSince = dayStart(localDay(context.now, timeZone) - daysLate, timeZone);
      return { done: submitted.done, lagSeconds: submitted.done === 0 ? 0 : (context.now.getTime() - lateSince.getTime()) / 1000 };
    },
  };
}
