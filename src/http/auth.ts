import { hash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { assert } from "../core/assert.ts";
import type { Clock } from "../core/clock.ts";
import { LoyaltyError } from "../core/errors.ts";
import { NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { KeyCounts } from "../keys/limits/key-limits.ts";
import type { KeyOwners } from "../keys/owners.ts";
import { grants, SCOPES, type Scope } from "../keys/scopes.ts";
import type { KeyOwner } from "../keys/store.ts";
import { type KeyPowers, NO_TERMS } from "../keys/terms.ts";
import type { KeyUses } from "../keys/uses.ts";
import type { People } from "../people/people.ts";
import { actorOf, type Person } from "../people/person.ts";
import { looksLikeToken } from "../people/token-form.ts";
import { countRequest } from "./limit-keys.ts";

/** Who makes the request: a key's id, `root`, or `user:` and a person's subject. */
export type Actor = KeyPowers & { keyId: string };

/** What a route demands: a scope in a program; `root` is the root key without a program; `public` is nothing. */
export type RouteScope = Scope | "root" | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    scope?: RouteScope;
    /** The root key may name a program that does not exist yet: its `programId` is then 0. */
    newProgram?: boolean;
    /** It may be late: it is read from the replica, if there is one. */
    isReport?: boolean;
  }
  interface FastifyRequest {
    caller: { actor: Actor; program: ProgramContext | undefined } | null;
    /** The program of the key, or the one that the root key names. */
    readonly program: ProgramContext;
    readonly actor: Actor;
  }
}

export type AuthOptions = {
  rootKey: string;
  owners: KeyOwners;
  uses: Pick<KeyUses, "note">;
  counts: KeyCounts;
  /** Absent: nobody has a token. */
  people?: People | undefined;
  /** Keys end by the clock of the service. */
  clock: Clock;
  /** The internal key of a program. */
  findProgram: (id: string) => Promise<number | undefined>;
};

const ROOT: Actor = { keyId: "root", scopes: new Set(SCOPES), terms: NO_TERMS };
const sha256 = (text: string) => hash("sha256", text, "buffer");

function bearerOf(request: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) throw new LoyaltyError("unauthenticated");
  return token;
}

function programHeader(request: FastifyRequest): string | undefined {
  const header = request.headers["loyalty-program"];
  return Array.isArray(header) ? header[0] : header;
}

/** Errors: root_key_required, scope_missing. */
function requireScope(scopes: ReadonlySet<Scope>, scope: Scope | "root"): void {
  if (scope === "root") throw new LoyaltyError("root_key_required");
  if (!grants(scopes, scope)) throw new LoyaltyError("scope_missing", { scope });
}

/** Says who calls and in which program, before the body is read. */
export const auth = fp<AuthOptions>(
  async (app, { rootKey, owners, uses, counts, people, clock, findProgram }) => {
    const rootHash = sha256(rootKey);

    async function programOfRoot(request: FastifyRequest, mayBeNew: boolean): Promise<ProgramContext> {
      const id = programHeader(request);
      if (id === undefined || id === "") throw new LoyaltyError("program_required");
      const programId = await findProgram(id);
      if (programId !== undefined) return { programId, id };
      if (mayBeNew) return { programId: NO_PROGRAM, id };
      throw new LoyaltyError("program_not_found");
    }

    /** Who is refused learns no more than whether the key is good. Errors: unauthenticated, ip_not_allowed. */
    function requireGood(owner: KeyOwner | undefined, request: FastifyRequest): asserts owner is KeyOwner {
      if (!owner || (owner.worksUntil !== Number.POSITIVE_INFINITY && owner.worksUntil <= clock().getTime()))
        throw new LoyaltyError("unauthenticated");
      if (owner.addresses !== null && !owner.addresses.has(request.ip)) throw new LoyaltyError("ip_not_allowed", { address: request.ip });
      uses.note(owner);
    }

    /** A key works in its own program only, whatever the header says. Errors: root_key_required, scope_missing, program_not_found. */
    function admit(owner: KeyOwner, request: FastifyRequest, scope: Scope | "root"): void {
      requireScope(owner.scopes, scope);
      if ((programHeader(request) ?? owner.program.id) !== owner.program.id) throw new LoyaltyError("program_not_found");
      request.caller = { actor: owner, program: owner.program };
    }

    /** A person reaches the programs that the token names; where it is one, the header may be left out. */
    async function programOfPerson({ programs }: Person, request: FastifyRequest): Promise<ProgramContext> {
      const [only] = programs.length === 1 ? programs : [];
      const id = programHeader(request) ?? only;
      if (id === undefined || id === "") throw new LoyaltyError("program_required");
      const programId = programs.includes(id) ? await findProgram(id) : undefined;
      if (programId === undefined) throw new LoyaltyError("program_not_found");
      return { programId, id };
    }

    /** Nearly all requests come with a key that was looked up a moment ago and has no limits: nothing has to be waited for. */
    function isAdmittedAtOnce(request: FastifyRequest): boolean {
      const { scope } = request.routeOptions.config;
      if (request.is404 || scope === "public") return true;
      assert(scope, `the route ${request.routeOptions.url} has a scope`);
      const owner = owners.known(bearerOf(request));
      if (owner === undefined || owner.limits !== null) return false;
      requireGood(owner, request);
      admit(owner, request, scope);
      return true;
    }

    async function authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const { scope, newProgram = false } = request.routeOptions.config;
      assert(scope && scope !== "public", "who may come without a key was admitted");
      const token = bearerOf(request);
      if (timingSafeEqual(sha256(token), rootHash)) {
        const program = scope === "root" ? undefined : await programOfRoot(request, newProgram);
        request.caller = { actor: ROOT, program };
        return;
      }
      if (looksLikeToken(token)) {
        const person = await people?.find(token);
        if (!person) throw new LoyaltyError("unauthenticated");
        requireScope(person.scopes, scope);
        const actor = { keyId: actorOf(person), scopes: person.scopes, terms: NO_TERMS };
        request.caller = { actor, program: await programOfPerson(person, request) };
        return;
      }
      const owner = await owners.find(token);
      requireGood(owner, request);
      if (owner.limits !== null) await countRequest(counts, { keyId: owner.keyId, limits: owner.limits }, reply);
      admit(owner, request, scope);
    }

    app.decorateRequest("caller", null);
    app.decorateRequest("program", {
      getter(this: FastifyRequest) {
        const program = this.caller?.program;
        assert(program, "the route demands a scope in a program");
        return program;
      },
    });
    app.decorateRequest("actor", {
      getter(this: FastifyRequest) {
        assert(this.caller, "the route is not public");
        return this.caller.actor;
      },
    });
    app.addHook("onRequest", (request, reply, done) => {
      if (isAdmittedAtOnce(request)) done();
      else authenticate(request, reply).then(() => done(), done);
    });
  },
  { name: "auth" },
);
