import { canonicalHash } from "../../src/core/canonical.ts";
import type { ModelOrder } from "./ledger-model.ts";
import type { AskedPoints } from "./model-payment.ts";
import { nth, type Planned, type Run, type Step, shareOf, step } from "./step.ts";

const HOUR_MS = 3_600_000;

const at = ({ model }: Run): string => new Date(model.now).toISOString();

const onOrder = (name: string, n: number, plan: (run: Run, order: ModelOrder) => Planned): Step =>
  step(`${name}(order ${n})`, (run) => {
    const order = nth(run.model.orders, n);
    return order === undefined ? null : plan(run, order);
  });

type Lines = { quantity: number; unitPrice: number }[];

/** What an order asks to be paid with points: as many as may be, or a share of all that the member can spend, in whole steps or not. */
type Paying = "most" | { percent: number; isWhole: boolean };

function askedPoints({ model }: Run, memberId: string, paying: Paying): AskedPoints {
  if (paying === "most") return "most";
  const points = shareOf(model.spendableOf(memberId), paying.percent);
  const { step: whole } = model.program.payment;
  return paying.isWhole ? Math.ceil(points / whole) * whole : points;
}

const placing = (name: string, who: number, lines: Lines, plan: (run: Run, memberId: string) => AskedPoints | null | undefined): Step =>
  step(`${name}(member ${who}, ${lines.map(({ quantity, unitPrice }) => `${quantity} × ${unitPrice}`).join(", ")})`, (run) => {
    const [orderId, memberId] = [run.nextId(), run.member(who)];
    const asked = plan(run, memberId);
    if (asked === undefined) return null;
    const cart = {
      memberId,
      occurredAt: at(run),
      currency: "GBP",
      pricing: "engine" as const,
      shipping: 0,
      coupons: [],
      attributes: {},
      lines: lines.map((line, index) => ({ line: index + 1, sku: `sku-${index}`, tax: 0, attributes: {}, ...line })),
      ...(asked !== null && { payWithPoints: { points: asked } }),
    };
    return {
      command: { kind: "place_order", memberId, orderId, hash: canonicalHash(cart), cart },
      run: () => run.model.place(orderId, memberId, lines, asked),
    };
  });

export const place = (who: number, lines: Lines): Step => placing("place", who, lines, () => null);

export const payWithPoints = (who: number, lines: Lines, paying: Paying): Step =>
  placing(`pay ${paying === "most" ? paying : `${paying.percent} %`}`, who, lines, (run, memberId) =>
    run.model.has(memberId) && run.model.isDrawTold(memberId) ? askedPoints(run, memberId, paying) : undefined,
  );

export const complete = (n: number): Step =>
  onOrder("complete", n, ({ model, nextId }, order) => ({
    command: { kind: "complete_order", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.complete(order),
  }));

export const cancel = (n: number): Step =>
  onOrder("cancel", n, ({ model, nextId }, order) => ({
    command: { kind: "cancel_order", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.cancel(order),
  }));

export const confirm = (n: number): Step =>
  onOrder("confirm", n, ({ model, nextId }, order) => ({
    command: { kind: "confirm_points", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.confirm(order),
  }));

export const giveBack = (n: number, lineSeed: number, quantity: number): Step =>
  onOrder(`return ${quantity} of line ${lineSeed}`, n, (run, order) => {
    const line = lineSeed % order.lines.length;
    const returnId = run.nextId();
    const lines = [{ line: line + 1, quantity }];
    const ids = { memberId: order.member, orderId: order.id, returnId, hash: canonicalHash([returnId, lines]) };
    return {
      command: { kind: "return_lines", ...ids, occurredAt: at(run), lines },
      run: () => run.model.giveBack(order, line, quantity),
    };
  });

export const adjust = (who: number, points: number, shortfall: "refuse" | "debt"): Step =>
  step(`adjust(member ${who} by ${points}, ${shortfall})`, (run) => {
    const [memberId, adjustmentId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId)) return null;
    const by = { reason: "model", keyId: "model", hash: canonicalHash(adjustmentId) };
    return {
      command: { kind: "adjust_points", memberId, adjustmentId, points, shortfall, ...by },
      run: () => run.model.adjust(adjustmentId, memberId, points, shortfall),
    };
  });

export const transfer = (from: number, to: number, percent: number): Step =>
  step(`transfer(${percent} % from member ${from} to ${to})`, (run) => {
    const [memberId, other, transferId] = [run.member(from), run.member(to), run.nextId()];
    if (!run.model.has(memberId) || !run.model.has(other)) return null;
    const points = shareOf(run.model.walletOf(memberId).balance().available, percent);
    return {
      command: { kind: "transfer_points", memberId, to: other, transferId, hash: canonicalHash(transferId), points },
      run: () => run.model.transfer(memberId, other, points),
    };
  });

export const hold = (who: number, percent: number, hours: number): Step =>
  step(`hold(${percent} % of member ${who}, ${hours} h)`, (run) => {
    const [memberId, holdId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId) || !run.model.isDrawTold(memberId)) return null;
    const points = shareOf(run.model.spendableOf(memberId), percent);
    const expiresAt = new Date(run.model.now + hours * HOUR_MS).toISOString();
    return {
      command: { kind: "open_hold", memberId, holdId, hash: canonicalHash(holdId), points, expiresAt },
      run: () => run.model.hold(holdId, memberId, points, hours),
    };
  });

/** Captures a share of one of the holds, and frees the rest; 0 releases all of it, and more than all is refused. */
export const resolve = (n: number, percent: number): Step =>
  step(`resolve(hold ${n}, ${percent} % captured)`, (run) => {
    const holds = [...run.model.wallets].flatMap(([memberId, wallet]) => wallet.holds.map((held) => ({ memberId, held })));
    const found = nth(holds, n);
    if (found === undefined) return null;
    const { memberId, held } = found;
    const captured = Math.ceil((held.points * percent) / 100);
    const ids = { memberId, holdId: held.id, hash: canonicalHash(run.nextId()) };
    const asked = captured === 0 ? { action: "release" as const } : { action: "capture" as const, points: captured };
    return { command: { kind: "resolve_hold", ...ids, ...asked }, run: () => run.model.resolveHold(memberId, held.id, captured) };
  });

/** Sends again what took effect before: the runner expects the first answer, and no change. */
export const replay = (n: number): Step =>
  step(`replay(${n})`, ({ done }) => {
    const command = nth(done, n);
    return command === undefined ? null : { command, run: () => true };
  });

/** What the job does that books what is due: nothing that shows. */
export const sweep = (member: number): Step =>
  step(`sweep(member ${member})`, ({ model, member: idOf }) => {
    const memberId = idOf(member);
    if (!model.has(memberId)) return null;
    model.walletOf(memberId);
    return { command: { kind: "settle_member", memberId }, run: () => true };
  });
