import { formatAmount, formatCount } from "../minor-units.ts";
import { isRejected, type LineAnswer } from "./answer.ts";

type WalletSums = { accrued: bigint; clawedBack: bigint };

/** What an import did, as exact sums: amounts in minor units, points whole. */
export class ImportSummary {
  lines = 0;
  applied = 0;
  replayed = 0;
  failed = 0;
  orders = 0;
  returns = 0;
  events = 0;
  gross = 0n;
  discount = 0n;
  net = 0n;
  returnedNet = 0n;
  readonly wallets = new Map<string, WalletSums>();

  /** A replay counts as what it did the first time: the sums are those of the file, however often it is imported. */
  add(answer: LineAnswer): void {
    this.lines += 1;
    if (isRejected(answer)) {
      this.failed += 1;
      return;
    }
    if (answer.replayed) this.replayed += 1;
    else this.applied += 1;
    if (answer.type === "order") this.orders += 1;
    if (answer.type === "return") this.returns += 1;
    if (answer.type === "event") this.events += 1;
    this.gross += BigInt(answer.totals?.gross ?? 0);
    this.discount += BigInt(answer.totals?.discount ?? 0);
    this.net += BigInt(answer.totals?.net ?? 0);
    this.returnedNet += BigInt(answer.returnedNet ?? 0);
    for (const [wallet, points] of Object.entries(answer.points ?? {})) this.#wallet(wallet).accrued += BigInt(points);
    for (const [wallet, points] of Object.entries(answer.clawedBack ?? {})) this.#wallet(wallet).clawedBack += BigInt(points);
  }

  #wallet(id: string): WalletSums {
    const sums = this.wallets.get(id) ?? { accrued: 0n, clawedBack: 0n };
    this.wallets.set(id, sums);
    return sums;
  }

  /** Points of all wallets together. */
  get accrued(): bigint {
    return this.wallets.values().reduce((sum, { accrued }) => sum + accrued, 0n);
  }

  get clawedBack(): bigint {
    return this.wallets.values().reduce((sum, { clawedBack }) => sum + clawedBack, 0n);
  }
}

/** For programs: whole minor units and points. A sum beyond 2^53 − 1 is given as its digits. */
export function summaryAsJson(summary: ImportSummary, seconds: number): Record<string, unknown> {
  const { lines, orders, returns, events, gross, discount, net, accrued, clawedBack, returnedNet, applied, replayed, failed } = summary;
  const wallets = Object.fromEntries(
    summary.wallets.entries().map(([id, sums]) => [id, { accrued: exact(sums.accrued), clawedBack: exact(sums.clawedBack) }]),
  );
  return {
    lines,
    orders,
    returns,
    events,
    gross: exact(gross),
    discount: exact(discount),
    net: exact(net),
    accrued: exact(accrued),
    clawedBack: exact(clawedBack),
    returnedNet: exact(returnedNet),
    applied,
    replayed,
    failed,
    wallets,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

const exact = (value: bigint): number | string => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));

/** For people, a line each. Without a currency (the key may not read the program) amounts stay minor units. */
export function summaryLines(summary: ImportSummary, seconds: number, currency: string | undefined): string[] {
  const amount = (value: bigint) => (currency === undefined ? `${formatCount(value)} minor units` : formatAmount(value, currency));
  const rate = formatCount(Math.round(summary.lines / Math.max(seconds, 0.001)));
  const several = summary.wallets.size > 1;
  const points = summary.wallets.entries().flatMap(([id, { accrued, clawedBack }]) => [
    ["accrued", `${formatCount(accrued)} points${several ? ` in ${id}` : ""}`],
    ["clawed back", `${formatCount(clawedBack)} points${several ? ` in ${id}` : ""}`],
  ]);
  const rows = [
    ["lines", `${formatCount(summary.lines)} in ${seconds.toFixed(1)} s (${rate}/s)`],
    ["applied", formatCount(summary.applied)],
    ["replayed", formatCount(summary.replayed)],
    ["failed", formatCount(summary.failed)],
    ["orders", formatCount(summary.orders)],
    ["returns", formatCount(summary.returns)],
    ["events", formatCount(summary.events)],
    ["gross", amount(summary.gross)],
    ["discount", amount(summary.discount)],
    ["net", amount(summary.net)],
    ["returned net", amount(summary.returnedNet)],
    ...points,
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(14)}${value}`);
}
