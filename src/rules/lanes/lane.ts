import type { LaneDefinition } from "./lane-definition.ts";

/** A lane as its rules know it. `place` is where it stands in the list of lanes, from 0. */
export type Lane = { id: string; place: number; winner: NonNullable<LaneDefinition["winner"]> };

export function compileLanes(lanes: readonly LaneDefinition[]): ReadonlyMap<string, Lane> {
  return new Map(lanes.map(({ id, winner = "all" }, place) => [id, { id, place, winner }]));
}
