import type { FastifyInstance } from "fastify";
import type { ProgramTime } from "../programs/program-time.ts";

/** Lets every request see the time of its program. After the body was read: what comes before runs apart from what comes after it. */
export function keepProgramTime(app: FastifyInstance, time: Pick<ProgramTime, "enter">): void {
  app.addHook("preValidation", (request, _reply, done) => {
    const program = request.caller?.program;
    if (program === undefined) return done();
    time.enter(program.programId, done);
  });
}
