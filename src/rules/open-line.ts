import type { LineFacts } from "./decision.ts";

/** A line of a cart while discounts are given: `left` is its gross less the discounts so far, never below 0. Minor units. */
export type OpenLine = { readonly facts: LineFacts; readonly line: number; readonly gross: number; left: number };

export const sumLeft = (lines: readonly OpenLine[]): number => lines.reduce((sum, { left }) => sum + left, 0);
export const sumGross = (lines: readonly OpenLine[]): number => lines.reduce((sum, { gross }) => sum + gross, 0);
export const sumUnits = (lines: readonly OpenLine[]): number => lines.reduce((sum, { facts }) => sum + facts.quantity, 0);
