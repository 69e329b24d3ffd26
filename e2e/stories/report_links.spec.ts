// Where *Report a problem* leads: from the help menu, and from each page that leads no further.
import type { Page } from "@playwright/test";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, problem } from "../problem";
import { startServers } from "../servers";
import { expect, test } from "../world";

const support = "https://support.example/lms-gateway";

// signin_errors.spec.ts looks at this gateway's pages of sign-ins that went wrong.
const withPage = test.extend({
  servers: async ({}, use) => {
    const servers = await startServers(undefined, { LMS_GATEWAY__OPERATOR__REPORT_URL: support });
    await use(servers);
    await servers.stop();
  },
});

/** The page that a link opens beside this one. */
async function opened(page: Page, link = page.getByRole("banner").getByRole("link", { name: "Report a problem" })): Promise<Page> {
  const popup = page.waitForEvent("popup");
  await link.click();
  return popup;
}

test("whoever gets no further finds the plain page, with a text for the school’s IT", async ({ page, portal }) => {
  const expectPlainPage = async (place: string) => {
    const plain = await opened(page);
    await expect(plain.getByRole("heading", { level: 1 }), place).toHaveText("Report a problem");
    await expect(plain.getByRole("heading", { name: "Tell your IT department" }), place).toBeVisible();
    await expect(plain.locator("blockquote"), place).toContainText(portal.address);
    await expect(plain.getByRole("link", { name: "Sign in and report" }), place).toHaveAttribute("href", "/reports/new");
    await plain.close();
  };
  await portal.open("/nowhere");
  await expect(portal.heading("This page doesn’t exist")).toBeVisible();
  await expectPlainPage("an address that leads nowhere");

  await page.route(/openid-configuration/, (route) => route.abort());
  await portal.open();
  await page.getByRole("main").getByRole("button", { name: "Go to registration portal" }).click();
  await expect(portal.heading("Something went wrong. Try again later.")).toBeVisible();
  await expectPlainPage("a sign-in that can’t begin");
  await page.unrouteAll();

  await portal.open("/auth/callback#error=interaction_required&state=forged");
  await expect(portal.heading("Authentication failed. Try again")).toBeVisible();
  await expectPlainPage("a sign-in that failed");

  await portal.signIn(people.student);
  await expect(portal.heading("Your account doesn't have permission to access this page")).toBeVisible();
  await expectPlainPage("an account without permission");

  await answerWith(page, /\/me$/, problem(500, "internal", "Something went wrong."));
  await page.reload();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await expectPlainPage("a gateway that fails");
});

withPage("the operator’s own support page is opened instead, from everywhere", async ({ page, context, portal, servers }) => {
  await context.route(`${support}**`, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Support of the operator</h1>" }));
  const expectSupport = async (link?: Parameters<typeof opened>[1], from = page) => {
    const there = await opened(from, link);
    await expect(there.getByRole("heading", { name: "Support of the operator" })).toBeVisible();
    expect(there.url()).toBe(support);
    expect(await there.evaluate(() => window.opener), "it can’t reach back").toBeNull();
    await there.close();
  };
  await portal.open("/nowhere");
  await expectSupport();

  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  await portal.openHelp();
  await expectSupport(page.getByRole("menuitem", { name: "Report a problem" }));
  await page.keyboard.press("Escape");
  const inMain = page.getByRole("main").getByRole("link", { name: "Report a problem" });
  await portal.open("/reports");
  await expectSupport(inMain);
  await portal.open("/launches");
  await page.getByRole("row", { name: /Practice LMS/ }).getByRole("link").first().click();
  await expectSupport(inMain);

  await page.goto(`${servers.gateway}/lti/launch`);
  await expectSupport();
  expect((await fetch(`${servers.gateway}/report`, { redirect: "manual" })).headers.get("location")).toBe(support);
});
