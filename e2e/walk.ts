// One walk past every page and every state of a page; what is done there is the visitor's affair (axe, width, pictures).
import { expect, type Page } from "@playwright/test";
import type { Lms } from "./lms";
import { people, type Portal } from "./portal";

export type Visit = (name: string, page: Page) => Promise<void>;

const NAME = "Practice LMS";

export async function walk(portal: Portal, lms: Lms, visitPage: Visit): Promise<void> {
  const { page } = portal;
  const visit = (name: string) => visitPage(name, page);

  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await visit("landing");
  await portal.openHelp();
  await visit("landing-help");
  await page.keyboard.press("Escape");
  await portal.open("/no-such-page");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await visit("page-not-found");

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
  await visit("wizard-done");

  await page.goto(lms.address);
  await visit("lms-home");
  await lms.openCourse("Tess Teacher");
  await visit("lms-course");
  const inspector = await lms.launchInFrame();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await visit("launch-inspector");

  await portal.openList();
  await expect(page.getByRole("link", { name: `View ${NAME}` })).toBeVisible();
  await visit("registrations");
  await page.getByRole("link", { name: `View ${NAME}` }).click();
  await expect(page.getByRole("dialog")).toContainText(keys.clientId);
  await visit("details");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
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
}
