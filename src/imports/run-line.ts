import type { Engine, ProgramContext } from "../engine/commands.ts";
import { toRecordEvent } from "../member-events/to-command.ts";
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
  const { memberId, totals, takenBack } = result;
  const points = byWallet(result.points, ({ amount }) => amount);
  const gave = type === "order" ? { totals, points } : takenBack && takenBackOutcome(takenBack);
  return { status: statusOf(replayed), type, id, memberId, replayed, ...gave };
}

type TakenBack = Pick<ReturnView, "returnedNet" | "clawedBack">;

const takenBackOutcome = ({ returnedNet, clawedBack }: TakenBack) => ({
  returnedNet,
  clawedBack: byWallet(clawedBack, ({ points }) => points),
});

function returnOutcome({ result, replayed }: { result: ReturnView; replayed: boolean }): LineOutcome {
  const { id, memberId } = result;
  return { status: statusOf(replayed), type: "return", id, memberId, replayed, ...takenBackOutcome(result) };
}

/**
 * Runs one line as the operation it stands for; `queued` is called when its command stands in the queue.
 * Errors: those of the operation.
 */
export async function runLine(engine: Engine, program: ProgramContext, line: ImportLine, queued: () => void): Promise<LineOutcome> {
  switch (line.type) {
    case "member": {
      const { result, replayed } = await engine.submit(program, toEnrolMember(line), { queued });
      return { status: statusOf(replayed), type: "member", id: result.id, memberId: result.id, replayed };
    }
    case "order":
      return orderOutcome("order", line.id, await engine.submit(program, toPlaceOrder(line), { queued }));
    case "complete":
      return orderOutcome("complete", line.orderId, await engine.submit(program, toCompleteOrder(line, line), { queued }));
    case "cancel":
      return orderOutcome("cancel", line.orderId, await engine.submit(program, toCancelOrder(line, line), { queued }));
    case "return":
      return returnOutcome(await engine.submit(program, toReturnLines(line, line), { queued }));
    case "segment": {
      const { segmentId, memberId, action } = line;
      const { result } = await engine.submit(program, { kind: "change_segment", segmentId, memberId, action }, { queued });
      const replayed = !result.changed;
      return { status: statusOf(replayed), type: "segment", id: segmentId, memberId, replayed };
    }
    case "event": {
      const { result, replayed } = await engine.submit(program, toRecordEvent({ ...line, type: line.eventType }), { queued });
      const points = byWallet(result.points, ({ amount }) => amount);
      return { status: statusOf(replayed), type: "event", id: result.id, memberId: result.memberId, replayed, points };
    }
    case "openingBalance": {
      const { result, replayed } = await engine.submit(program, toOpenBalance(line), { queued });
      return { status: statusOf(replayed), type: "openingBalance", id: result.id, memberId: result.memberId, replayed };
    }
  }
}
