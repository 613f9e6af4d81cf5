/** Who is in a pool is another than the command was planned for: it is planned anew. Never reaches a client. */
export class ChangedPool extends Error {
  override readonly name = "ChangedPool";
}
