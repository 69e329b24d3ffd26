// Verifies a launch token of the LMS Gateway.
//
//     npm install jose
//     node verify-launch-token.mjs https://lms-gateway.example my-app < token

import { argv, stdin } from "node:process";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const LEEWAY = 5; // seconds by which two clocks may differ
const REMEMBER = 120; // seconds: longer than any token can be valid

/** The token is not a launch for this app. Answer with status 400. */
export class LaunchRefused extends Error {}

/** Make one for the whole process: it keeps the gateway's keys, and the ids of used tokens. */
export class LaunchTokens {
  #keys;
  #rules;
  #used = new Map();

  constructor(gateway, appId) {
    this.#keys = createRemoteJWKSet(new URL(`${gateway}/.well-known/launch-jwks.json`));
    this.#rules = {
      algorithms: ["ES256"], // never what the token's header asks for
      issuer: gateway,
      audience: appId,
      maxTokenAge: 60,
      clockTolerance: LEEWAY,
      requiredClaims: ["sub", "exp", "jti", "tenant_id"],
    };
  }

  /**
   * The launch: its claims, and the person as tenant_id and sub, the key of accounts. Issuer, e-mail and name are only as good
   * as the tenant's LMS. Any other error than LaunchRefused says that the gateway's keys can't be fetched.
   */
  async verify(token) {
    const claims = await this.#claims(token);
    this.#useOnce(claims.jti);
    return { person: [claims.tenant_id, claims.sub], claims };
  }

  async #claims(token) {
    try {
      return (await jwtVerify(token, this.#keys, this.#rules)).payload;
    } catch (error) {
      const fetching = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === "ERR_JOSE_GENERIC";
      throw fetching ? error : new LaunchRefused(error.message, { cause: error });
    }
  }

  /** With more than one process, keep this in what they share: Redis `SET jti 1 NX EX 120`, or a unique index. */
  #useOnce(jti) {
    const now = performance.now();
    for (const [used, until] of this.#used) if (until <= now) this.#used.delete(used);
    if (this.#used.has(jti)) throw new LaunchRefused("the token was used already");
    this.#used.set(jti, now + REMEMBER * 1000);
  }
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const launches = new LaunchTokens(argv[2], argv[3]);
  try {
    console.log(JSON.stringify(await launches.verify((await text(stdin)).trim()), null, 2));
  } catch (error) {
    console.error(error instanceof LaunchRefused ? `refused: ${error.message}` : error);
    process.exitCode = 1;
  }
}
