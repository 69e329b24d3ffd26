// The main job, with third-party cookies blocked: from signing in to a launch, and to the end of the registration.
import { expectThirdPartyCookiesBlocked } from "../control";
import { people } from "../portal";
import { expect, test } from "../world";

const NAME = "Practice LMS - Launch inspector";

test("an administrator registers an LMS, a teacher launches, a deleted registration launches no more", async ({ context, portal, lms }) => {
  await expectThirdPartyCookiesBlocked(context);

  await portal.signIn(people.admin);
  await portal.registerOrganization();

  const lmsKeys = await lms.keys();
  await portal.openList();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms(NAME, "Moodle");
  const gatewayKeys = await portal.gatewayKeys();
  await portal.next();
  await portal.enterLmsKeys(lmsKeys);
  await portal.checkKeys();
  await portal.save();
  await lms.saveTool(gatewayKeys);

  await lms.openCourse("Tess Teacher");
  const inspector = await lms.launchInFrame();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await expect(inspector.getByText("Tess Teacher").first()).toBeVisible();

  await portal.openList();
  await portal.deleteRegistration(NAME);
  await expect(portal.page.getByRole("row", { name: NAME })).toHaveCount(0);

  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();
  await expect(refusal.getByRole("main"), "dressed like the portal").toHaveCSS("display", "grid");
  await expect(refusal.getByText(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/)).toBeVisible();
});

test("a student launches in a window of its own", async ({ portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration(NAME, keys);

  await lms.openCourse("Sam Student");
  const inspector = await lms.launchInWindow();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await expect(inspector.getByText("Sam Student").first()).toBeVisible();
});

test("four launches at once, in four frames of one page, all arrive", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration(NAME, keys);

  await lms.openCourse("Tess Teacher");
  await page.goto(`${lms.address}/course/activity?as=teacher`);
  await page.evaluate(() => {
    for (let frame = 0; frame < 3; frame++) document.body.append(document.querySelector("iframe")!.cloneNode());
  });
  for (let frame = 0; frame < 4; frame++) {
    await expect(page.frameLocator("iframe").nth(frame).getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  }
});
