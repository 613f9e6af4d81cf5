import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

type IssuerKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

/** An OpenID Connect issuer on this machine: its documents over HTTP, and tokens as a test wants them. */
export type TestIssuer = {
  url: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** Signs with a new key from now on; the former one is withdrawn. */
  rotate(): Promise<void>;
  /** Answers 503 to everything until it is told otherwise. */
  setDown(isDown: boolean): void;
  publicJwk(): JWK;
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
};

async function makeKey(kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

export async function startIssuer(): Promise<TestIssuer> {
  let count = 1;
  let key = await makeKey("key-1");
  let asked = 0;
  let isDown = false;
  const server = createServer((request, response) => {
    const documents: Record<string, object> = {
      "/.well-known/openid-configuration": { issuer: url, jwks_uri: `${url}/keys` },
      "/keys": { keys: [key.publicJwk] },
    };
    if (request.url === "/keys") asked += 1;
    response.statusCode = isDown ? 503 : 200;
    response.setHeader("content-type", "application/json").end(JSON.stringify(documents[request.url ?? ""] ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    asked: () => asked,
    async rotate() {
      count += 1;
      key = await makeKey(`key-${count}`);
    },
    setDown(down) {
      isDown = down;
    },
    publicJwk: () => key.publicJwk,
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: key.kid, ...header }).sign(key.privateKey),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
