import fc from "fast-check";
import { canonicalHash } from "../../src/core/canonical.ts";
import { cancelRedemption, merge, redeem, reverse } from "./ending-steps.ts";
import type { ModelOrder } from "./ledger-model.ts";
import { nth, type Planned, type Run, type Step, shareOf, step } from "./step.ts";

const HOUR_MS = 3_600_000;

const at = ({ model }: Run): string => new Date(model.now).toISOString();

const onOrder = (name: string, n: number, plan: (run: Run, order: ModelOrder) => Planned): Step =>
  step(`${name}(order ${n})`, (run) => {
    const order = nth(run.model.orders, n);
    return order === undefined ? null : plan(run, order);
  });

type Lines = { quantity: number; unitPrice: number }[];

const place = (member: number, lines: Lines): Step =>
  step(`place(member ${member}, ${lines.map(({ quantity, unitPrice }) => `${quantity} × ${unitPrice}`).join(", ")})`, (run) => {
    const [orderId, memberId] = [run.nextId(), run.member(member)];
    const cart = {
      memberId,
      occurredAt: at(run),
      currency: "GBP",
      pricing: "engine" as const,
      shipping: 0,
      coupons: [],
      attributes: {},
      lines: lines.map((line, index) => ({ line: index + 1, sku: `sku-${index}`, tax: 0, attributes: {}, ...line })),
    };
    return {
      command: { kind: "place_order", memberId, orderId, hash: canonicalHash(cart), cart },
      run: () => run.model.place(orderId, memberId, lines),
    };
  });

const complete = (n: number): Step =>
  onOrder("complete", n, ({ model, nextId }, order) => ({
    command: { kind: "complete_order", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.complete(order),
  }));

const cancel = (n: number): Step =>
  onOrder("cancel", n, ({ model, nextId }, order) => ({
    command: { kind: "cancel_order", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.cancel(order),
  }));

const confirm = (n: number): Step =>
  onOrder("confirm", n, ({ model, nextId }, order) => ({
    command: { kind: "confirm_points", memberId: order.member, orderId: order.id, hash: canonicalHash(nextId()) },
    run: () => model.confirm(order),
  }));

const giveBack = (n: number, lineSeed: number, quantity: number): Step =>
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

const adjust = (who: number, points: number, shortfall: "refuse" | "debt"): Step =>
  step(`adjust(member ${who} by ${points}, ${shortfall})`, (run) => {
    const [memberId, adjustmentId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId)) return null;
    const by = { reason: "model", keyId: "model", hash: canonicalHash(adjustmentId) };
    return {
      command: { kind: "adjust_points", memberId, adjustmentId, points, shortfall, ...by },
      run: () => run.model.adjust(adjustmentId, memberId, points, shortfall),
    };
  });

const transfer = (from: number, to: number, percent: number): Step =>
  step(`transfer(${percent} % from member ${from} to ${to})`, (run) => {
    const [memberId, other, transferId] = [run.member(from), run.member(to), run.nextId()];
    if (!run.model.has(memberId) || !run.model.has(other)) return null;
    const points = shareOf(run, memberId, percent);
    return {
      command: { kind: "transfer_points", memberId, to: other, transferId, hash: canonicalHash(transferId), points },
      run: () => run.model.transfer(memberId, other, points),
    };
  });

const hold = (who: number, percent: number, hours: number): Step =>
  step(`hold(${percent} % of member ${who}, ${hours} h)`, (run) => {
    const [memberId, holdId] = [run.member(who), run.nextId()];
    if (!run.model.has(memberId)) return null;
    const points = shareOf(run, memberId, percent);
    const expiresAt = new Date(run.model.now + hours * HOUR_MS).toISOString();
    return {
      command: { kind: "open_hold", memberId, holdId, hash: canonicalHash(holdId), points, expiresAt },
      run: () => run.model.hold(holdId, memberId, points, hours),
    };
  });

/** Captures a share of one of the holds, and frees the rest; 0 releases all of it, and more than all is refused. */
const resolve = (n: number, percent: number): Step =>
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
const replay = (n: number): Step =>
  step(`replay(${n})`, ({ done }) => {
    const command = nth(done, n);
    return command === undefined ? null : { command, run: () => true };
  });

/** What the job does that books what is due: nothing that shows. */
const sweep = (member: number): Step =>
  step(`sweep(member ${member})`, ({ model, member: idOf }) => {
    const memberId = idOf(member);
    if (!model.has(memberId)) return null;
    model.walletOf(memberId);
    return { command: { kind: "settle_member", memberId }, run: () => true };
  });

/** Mostly the first, so that much happens to one wallet. */
const member = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.constant(2) },
  { weight: 1, arbitrary: fc.constant(3) },
);
const number = fc.nat({ max: 20 });
const line = fc.record({ quantity: fc.integer({ min: 1, max: 5 }), unitPrice: fc.integer({ min: 0, max: 4_000 }) });

/** What a sequence begins with: members who have something. */
export const firstSteps: readonly Step[] = [1, 2, 3].map((who) => place(who, [{ quantity: 3, unitPrice: 2_500 * who }]));

/** Every kind of step; orders more often, since the others need them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(member, fc.array(line, { minLength: 1, maxLength: 3 })).map(([who, lines]) => place(who, lines)) },
  {
    weight: 3,
    arbitrary: fc.tuple(number, number, fc.integer({ min: 1, max: 5 })).map(([n, lineSeed, quantity]) => giveBack(n, lineSeed, quantity)),
  },
  { weight: 2, arbitrary: number.map(complete) },
  { weight: 2, arbitrary: number.map(confirm) },
  { weight: 1, arbitrary: number.map(cancel) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(member, fc.integer({ min: -60, max: 120 }), fc.constantFrom<"refuse" | "debt">("refuse", "debt"))
      .filter(([, points]) => points !== 0)
      .map(([who, points, shortfall]) => adjust(who, points, shortfall)),
  },
  {
    weight: 2,
    // Now and then to oneself, which is refused.
    arbitrary: fc
      .tuple(member, fc.constantFrom(0, 1, 1, 2, 2), fc.integer({ min: 1, max: 110 }))
      .map(([from, away, percent]) => transfer(from, ((from + away - 1) % 3) + 1, percent)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(member, fc.integer({ min: 1, max: 110 }), fc.integer({ min: 1, max: 24 * 10 }))
      .map(([who, percent, hours]) => hold(who, percent, hours)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(number, fc.integer({ min: -40, max: 110 })).map(([n, percent]) => resolve(n, Math.max(0, percent))),
  },
  { weight: 2, arbitrary: fc.tuple(member, fc.integer({ min: 1, max: 110 })).map(([who, percent]) => redeem(who, percent)) },
  { weight: 2, arbitrary: number.map(cancelRedemption) },
  { weight: 2, arbitrary: fc.tuple(number, fc.constantFrom<"refuse" | "debt">("refuse", "debt")).map(([n, how]) => reverse(n, how)) },
  // Now and then with oneself, which is refused.
  { weight: 1, arbitrary: fc.tuple(member, fc.integer({ min: 1, max: 3 })).map(([from, into]) => merge(from, into)) },
  { weight: 1, arbitrary: number.map(replay) },
  { weight: 1, arbitrary: member.map(sweep) },
);
