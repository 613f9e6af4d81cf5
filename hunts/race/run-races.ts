import { createProgramIds } from "../../src/programs/program-ids.ts";
import type { Service } from "../../src/service.ts";
import { verifyProgram } from "../../src/verify/verify-program.ts";
import { auditedEngine } from "../audited-engine.ts";
import { RACES, type RaceWorld, raceProgram } from "./races.ts";

type Inside = Pick<Service, "app" | "engine" | "readPool">;

/**
 * Runs each race so many times over two services on one database, and verifies the ledger after each kind of them. Answers what
 * went wrong. The services must not have run the races before.
 */
export async function runRaces(
  services: readonly [Inside, Inside],
  { rootKey, rounds, said }: { rootKey: string; rounds: number; said?: (line: string) => void },
): Promise<string[]> {
  const [{ app, engine, readPool }, other] = services;
  const idOf = (race: number, round: number) => `r${race}-${round}`;
  const ids = RACES.flatMap((race, index) =>
    race.needsReward ? Array.from({ length: rounds }, (_, round) => idOf(index, round + 1)) : [],
  );
  const payload = raceProgram(ids);
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": payload.id };
  const answer = await app.inject({ method: "PUT", url: "/v1/program", headers, payload });
  const programId = await createProgramIds(readPool)(payload.id);
  if (programId === undefined) throw new Error(`the program of the races was not published: ${answer.body}`);
  const makeCode = async (code: string, maxUses: number): Promise<void> => {
    const made = await app.inject({
      method: "POST",
      url: "/v1/coupon-codes",
      headers,
      payload: { code, coupon: "five-off", maxUses, validFrom: "2026-01-01T00:00:00Z" },
    });
    if (made.statusCode !== 201) throw new Error(`the code ${code} was not made: ${made.body}`);
  };
  const world: RaceWorld = {
    engines: [auditedEngine(engine), auditedEngine(other.engine)],
    program: { programId, id: payload.id },
    makeCode,
  };

  const wrong: string[] = [];
  for (const [index, race] of RACES.entries()) {
    const startedAt = performance.now();
    for (let round = 1; round <= rounds; round += 1) {
      for (const what of await race.run(world, idOf(index, round))) wrong.push(`${race.name}, round ${round}: ${what}`);
    }
    wrong.push(...(await ledgerDifferences(readPool, programId)).map((what) => `${race.name}: ${what}`));
    said?.(`${race.name}: ${rounds} rounds in ${Math.round(performance.now() - startedAt)} ms`);
  }
  return wrong;
}

async function ledgerDifferences(pool: Inside["readPool"], programId: number): Promise<string[]> {
  const client = await pool.connect();
  const differences: string[] = [];
  try {
    await verifyProgram(client, programId, { onDifference: (difference) => differences.push(JSON.stringify(difference)) });
  } finally {
    client.release();
  }
  return differences;
}
