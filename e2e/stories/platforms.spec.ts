// Each LMS in the wizard: under its own names, with everything filled in that is known of it, and checked for real where the practice
// LMS can stand for it. The values are those of the LMSs' documentation, written out here once more.
import { expect, type Page } from "@playwright/test";
import { people, type Portal } from "../portal";
import { answerWith } from "../problem";
import { values } from "../values";
import { test } from "../world";

interface Platform {
  /** As people choose it. */
  name: string;
  /** Where its site is, for those that have one each; the practice LMS answers under Moodle's paths. */
  site?: "https://lms.contoso.example" | "practice";
  /** The fields of the LMS in its order. "fixed": nothing to type; "follows": from the issuer or the site; "asked": typed by the administrator; "site": typed, and
   * no value of the registration. */
  fields: [label: string, kind: "fixed" | "follows" | "asked" | "site", value: string][];
  /** The LMS's names for the gateway's addresses. */
  target: string;
  login: string;
  redirect: string;
  keyset: string;
  /** The developer key as Canvas takes it. */
  json?: true;
}

const DEPLOYMENT = "10408:7db438";
/** The keyset of the school, or of the app where schools share the client ID. */
const keyset = (address: string) => new RegExp(`^${address.replaceAll(".", "\\.")}/lti/keys/[a-z0-9]{26,}/jwks\\.json$`);
const CANVAS = { target: "Target Link URI", login: "OpenID Connect Initiation Url", redirect: "Redirect URIs", keyset: "Public JWK URL", json: true } as const;
const MOODLE = { site: "practice", target: "Tool URL", login: "Initiate login URL", redirect: "Redirection URI(s)", keyset: "Public keyset" } as const;

function canvas(name: string, issuer: string, sso: string): Platform {
  return {
    name,
    ...CANVAS,
    fields: [
      ["Issuer", "fixed", issuer],
      ["Client ID", "asked", "10430000000000123"],
      ["Deployment Id", "asked", DEPLOYMENT],
      ["Public JWK URL", "fixed", `${sso}/api/lti/security/jwks`],
      ["Authentication Endpoint", "fixed", `${sso}/api/lti/authorize_redirect`],
      ["Access Token Endpoint", "fixed", `${sso}/login/oauth2/token`],
    ],
  };
}

function moodle(name: string, deployment: string): Platform {
  return {
    name,
    ...MOODLE,
    fields: [
      ["Platform ID", "asked", "{site}"],
      ["Client ID", "asked", "{client}"],
      ["Deployment ID", "asked", deployment],
      ["Public keyset URL", "follows", "{site}/mod/lti/certs.php"],
      ["Access token URL", "follows", "{site}/mod/lti/token.php"],
      ["Authentication request URL", "follows", "{site}/mod/lti/auth.php"],
    ],
  };
}

const PLATFORMS: Platform[] = [
  moodle("Moodle", "1"),
  { ...moodle("Open LMS", "2"), site: "https://lms.contoso.example" },
  canvas("Canvas", "https://canvas.instructure.com", "https://sso.canvaslms.com"),
  canvas("Canvas (beta)", "https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com"),
  canvas("Canvas (test)", "https://canvas.test.instructure.com", "https://sso.test.canvaslms.com"),
  {
    name: "Canvas (self-hosted)",
    site: "https://lms.contoso.example",
    ...CANVAS,
    fields: [
      ["Canvas URL", "site", "{site}"],
      ["Issuer", "follows", "https://canvas.instructure.com"],
      ["Client ID", "asked", "10000000000001"],
      ["Deployment Id", "asked", DEPLOYMENT],
      ["Public JWK URL", "follows", "{site}/api/lti/security/jwks"],
      ["Authentication Endpoint", "follows", "{site}/api/lti/authorize_redirect"],
      ["Access Token Endpoint", "follows", "{site}/login/oauth2/token"],
    ],
  },
  {
    name: "Blackboard",
    target: "Target Link URI",
    login: "Login Initiation URL",
    redirect: "Tool Redirect URL(s)",
    keyset: "Tool JWKS URL",
    fields: [
      ["Client ID", "asked", "027328b7-c2e3-4c9e-aaa1-07802dae6c89"],
      ["Deployment ID", "asked", "5f2a0b8e-7f0e-4b3e-9a53-0d8a2b6f4c11"],
      ["Issuer", "fixed", "https://blackboard.com"],
      ["Public keyset URL", "fixed", "https://developer.blackboard.com/api/v1/management/applications/027328b7-c2e3-4c9e-aaa1-07802dae6c89/jwks.json"],
      ["OIDC auth request endpoint", "fixed", "https://developer.blackboard.com/api/v1/gateway/oidcauth"],
      ["Auth token endpoint", "fixed", "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken"],
    ],
  },
  {
    name: "D2L Brightspace",
    site: "https://lms.contoso.example",
    target: "Target Link URI",
    login: "OpenID Connect Login URL",
    redirect: "Redirect URLs",
    keyset: "Keyset URL",
    fields: [
      ["Client ID", "asked", "f7f8e1a0-6c1d-4a39-8f1e-2f6a4d0c9b77"],
      ["Brightspace Keyset URL", "follows", "{site}/d2l/.well-known/jwks"],
      ["Brightspace OAuth2 Access Token URL", "follows", "https://auth.brightspace.com/core/connect/token"],
      ["OpenID Connect Authentication Endpoint", "follows", "{site}/d2l/lti/authenticate"],
      ["Brightspace OAuth2 Audience", "asked", "https://api.brightspace.com/auth/token"],
      ["Issuer", "asked", "{site}"],
      ["Deployment ID", "asked", "8c1d2f5e-13d0-4f50-9a7c-0f6d6a0f1d55"],
    ],
  },
  {
    name: "Schoology Learning",
    target: "Domain/URL",
    login: "OIDC Login Init URL",
    redirect: "Redirect URLs",
    keyset: "JWKS URL",
    fields: [
      ["Client ID", "asked", "6309134131"],
      ["Deployment ID", "asked", "6309134131-5ac3"],
      ["Issuer ID", "fixed", "https://schoology.schoology.com"],
      ["JWKS URL", "fixed", "https://lti-service.svc.schoology.com/lti-service/.well-known/jwks"],
      ["OIDC Authorization Endpoint", "fixed", "https://lti-service.svc.schoology.com/lti-service/authorize-redirect"],
      ["OAuth 2 Access Token Endpoint", "fixed", "https://lti-service.svc.schoology.com/lti-service/access-token"],
    ],
  },
  {
    name: "Sakai",
    site: "https://lms.contoso.example",
    target: "Launch URL (1.1) / Target Link URI (1.3)",
    login: "LTI 1.3 Tool OpenID Connect/Initialization Endpoint",
    redirect: "LTI 1.3 Tool Redirect Endpoint(s)",
    keyset: "LTI 1.3 Tool Keyset / JWK URL",
    fields: [
      ["LTI 1.3 Client ID", "asked", "c29d62a2-6f6f-4f2b-8d7c-1d5b5d8d6e10"],
      ["LTI 1.3 Deployment Id", "asked", "1"],
      ["LTI 1.3 Platform Issuer", "asked", "{site}"],
      ["LTI 1.3 LMS Keyset URL", "follows", "{site}/imsblis/lti13/keyset"],
      ["LTI 1.3 LMS OIDC Endpoint URL", "follows", "{site}/imsoidc/lti13/oidc_auth"],
      ["LTI 1.3 LMS OAuth Token URL", "asked", "{site}/imsblis/lti13/token/4"],
    ],
  },
  {
    name: "Open edX",
    site: "https://lms.contoso.example",
    target: "Tool Launch URL",
    login: "Tool Initiate Login URL",
    redirect: "Registered Redirect URIs",
    keyset: "Tool Keyset URL",
    fields: [
      ["Client ID", "asked", "0b5f8a3e-7d44-4be6-8c3f-5d1b93f6b9d2"],
      ["Deployment ID", "asked", "1"],
      ["Keyset URL", "asked", "{site}/api/lti_consumer/v1/public_keysets/9d1f"],
      ["Access Token URL", "asked", "{site}/api/lti_consumer/v1/token/9d1f"],
      ["Login URL", "follows", "{site}/api/lti_consumer/v1/launch/"],
      ["Issuer", "asked", "{site}"],
    ],
  },
  {
    name: "Other",
    site: "https://lms.contoso.example",
    target: "Target link URL",
    login: "OpenID Connect login URL",
    redirect: "Redirect URL",
    keyset: "JWKS URL",
    fields: [
      ["Issuer", "asked", "{site}"],
      ["Client ID", "asked", "17"],
      ["Keyset URL", "asked", "{site}/mod/lti/certs.php"],
      ["Authentication URL", "asked", "{site}/mod/lti/auth.php"],
      ["Deployment ID", "asked", "3"],
      ["Access token URL", "asked", "{site}/mod/lti/token.php"],
      ["Access token audience", "asked", "https://lms.contoso.example/audience"],
    ],
  },
];

/** Fields are found by where they stand, as each LMS has its own word for them. */
async function labels(page: Page): Promise<string[]> {
  // The LMS's own word comes first, ours in small print behind it.
  return page.locator("main .card > .field > label, main .card > .stack-s > .field > label").evaluateAll((all) => all.map((label) => label.firstChild!.textContent!.trim()));
}

test("every LMS has its own fields, steps and keys, everything known of it is filled in, and it can be saved", async ({ page, portal, lms }) => {
  test.slow();
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const { clientId } = await lms.keys();
  await portal.open("/registrations/new");
  await portal.chooseApp("Launch inspector");
  const offered = page.getByRole("group", { name: "LMS platform" }).getByRole("radio");
  expect(await offered.count()).toBe(PLATFORMS.length);
  for (const platform of PLATFORMS) {
    await test.step(platform.name, () => addFor(page, portal, platform, { practice: lms.address, clientId }));
  }
  await portal.openList();
  await expect(page.getByRole("row")).toHaveCount(1 + PLATFORMS.length);
});

async function addFor(page: Page, portal: Portal, platform: Platform, practice: { practice: string; clientId: string }): Promise<void> {
  const site = platform.site === "practice" ? practice.practice : (platform.site ?? "");
  const fields = platform.fields.map(([label, kind, value]) => [label, kind, value.replace("{site}", site).replace("{client}", practice.clientId)] as const);
  await portal.open("/registrations/new");
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms(`LMS ${platform.name}`, platform.name);

  await expect(page.locator(".instructions li").first(), "the steps in that LMS, in words").toBeVisible();
  if (platform.json) {
    const configuration = JSON.parse(await page.locator("pre.code").innerText()) as object;
    expect(configuration).toMatchObject({
      oidc_initiation_url: `${portal.address}/lti/login`,
      target_link_uri: `${portal.address}/lti/launch`,
      redirect_uris: [`${portal.address}/lti/launch`],
      public_jwk_url: expect.stringMatching(keyset(portal.address)) as unknown,
      extensions: [{ platform: "canvas.instructure.com", privacy_level: "public" }],
    });
    await page.getByText("Enter the values one by one instead").click();
  }
  const key = (label: string) => page.locator(".copy-field", { has: page.getByText(label, { exact: true }) }).first().locator("input");
  await expect(key(platform.target)).toHaveValue(`${portal.address}/lti/launch`);
  await expect(key(platform.login)).toHaveValue(`${portal.address}/lti/login`);
  await expect(key(platform.redirect)).toHaveValue(`${portal.address}/lti/launch`);
  await expect(key(platform.keyset)).toHaveValue(keyset(portal.address));
  await portal.next();

  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  expect(await labels(page), "in the LMS's words and order").toEqual(fields.map(([label]) => label));
  const inputs = page.locator("main .card > .field input, main .card > .stack-s > .field > input");
  for (const [place, [label, kind, value]] of fields.entries()) {
    const input = inputs.nth(place);
    if (kind === "fixed") await expect(input, label).toHaveAttribute("readonly");
    else await expect(input, label).not.toHaveAttribute("readonly");
    if (kind !== "asked" && kind !== "site") continue;
    await expect(input, `${label} can't be known`).toHaveValue("");
    await input.fill(value);
  }
  for (const [place, [label, kind, value]] of fields.entries()) {
    await expect(inputs.nth(place), label).toHaveValue(value);
    await expect(page.locator("main .card .field").nth(place).locator(".badge"), `${label}: whether it is filled in`).toHaveCount(kind === "asked" || kind === "site" ? 0 : 1);
  }

  // The addresses of other LMSs aren't to be reached from here.
  const real = platform.site === "practice";
  const restore = real ? undefined : await answerWith(page, /registrations\/check$/, { json: { findings: [], passed: true } }, "POST");
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();
  await restore?.();
  expect(await values(page.getByRole("region", { name: "App and LMS" }))).toEqual({
    "Registration name": `LMS ${platform.name}`,
    App: "Launch inspector",
    "LMS platform": platform.name,
  });
  expect(Object.values(await values(page.getByRole("region", { name: "LMS keys" }))).sort(), "the review shows each of them").toEqual(fields.flatMap(([, kind, value]) => (kind === "site" ? [] : [value])).sort());
  await portal.save();
}
