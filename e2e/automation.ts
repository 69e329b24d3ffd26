// Automation's way in: sign in by client credentials, call the REST API by the types that its description gives.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./generated/api";

export const contoso = "c0ffee00-0000-4000-8000-000000000001";

/** An access token of the development sign-in's automation client, which has every application role. */
export async function appToken(gateway: string, tenant = contoso): Promise<string> {
  const credentials = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "c0ffee00-0000-4000-8000-0000000000c0",
    client_secret: "dev-only-secret",
    scope: "api://lms-gateway/.default",
  });
  const answer = await fetch(`${gateway}/dev/identity/${tenant}/oauth2/v2.0/token`, { method: "POST", body: credentials });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A client whose every request and answer is checked against `openapi/gateway.json` by the compiler. */
export function typedClient(gateway: string, token: string): Client<paths> {
  return createClient<paths>({ baseUrl: gateway, headers: { authorization: `Bearer ${token}` } });
}
