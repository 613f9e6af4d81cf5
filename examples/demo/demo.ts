import { fileURLToPath } from "node:url";
import { callApi } from "../../src/cli/api.ts";
import type { Connection } from "../../src/cli/connection.ts";
import { readProgramFile } from "../../src/cli/program-file.ts";
import { CreatedKey } from "../../src/keys/schemas.ts";
import { ProgramDefinition } from "../../src/programs/definition.ts";
import { PublishedProgram } from "../../src/programs/schemas.ts";
import { VerificationSchema } from "../../src/verify/schemas.ts";
import { importYear } from "./import-year.ts";
import { makeYear } from "./make-year.ts";
import { readMembers } from "./members.ts";
import { startService } from "./start-service.ts";
import { chooseMembers, tellStory } from "./stories.ts";
import { summaryLines } from "./summary.ts";

const PROGRAM_FILE = fileURLToPath(new URL("program.yaml", import.meta.url));

const say = (...lines: string[]): void => {
  for (const line of lines) console.log(line);
};

/** Publishes the program and makes a key for it. */
async function createProgram(url: string, rootKey: string): Promise<{ program: ProgramDefinition; connection: Connection }> {
  const { id, definition } = readProgramFile(PROGRAM_FILE);
  const asRoot: Connection = { url: new URL(`${url}/`), key: rootKey, program: id };
  await callApi(asRoot, { method: "PUT", path: "/v1/program", body: definition }, PublishedProgram);
  const { key } = await callApi(asRoot, { method: "POST", path: "/v1/keys", body: { name: "demo", scopes: ["admin"] } }, CreatedKey);
  return { program: ProgramDefinition.parse(definition), connection: { ...asRoot, key, program: undefined } };
}

async function runDemo(url: string, rootKey: string): Promise<Connection> {
  const { program, connection } = await createProgram(url, rootKey);
  const today = new Date(new Date().toISOString().slice(0, 10));
  const lines = makeYear(today);
  say(`The service runs at ${url}. Importing a year of ${program.name} …`);
  const year = await importYear(connection, lines);
  const members = await readMembers(connection);

  say("", ...summaryLines(members, year, program), "", "Five members");
  for (const told of chooseMembers(members, year.byMember, program.tiers[0]?.id ?? ""))
    say(...(await tellStory(connection, told, program)));

  const verified = await callApi(connection, { method: "GET", path: "/v1/verification" }, VerificationSchema);
  say("", `Every balance recomputed from the ledger's entries: ${verified.differenceCount} differences`);
  if (verified.differenceCount > 0) throw new Error(`the ledger contradicts itself: ${JSON.stringify(verified.differences[0])}`);
  return connection;
}

function sayHowToExplore({ url, key }: Connection): void {
  say(
    "",
    `Explore: ${url}docs`,
    `  export LOYALTY_URL=${url.origin} LOYALTY_KEY=${key}`,
    '  curl -H "Authorization: Bearer $LOYALTY_KEY" $LOYALTY_URL/v1/members/member-0001/balance',
    '  curl -H "Authorization: Bearer $LOYALTY_KEY" $LOYALTY_URL/v1/orders/member-0001-1/explanation',
    "  npm run loyalty -- export members",
    "Ctrl-C ends the demo and removes all of it.",
  );
}

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

const ends = process.argv.includes("--exit");
const service = await startService();
try {
  const interrupted = untilInterrupted();
  const connection = await Promise.race([runDemo(service.url, service.rootKey), interrupted.then(() => undefined)]);
  if (connection !== undefined && !ends) {
    sayHowToExplore(connection);
    await interrupted;
  }
} finally {
  await service.close();
}
