import type { Engine, ProgramContext } from "../engine/commands.ts";
import { toEnrolMember, toOpenBalance } from "../members/to-command.ts";
import type { OrderView, ReturnView } from "../orders/order.ts";
import { toCancelOrder, toCompleteOrder, toPlaceOrder, toReturnLines } from "../orders/to-command.ts";
import type { AcceptedLine, ImportLine } from "./schemas.ts";

/** What a line did, but for its number. */
export type LineOutcome = Omit<AcceptedLine, "line">;

const statusOf = (replayed: boolean): 200 | 201 => (replayed ? 200 : 201);

/** Points by wallet. */
function byWallet<Item extends { wallet: string }>(items: readonly Item[], pointsOf: (item: Item) => number): Record<string, number> {
  return Object.fromEntries(items.map((item) => [item.wallet, pointsOf(item)]));
}

function orderOutcome(
  type: "order" | "complete" | "cancel",
  id: string,
  { result, replayed }: { result: OrderView; replayed: boolean },
): LineOutcome {
  const { memberId, totals } = result;
  const points = byWallet(result.points, ({ amount }) => amount);
  return { status: statusOf(replayed), type, id, memberId, replayed, ...(type === "order" && { totals, points }) };
}

function returnOutcome({ result, replayed }: { result: ReturnView; replayed: boolean }): LineOutcome {
  const { id, memberId, returnedNet } = result;
  const clawedBack = byWallet(result.clawedBack, ({ points }) => points);
  return { status: statusOf(replayed), type: "return", id, memberId, replayed, returnedNet, clawedBack };
}

/** Holds back the lines that come later until a promise settles, and answers what it answers. */
export type Hold = <Result>(work: Promise<Result>) => Promise<Result>;

type NamesOrder = { orderId: string; memberId?: string | undefined };

/** The line with its order's member. Where only the database knows the member, later lines wait: one of them may be that member's. */
function withMember<Line extends NamesOrder>(engine: Engine, program: ProgramContext, line: Line, hold: Hold): Line | Promise<Line> {
  if (line.memberId !== undefined) return line;
  const owner = engine.ownerOf(program, line.orderId);
  return typeof owner === "string" ? { ...line, memberId: owner } : hold(owner).then((memberId) => ({ ...line, memberId }));
}

/**
 * Runs one line as the operation it stands for. The command is submitted before this function first waits, or later
 * lines are held back meanwhile: lines that are run one after the other take effect in that order for each member.
 * Errors: those of the operation.
 */
export async function runLine(engine: Engine, program: ProgramContext, line: ImportLine, hold: Hold): Promise<LineOutcome> {
  switch (line.type) {
    case "member": {
      const { result, replayed } = await engine.submit(program, toEnrolMember(line));
      return { status: statusOf(replayed), type: "member", id: result.id, memberId: result.id, replayed };
    }
    case "order": {
      const placed = engine.submit(program, toPlaceOrder(line));
      // The terms of a quote may have to be loaded before the order can be queued.
      return orderOutcome("order", line.id, await (line.quoteToken === undefined ? placed : hold(placed)));
    }
    case "openingBalance": {
      const { result, replayed } = await engine.submit(program, toOpenBalance(line));
      return { status: statusOf(replayed), type: "openingBalance", id: result.id, memberId: result.memberId, replayed };
    }
    default: {
      const known = withMember(engine, program, line, hold);
      return runOrderStep(engine, program, known instanceof Promise ? await known : known);
    }
  }
}

type OrderStep = Extract<ImportLine, { type: "complete" | "cancel" | "return" }>;

async function runOrderStep(engine: Engine, program: ProgramContext, line: OrderStep): Promise<LineOutcome> {
  switch (line.type) {
    case "complete":
      return orderOutcome("complete", line.orderId, await engine.submit(program, toCompleteOrder(line, line)));
    case "cancel":
      return orderOutcome("cancel", line.orderId, await engine.submit(program, toCancelOrder(line, line)));
    case "return":
      return returnOutcome(await engine.submit(program, toReturnLines(line, line)));
  }
}
