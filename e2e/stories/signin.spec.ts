// The permissions in the portal.
import { people, Portal } from "../portal";
import { expect, test } from "../world";

const NO_PERMISSION = /Your account doesn.t have permission to access this page/;

test("a student is refused and can switch accounts", async ({ page, portal }) => {
  await portal.signIn(people.student);
  await expect(portal.heading(NO_PERMISSION)).toBeVisible();
  await expect(page.getByRole("link", { name: "Register your organization" })).toHaveCount(0);

  await portal.switchAccount();
  await portal.choosePerson(people.admin);
  await expect(page.getByRole("link", { name: "Register your organization" })).toBeVisible();
});

test("an educator reads and changes nothing", async ({ page, portal, lms, browser, servers }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practice LMS", keys);

  const elsewhere = await (await browser.newContext()).newPage();
  const educator = new Portal(elsewhere, servers.gateway);
  await educator.signIn(people.educator);
  await expect(educator.heading("Registrations")).toBeVisible();
  await elsewhere.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(elsewhere.getByRole("dialog")).toContainText(keys.clientId);
  await expect(elsewhere.getByRole("button", { name: /Delete/ })).toHaveCount(0);
  await expect(elsewhere.getByRole("link", { name: "Add new registration" })).toHaveCount(0);
  await elsewhere.context().close();
  await expect(page).toHaveURL(/registrations/);
});

test("signing out ends the session of the tab", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await expect(portal.heading(NO_PERMISSION)).toBeVisible();
  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(portal.heading("Connect your LMS to your learning apps")).toBeVisible();
  await portal.open("/registrations");
  await expect(portal.heading("Registrations")).toHaveCount(0);
});

test("an address that does not exist says so", async ({ page, portal }) => {
  await portal.open("/no-such-page");
  await expect(portal.heading("This page doesn’t exist")).toBeVisible();
  await expect(page).toHaveTitle("This page doesn’t exist - LMS Gateway");
});
