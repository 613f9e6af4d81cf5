import type { z } from "zod";
import type { Connection } from "../../src/cli/connection.ts";
import { pages } from "../../src/cli/pages.ts";
import { MemberPage, type MemberSchema } from "../../src/members/schemas.ts";

export type DemoMember = z.infer<typeof MemberSchema>;

export async function readMembers(connection: Connection): Promise<DemoMember[]> {
  const members: DemoMember[] = [];
  for await (const { data } of pages(connection, "/v1/members", MemberPage)) members.push(...data);
  return members;
}
