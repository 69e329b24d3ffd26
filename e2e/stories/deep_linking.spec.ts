// A teacher selects content in an app, with third-party cookies blocked, and opens it from the course.
import { expectThirdPartyCookiesBlocked } from "../control";
import type { Lms } from "../lms";
import { people, type Portal } from "../portal";
import { expect, test } from "../world";

const NAME = "Practice LMS - Launch inspector";

/** Registers the LMS, and gives it the gateway's keyset. */
async function connect(portal: Portal, lms: Lms): Promise<void> {
  const keys = await lms.keys();
  await portal.openList();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms(NAME, "Moodle");
  const { keysetUrl } = await portal.gatewayKeys();
  await portal.next();
  await portal.enterLmsKeys(keys);
  await portal.checkKeys();
  await portal.save();
  await lms.savePublicKeyset(keysetUrl);
}

test("a teacher selects content in the app, and a student opens it from the course", async ({ context, portal, lms, page }) => {
  await expectThirdPartyCookiesBlocked(context);
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await connect(portal, lms);

  await lms.openCourse("Tess Teacher");
  const picker = await lms.selectContent();
  await expect(picker.getByRole("heading", { name: "Select sample content" })).toBeVisible();
  await picker.getByRole("button", { name: "Sample quiz with a grade" }).click();
  await expect(picker.getByRole("heading", { name: "Added to the course" })).toBeVisible();
  await expect(picker.getByText("Sample quiz")).toBeVisible();

  await lms.openCourse("Sam Student");
  await expect(page.getByText("Graded, up to 100 points.")).toBeVisible();
  await page.getByRole("link", { name: "Open Sample quiz" }).click();
  const inspector = page.frameLocator("iframe");
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await expect(inspector.getByText("Sam Student").first()).toBeVisible();
  await expect(inspector.getByRole("rowheader", { name: "content" })).toBeVisible();
});

test("a teacher who selects nothing is back in the LMS", async ({ portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await connect(portal, lms);

  await lms.openCourse("Tess Teacher");
  const picker = await lms.selectContent();
  await picker.getByRole("button", { name: "Select nothing" }).click();
  await expect(picker.getByRole("heading", { name: "Nothing was added" })).toBeVisible();
});
