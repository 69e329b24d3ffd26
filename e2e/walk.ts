// One walk past every page and every state of a page; what is done there is the visitor's affair (axe, width, pictures).
import { expect, type Page } from "@playwright/test";
import type { Lms } from "./lms";
import { people, type Portal } from "./portal";
import { fullList, inTrouble, LONG_NAME, withWaiting } from "./full";
import { answerWith, changeAnswer, hold, problem } from "./problem";

export type Visit = (name: string, page: Page) => Promise<void>;

const NAME = "Practice LMS";

/** The titles of the pages; the first that fits the beginning of a visit's name is its own. */
const TITLES: [visit: string, title: string][] = [
  ["landing", "Connect your LMS to your learning apps"],
  ["page-not-found", "This page doesn’t exist"],
  ["help-keyboard", "Keyboard"],
  ["help-about", "About"],
  ["help", "Help"],
  ["no-permission", "Your account doesn't have permission to access this page"],
  ["register-organization", "Register your organization"],
  ["organization-waiting", "Your organization waits for approval"],
  ["organization", "Organization"],
  ["wizard-1", "Step 1 of 5: Which app do you want to add?"],
  ["wizard-2", "Step 2 of 5: Name it and choose your LMS"],
  ["wizard-3-gateway-keys-canvas", "Step 3 of 5: Copy the gateway keys into Canvas"],
  ["wizard-3", "Step 3 of 5: Copy the gateway keys into Moodle"],
  ["wizard-4", "Step 4 of 5: Enter the keys that Moodle shows"],
  ["wizard-5", "Step 5 of 5: Check and save"],
  ["wizard-done", NAME],
  ["details-waiting", LONG_NAME],
  ["details", NAME],
  ["registrations", "Registrations"],
  ["account-menu", "Registrations"],
  ["navigation", "Registrations"],
  ["delete", "Registrations"],
  ["launches", "Launches"],
  ["launch-checks", "Cookies can't be found"],
  ["launch-not-found", "No launch has this reference"],
  ["launch-cookies", "Cookies can't be found"],
  ["launch-invalid", "Some details from LMS aren't valid"],
  ["launch-over", "This launch is over"],
  ["audit", "Audit"],
];

/** The LMS, with what it shows in its frames, and the development sign-in have titles of their own; where nothing came, there is none. */
const NOT_OURS = /^(sign-in|lms-|launch-inspector|launch-window-offered|launch-refused)|^gateway-unreachable$/;

/** The title that a visited page of the gateway has. */
export function titleOf(visit: string): string | undefined {
  if (NOT_OURS.test(visit)) return undefined;
  const [, title] = TITLES.find(([name]) => visit.startsWith(name)) ?? [];
  return `${title} - LMS Gateway`;
}

export async function walk(portal: Portal, lms: Lms, visitPage: Visit): Promise<void> {
  const { page } = portal;
  const visit = async (name: string) => {
    // Its style sheet too: Playwright sees elements before that.
    await page.waitForLoadState();
    await visitPage(name, page);
  };

  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await visit("landing");
  await portal.openHelp();
  await visit("landing-help");
  await page.keyboard.press("Escape");
  await portal.open("/no-such-page");
  await expect(portal.heading("This page doesn’t exist")).toBeVisible();
  await visit("page-not-found");
  for (const [path, heading] of [["/help", "Help"], ["/help/keyboard", "Keyboard"], ["/help/about", "About"]] as const) {
    await portal.open(path);
    await expect(portal.heading(heading)).toBeVisible();
    await visit(path.slice(1).replace("/", "-"));
  }

  await portal.open();
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await expect(portal.heading("Choose who to sign in as")).toBeVisible();
  await visit("sign-in");
  await portal.choosePerson(people.student);
  await expect(portal.heading(/have permission/)).toBeVisible();
  await visit("no-permission-student");
  await portal.switchAccount();
  await portal.choosePerson(people.admin);
  await expect(page.getByRole("link", { name: "Register your organization" })).toBeVisible();
  await visit("no-permission-administrator");
  await page.getByRole("link", { name: "Register your organization" }).click();
  await expect(portal.heading("Register your organization")).toBeVisible();
  await visit("register-organization");
  await portal.confirmOrganization();
  await visit("organization");
  await portal.goToList();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  await visit("registrations-empty");
  const failing = await answerWith(page, /registrations$/, problem(500, "internal", "The gateway had a problem."));
  await page.reload();
  await expect(page.getByRole("alert")).toBeVisible();
  await visit("registrations-failed");
  await failing();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  await portal.openAccount();
  await visit("account-menu");
  await page.keyboard.press("Escape");

  await portal.startRegistration();
  await visit("wizard-1-app");
  await portal.next();
  await visit("wizard-1-app-faults");
  await portal.chooseApp("Launch inspector");
  await visit("wizard-2-name-and-lms");
  await portal.nameAndChooseLms(NAME, "Canvas");
  await expect(page.getByRole("button", { name: "Copy JSON" })).toBeVisible();
  await visit("wizard-3-gateway-keys-canvas");
  await page.getByRole("button", { name: "Back" }).or(page.getByRole("link", { name: "Back" })).click();
  await portal.nameAndChooseLms(NAME, "Moodle");
  await expect(page.getByRole("textbox", { name: "Tool URL" })).toBeVisible();
  await visit("wizard-3-gateway-keys");
  await portal.next();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await visit("wizard-4-lms-keys");
  await page.getByRole("button", { name: "Check the keys" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await visit("wizard-4-lms-keys-faults");

  const keys = await lms.keys();
  await visit("lms-tool-settings");
  await portal.open("/registrations");
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms(NAME, "Moodle");
  await portal.next();
  await portal.enterLmsKeys({ ...keys, keysetUrl: `${lms.address}/no-keyset` });
  await portal.checkKeys();
  await visit("wizard-5-check-failed");
  await page.goBack();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await portal.enterLmsKeys(keys);
  await portal.checkKeys();
  await visit("wizard-5-check");
  await portal.save();
  await expect(page.getByRole("heading", { name: "What’s next" })).toBeVisible();
  await visit("wizard-done");

  await page.goto(lms.address);
  await visit("lms-home");
  await lms.openCourse("Tess Teacher");
  await visit("lms-course");
  const inspector = await lms.launchInFrame();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await visit("launch-inspector");
  const elsewhere = await lms.launchOfOtherBrowser();
  const offer = await lms.showInFrame(elsewhere);
  await expect(offer.getByRole("button", { name: "Open in a new window" })).toBeVisible();
  await visit("launch-window-offered");
  await page.goto(elsewhere);
  await expect(page.getByRole("heading", { name: "Cookies can't be found" })).toBeVisible();
  await visit("launch-cookies");
  await page.goto(`${portal.address}/lti/launch/over`);
  await visit("launch-over");
  await page.goto(`${portal.address}/lti/login`);
  await expect(page.getByRole("heading", { name: "Some details from LMS aren't valid" })).toBeVisible();
  await visit("launch-invalid");

  await portal.openList();
  await expect(page.getByRole("link", { name: `View ${NAME}` })).toBeVisible();
  await visit("registrations");
  const release = await hold(page, /registrations$/);
  await page.reload();
  await expect(page.locator(".skeleton").first()).toBeVisible();
  await visit("registrations-loading");
  await release();
  await expect(page.getByRole("link", { name: `View ${NAME}` })).toBeVisible();
  const emptied = await changeAnswer(page, /registrations$/, fullList);
  await page.reload();
  await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
  await visit("registrations-full");
  await emptied();
  const mended = await changeAnswer(page, /registrations\/[^/]+$/, inTrouble);
  const decided = await changeAnswer(page, /deployments$/, withWaiting);
  await page.reload();
  await page.getByRole("link", { name: `View ${NAME}` }).click();
  await expect(page.getByRole("dialog").getByText("4", { exact: true })).toBeVisible();
  await visit("details-waiting");
  await mended();
  await decided();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const toggle = page.getByRole("button", { name: "Navigation" });
  if (await toggle.isVisible()) {
    await toggle.click();
    await expect(page.getByRole("navigation")).toBeVisible();
    await visit("navigation");
    await page.keyboard.press("Escape");
  }
  await page.getByRole("link", { name: `View ${NAME}` }).click();
  await expect(page.getByRole("dialog")).toContainText(keys.clientId);
  await visit("details");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("Checked just now")).toBeVisible();
  await page.getByRole("dialog").getByRole("img", { name: /^Launches a day/ }).scrollIntoViewIfNeeded();
  await visit("details-checked");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search registrations" }).fill("nothing like it");
  await expect(page.getByRole("heading", { name: "No registration fits" })).toBeVisible();
  await visit("registrations-none-found");
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await portal.askToDelete(NAME);
  await visit("delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(portal.status("was deleted")).toBeVisible();
  await visit("registrations-deleted");

  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();
  await visit("launch-refused");

  await portal.open("/launches");
  await expect(portal.heading("Launches")).toBeVisible();
  await expect(page.getByRole("link", { name: "View launch" }).first()).toBeVisible();
  await visit("launches");
  await page.getByRole("link", { name: "View launch" }).first().click();
  await expect(page.getByRole("heading", { name: "What the gateway checked" })).toBeVisible();
  await visit("launch-checks");

  await page.goBack();
  await page.getByText("Show the numbers as a table").click();
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("A reference has three groups")).toBeVisible();
  await visit("launches-table-and-fault");
  await portal.open("/launches/5TFA-R7YN-2K8Q");
  await expect(portal.heading("No launch has this reference")).toBeVisible();
  await visit("launch-not-found");
  await portal.open("/audit");
  await expect(page.getByRole("rowheader", { name: "Registration deleted" })).toBeVisible();
  await visit("audit");

  const account = await (await page.request.get(`${portal.address}/api/v1/me`, { headers: { authorization: `Bearer ${await portal.token()}` } })).json();
  const pending = { ...account, tenantState: "pending" };
  await answerWith(page, /\/me$/, { json: pending });
  await answerWith(page, /\/tenant$/, { json: { id: account.tenantId, displayName: "Contoso University", state: "pending", registeredAt: "2026-11-23T08:00:00Z" } });
  await portal.open("/tenant");
  await expect(portal.heading("Your organization waits for approval")).toBeVisible();
  await visit("organization-waiting");
  await page.unrouteAll();

  await page.route("**/portal/config.json", (route) => route.abort());
  await portal.open("/registrations");
  await expect(portal.heading("The gateway can’t be reached")).toBeVisible();
  await visit("gateway-unreachable");
  await page.unrouteAll();
}
