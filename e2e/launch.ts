// A launch without a browser: the steps that a browser takes, by fetch. Ends with the launch token in hand.
const contoso = "c0ffee00-0000-4000-8000-000000000001";

/** Registers the practice LMS for Contoso by REST, launches as its teacher, and answers with the launch token. */
export async function launchToken(gateway: string, lms: string): Promise<string> {
  await register(gateway, lms);
  return formOf(await launch(lms)).fields.get("launch_token")!;
}

/** Launches as a teacher of the practice LMS, with other values at login where some are given; answers with the page that it ends in. */
export async function launch(lms: string, values: Record<string, string> = {}): Promise<string> {
  const begun = formOf(await text(fetch(`${lms}/launch?as=teacher&in=window`)));
  for (const [name, value] of Object.entries(values)) begun.fields.set(name, value);
  const login = await fetch(begun.action, { method: "POST", body: begun.fields, redirect: "manual" });
  const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
  const answered = formOf(await text(fetch(login.headers.get("location")!)));
  return text(fetch(answered.action, { method: "POST", body: answered.fields, headers: { cookie } }));
}

/** Registers the practice LMS for Contoso by REST, with other values where some are given. */
export async function register(gateway: string, lms: string, values: { name?: string; keysetUrl?: string; deploymentIds?: string[] } = {}, organization = "Contoso University"): Promise<void> {
  const credentials = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "c0ffee00-0000-4000-8000-0000000000c0",
    client_secret: "dev-only-secret",
    scope: "api://lms-gateway/.default",
  });
  const answer = await fetch(`${gateway}/dev/identity/${contoso}/oauth2/v2.0/token`, { method: "POST", body: credentials });
  const { access_token } = (await answer.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
  const settings = await text(fetch(`${lms}/admin/tool`));
  const shown = (id: string) => new RegExp(`id="${id}">([^<]*)<`).exec(settings)![1]!;
  const post = async (path: string, body: object) => {
    const posted = await fetch(`${gateway}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!posted.ok) throw new Error(`${path}: ${posted.status} ${await posted.text()}`);
  };
  await post("tenant", { displayName: organization });
  await post("registrations", {
    name: "Practice LMS",
    appId: "launch-inspector",
    platform: "moodle",
    issuer: shown("platform-id"),
    clientId: shown("client-id"),
    deploymentIds: [shown("deployment-id")],
    authenticationUrl: shown("authentication-request-url"),
    keysetUrl: shown("public-keyset-url"),
    ...values,
  });
}

async function text(answer: Promise<Response>): Promise<string> {
  return (await answer).text();
}

/** The form of a page: where it goes, and its fields. */
export function formOf(page: string): { action: string; fields: URLSearchParams } {
  const unescaped = (value: string) =>
    value.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).replace(/&quot;/g, '"').replace(/&amp;/g, "&");
  const action = /<form[^>]* action="([^"]*)"/.exec(page)![1]!;
  const fields = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/name="([^"]+)" value="([^"]*)"/g)) fields.append(name!, unescaped(value!));
  return { action: unescaped(action), fields };
}
