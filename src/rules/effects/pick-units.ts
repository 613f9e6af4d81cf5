import { z } from "zod";
import { multiplyHalfUp } from "../../core/rounding.ts";
import type { OpenLine } from "../open-line.ts";
import { BASIS_POINTS_ONE } from "./shared.ts";

export const Pick = z.enum(["cheapest", "dearest"]).meta({ description: "Which units, by what is left of one" });
type Pick = z.infer<typeof Pick>;

/** Which of two lines has less left of one unit, as exact fractions: below 0 is the first. */
function compareUnits(a: OpenLine, b: OpenLine): number {
  const [left, right] = [BigInt(a.left) * BigInt(b.facts.quantity), BigInt(b.left) * BigInt(a.facts.quantity)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Units that effects on units look at: those with something left. What is free already is neither bought nor made cheaper. */
export const countUnits = (lines: readonly OpenLine[]): number =>
  lines.reduce((sum, { left, facts }) => (left > 0 ? sum + facts.quantity : sum), 0);

/**
 * Picks that many units of the lines, those with the least or the most left of one unit first, ties to the lower line
 * number; all where there are fewer. Units with nothing left are not picked.
 * Returns the number of units of each line, in the order of `lines`.
 */
export function pickUnits(lines: readonly OpenLine[], count: number, pick: Pick): number[] {
  const sign = pick === "cheapest" ? 1 : -1;
  const inTurn = lines.filter(({ left }) => left > 0).sort((a, b) => sign * compareUnits(a, b) || a.line - b.line);
  const picked = new Map<OpenLine, number>();
  let rest = count;
  for (const line of inTurn) {
    const units = Math.min(rest, line.facts.quantity);
    picked.set(line, units);
    rest -= units;
  }
  return lines.map((line) => picked.get(line) ?? 0);
}

/** What some units of a line are worth of what is left of it. Minor units, rounded half up. */
export const worthOfUnits = ({ left, facts }: OpenLine, units: number): number => multiplyHalfUp(left, units, facts.quantity);

/** A percentage of what some units of a line are worth, rounded half up once. `bps` are hundredths of a percent. */
export const percentOfUnits = ({ left, facts }: OpenLine, units: number, bps: number): number =>
  multiplyHalfUp(left, units * bps, facts.quantity * BASIS_POINTS_ONE);
