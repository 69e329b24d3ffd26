// Every page from its first stop to its last, and back.
import { expectFocus, expectWayThrough } from "../keyboard";
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("each page is gone through both ways by keyboard, and its header can be skipped", async ({ page, portal, servers }) => {
  test.slow();
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  for (const path of ["/", "/registrations", "/launches", "/reports", "/reports/new", "/audit", "/tenant", "/help", "/help/keyboard", "/no-such-page"]) {
    await test.step(path, async () => {
      await portal.open(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await page.keyboard.press("Tab");
      await expectFocus(page.getByRole("link", { name: "Skip to main content" }));
      await page.keyboard.press("Enter");
      await expectFocus(page.getByRole("main"));
      await page.keyboard.press("Tab");
      await expect(page.getByRole("banner").locator(":focus"), "the header is skipped").toHaveCount(0);
      await expectWayThrough(page);
    });
  }
});

test("panel and question hold the focus, and are gone through both ways by keyboard", async ({ page, portal, servers }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  await expect(details.getByRole("textbox", { name: "Enter a deployment ID" })).toBeVisible();
  await expect(details.getByRole("button", { name: "Copy Redirection URI(s)" })).toBeVisible();
  await expect(details.getByRole("region", { name: "Recent launches" }).getByRole("listitem")).toHaveCount(1);
  await expectWayThrough(page);
  await details.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectWayThrough(page);
});

test("each step of the wizard is gone through both ways by keyboard", async ({ page, portal, lms }) => {
  test.slow();
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.startRegistration();
  await expectWayThrough(page);
  await portal.chooseApp("Launch inspector");
  await expectWayThrough(page);
  await portal.nameAndChooseLms("Practice LMS", "Moodle");
  await expect(page.getByRole("button", { name: "Copy all as text" })).toBeVisible();
  await expectWayThrough(page);
  await portal.next();
  await portal.enterLmsKeys(keys);
  await expectWayThrough(page);
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();
  await expectWayThrough(page);
});
