// The development sign-in without a browser: the steps that a browser takes, by fetch.
export const contoso = "c0ffee00-0000-4000-8000-000000000001";
export const portalClient = "c0ffee00-0000-4000-8000-0000000000b0";
export const automationClient = "c0ffee00-0000-4000-8000-0000000000c0";
export const automationSecret = "dev-only-secret";
export const apiScope = "api://lms-gateway/access_as_user";
export const megan = "c0ffee00-0001-4000-8000-000000000001";

/** Follows an authorization request, chooses a person if asked, and answers with the address that the client gets back. */
export async function signIn(request: URL, person: string): Promise<URL> {
  const asked = await fetch(request, { redirect: "manual" });
  const elsewhere = asked.headers.get("location");
  if (elsewhere !== null) return new URL(elsewhere);
  const page = await asked.text();
  const action = /<form[^>]* action="([^"]*)"/.exec(page);
  const waiting = /name="request" value="([^"]*)"/.exec(page);
  if (action === null || waiting === null) throw new Error(`no sign-in page: ${asked.status} ${page}`);
  const body = new URLSearchParams({ request: waiting[1]!, person });
  const chosen = await fetch(new URL(action[1]!, request), { method: "POST", body, redirect: "manual" });
  return new URL(chosen.headers.get("location")!);
}
