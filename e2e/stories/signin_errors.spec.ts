// The three pages of a sign-in that went wrong, in the words of the documentation, and the consent of an organization.
import type { Page } from "@playwright/test";
import { people, type Portal } from "../portal";
import { refuseSignIn } from "../problem";
import { startServers } from "../servers";
import { expect, test as base } from "../world";

/** The operator's own page. */
const support = "https://support.example/lms-gateway";

const test = base.extend({
  servers: async ({}, use) => {
    const servers = await startServers(undefined, { LMS_GATEWAY__OPERATOR__REPORT_URL: support });
    await use(servers);
    await servers.stop();
  },
});

const CONTOSO = "c0ffee00-0000-4000-8000-000000000001";
const FABRIKAM = "c0ffee00-0000-4000-8000-000000000002";

/** Begins a sign-in that the identity provider answers with an error. */
async function signInRefused(portal: Portal, error: string, description: string): Promise<void> {
  await refuseSignIn(portal.page, error, description);
  await portal.open();
  await portal.page.getByRole("button", { name: "Go to registration portal" }).click();
}

/** *Report a problem* stands at the top right, and opens the operator's page in a tab of its own. */
async function expectReport(page: Page): Promise<void> {
  const report = page.getByRole("banner").getByRole("link", { name: "Report a problem" });
  await expect(report).toHaveAttribute("href", support);
  await expect(report).toHaveAttribute("target", "_blank");
  const box = (await report.boundingBox())!;
  expect(box.y + box.height).toBeLessThan(80);
  expect(box.x).toBeGreaterThan(640);
}

test("an account without permission", async ({ page, portal }) => {
  await portal.signIn(people.student);
  await expect(portal.heading("Your account doesn't have permission to access this page")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("cookies and local storage");
  await expect(page.getByRole("main")).toContainText("Lidia Holloway");
  await expectReport(page);
  await portal.openAccount();
  await page.keyboard.press("Escape");
  await portal.switchAccount();
});

test("an account that the identity provider lets in nowhere", async ({ page, portal }) => {
  await signInRefused(portal, "access_denied", "AADSTS50105: Your administrator has configured the application to block users.\r\nTrace ID: 1");
  await expect(portal.heading("Your account doesn't have permission to access this page")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("access_denied (AADSTS50105)");
  await expect(page.getByRole("button", { name: "Sign out & switch accounts" })).toBeVisible();
  await expectReport(page);
});

test("a sign-in that failed", async ({ page, portal }) => {
  await signInRefused(portal, "interaction_required", "AADSTS50076: You must use multi-factor authentication.");
  await expect(portal.heading("Authentication failed. Try again")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("interaction_required (AADSTS50076)");
  await expect(page.getByRole("main")).toContainText("cookies and local storage");
  await expectReport(page);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Sign in again" }).click();
  await portal.choosePerson(people.admin);
  await expect(portal.heading(/have permission/)).toBeVisible();
});

test("anything else", async ({ page, portal }) => {
  // The number is of a sign-in that failed; it is `error` that counts.
  await signInRefused(portal, "temporarily_unavailable", "AADSTS50058: <b>Try later</b>");
  await expect(portal.heading("Something went wrong. Try again later.")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("temporarily_unavailable (AADSTS50058)");
  await expect(page.getByRole("main")).not.toContainText("Try later");
  await expectReport(page);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Go to Home page" }).click();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();

  await page.route(/openid-configuration/, (route) => route.abort());
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await expect(portal.heading("Something went wrong. Try again later.")).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await expect(page.getByRole("heading", { name: "Choose who to sign in as" })).toBeVisible();
});

test("an administrator of a government cloud is told so", async ({ page, portal }) => {
  await portal.signIn("Miriam Graham");
  await page.getByRole("link", { name: "Register your organization" }).click();
  await page.getByLabel("Organization name").fill("Woodgrove");
  await page.getByRole("checkbox", { name: /allowed to register/ }).check();
  await page.getByRole("button", { name: "Register Woodgrove" }).click();
  await expect(page.getByRole("alert")).toContainText("only available to public cloud tenants. DoD, GCC, and GCC High tenants can't access it");
});

test("an administrator consents for the organization", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  const give = page.getByRole("button", { name: "Give consent for the organization" });

  const asked = page.waitForRequest(/\/adminconsent\?/);
  await give.click();
  const request = new URL((await asked).url());
  expect(request.pathname).toContain(`/${CONTOSO}/v2.0/adminconsent`);
  expect(request.searchParams.get("scope")).toBe("api://lms-gateway/.default");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("main")).toContainText("Consent was not given. You can try again. Error code: access_denied (AADSTS65004)");
  expect(page.url()).toBe(`${portal.address}/tenant`);

  await give.click();
  await page.getByRole("button", { name: "Accept for Contoso University" }).click();
  await expect(portal.status("Consent is given.")).toBeVisible();
  expect(page.url()).toBe(`${portal.address}/tenant`);
  await portal.confirmOrganization();
  await expect(give).toBeVisible();
});

test("an answer about consent that somebody made up says nothing", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await page.getByRole("button", { name: "Give consent for the organization" }).click();
  await page.getByRole("button", { name: "Accept for Contoso University" }).hover();
  const state = await page.evaluate(() => new URL(location.href).searchParams.get("state")!);
  for (const answer of [
    `admin_consent=True&tenant=${CONTOSO}&state=forged`,
    `admin_consent=True&tenant=${CONTOSO}`,
    `admin_consent=True&tenant=${FABRIKAM}&state=${state}`,
    `admin_consent=True&tenant=${CONTOSO}&state=${state}`, // once answered, the question is gone
  ]) {
    await portal.open(`/tenant?${answer}`);
    await expect(page.getByRole("main")).toContainText("That answer wasn’t for your organization.");
    expect(page.url()).toBe(`${portal.address}/tenant`);
  }
  await expect(portal.heading("Register your organization")).toBeVisible();
});
