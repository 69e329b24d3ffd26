// A problem report from the form to its answer, and from an error page without sign-in; axe, width and language on the way.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { register } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

const support = "Debra Berger";

/** Nothing for axe to find, light or dark, and no sideways scrolling where there is little room. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
    expect.soft(found, `${name}, ${colorScheme}`).toEqual([]);
  }
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, `${name} at 320 px`).toBeLessThanOrEqual(320);
  await page.setViewportSize(size);
}

test("an educator reports, support answers, the educator reads it", async ({ page, portal, servers }) => {
  test.slow();
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  await portal.openHelp();
  await page.getByRole("menuitem", { name: "Report a problem" }).click();
  await expect(portal.heading("Report a problem")).toBeVisible();
  await look(page, "report-form");

  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Say what the report is about" })).toBeVisible();
  await look(page, "report-form-faults");
  await page.getByLabel("What is it about?").selectOption({ label: "Signing in" });
  await page.getByLabel("In one sentence").fill("Colleagues can’t sign in");
  await page.getByLabel("What happened, and what did you expect?").fill("<b>Since Monday</b>\nnobody gets in.");
  await page.reload();
  await expect(page.getByLabel("In one sentence"), "the draft survives a reload").toHaveValue("Colleagues can’t sign in");
  await expect(page.getByLabel("What is it about?")).toHaveValue("sign_in");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(portal.heading("Your report was sent")).toBeVisible();
  await look(page, "report-sent");
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expect(portal.heading("Colleagues can’t sign in")).toBeVisible();
  await expect(page.getByText("<b>Since Monday</b>"), "text is text").toBeVisible();
  await look(page, "report-own");

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(support);
  await expect(portal.heading("Problem reports")).toBeVisible();
  await expect(page.getByText("Contoso University").first()).toBeVisible();
  await look(page, "reports-support");
  await page.getByRole("row", { name: /Colleagues can’t sign in/ }).getByRole("link").click();
  await page.getByLabel("Your answer").fill("The accounts had no role.\nThey have one now.");
  await page.getByRole("button", { name: "Send answer" }).click();
  await expect(portal.status("Your answer was sent.")).toBeVisible();
  await page.getByRole("button", { name: "Resolved" }).click();
  await expect(portal.status("The status is now: Resolved.")).toBeVisible();
  await look(page, "report-support");

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.educator);
  await page.getByRole("navigation").getByRole("link", { name: "Problem reports" }).click();
  await expect(portal.heading("My reports")).toBeVisible();
  await page.getByRole("row", { name: /Colleagues can’t sign in/ }).getByRole("link").click();
  await expect(page.getByText("They have one now.")).toBeVisible();
  await expect(page.getByText("Resolved").first()).toBeVisible();
});

test("an error page leads to a report, without signing in or by the portal, and the administrator finds it", async ({ page, portal, lms, servers }) => {
  test.slow();
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status(/is no longer accepted/)).toBeAttached();

  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();
  const openReport = async () => {
    const opened = page.waitForEvent("popup");
    await refusal.getByRole("link", { name: "Report a problem" }).click();
    return opened;
  };
  const short = await openReport();
  await expect(short.getByRole("heading", { level: 1 })).toHaveText("Report a problem");
  await short.getByText("What will be sent", { exact: true }).click();
  await expect(short.getByText("Chrome/").first(), "the browser's own words").toBeVisible();
  await look(short, "report-short");

  const form = await openReport();
  await form.getByRole("link", { name: "Sign in and report" }).click();
  await expect(form.getByRole("heading", { level: 1 })).toHaveText("Report a problem");
  await expect(form.getByLabel("Launch reference")).toHaveValue(/^[0-9A-Z]{4}-/);
  await expect(form.getByText("Found: its details stand under")).toBeVisible();
  await look(form, "report-of-launch");

  await short.getByLabel("In one sentence").fill("The activity doesn’t open");
  await short.getByLabel(/^What happened/).fill("It says that the registration wasn’t found.");
  await short.getByRole("button", { name: "Send report" }).click();
  await expect(short.getByRole("heading", { level: 1 })).toHaveText("Your report was sent");
  await look(short, "report-short-sent");

  await portal.open("/reports");
  await expect(portal.heading("Problem reports")).toBeVisible();
  await look(page, "reports-admin");
  await page.getByRole("row", { name: /The activity doesn’t open/ }).getByRole("link").click();
  await expect(portal.heading("The activity doesn’t open")).toBeVisible();
  await expect(page.getByText("registration_not_found.deployment_unlisted")).toBeVisible();
  await look(page, "report-admin");
});

test("whoever can’t sign in gets a text for the school’s IT, in the own language", async ({ page, portal }) => {
  await portal.open("/report");
  await expect(portal.heading("Report a problem")).toBeVisible();
  await look(page, "report-plain");
  await portal.open("/report?lang=de");
  await expect(portal.heading("Problem melden")).toBeVisible();
  await look(page, "report-plain-de");
});
