// *Delete and add again*: a registration can't be edited, but nobody has to type it anew.
import { people } from "../portal";
import { expect, test } from "../world";

test("a registration is deleted and added again in one step, with nothing to type but what changes", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practise LMS", keys);
  await page.getByRole("link", { name: "View registration" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Delete and add again" }).click();

  await expect(page.getByText("“Practise LMS” stays in use until you save.")).toBeVisible();
  await expect(portal.heading("Which app do you want to add?")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Launch inspector" })).toBeChecked();
  await portal.next();
  const name = page.getByLabel("Registration name");
  await expect(name).toHaveValue("Practise LMS");
  await expect(page.getByRole("radio", { name: "Moodle", exact: true })).toBeChecked();
  await name.fill("Practice LMS");
  await portal.next();
  await expect(portal.heading(/Copy the gateway keys/)).toBeVisible();
  await portal.next();
  const field = (label: string) => page.getByRole("textbox", { name: label });
  for (const [label, value] of [
    ["Issuer", keys.issuer],
    ["Client ID", keys.clientId],
    ["Keyset URL", keys.keysetUrl],
    ["Authentication URL", keys.authenticationUrl],
    ["Access token URL", keys.accessTokenUrl],
    ["Deployment ID", keys.deploymentId],
  ] as const) {
    await expect(field(label), label).toHaveValue(value);
  }
  await portal.checkKeys();
  await expect(page.getByText("The keys work"), "the old one is not in the way").toBeVisible();
  await portal.save();

  await portal.openList();
  await expect(page.getByRole("rowheader")).toHaveText([/^Practice LMS/]);
  await lms.openCourse("Tess Teacher");
  await expect((await lms.launchInFrame()).getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await portal.open("/audit");
  await expect(page.getByRole("row", { name: /Registration deleted/ })).toContainText("Practise LMS");
  await expect(page.getByRole("row", { name: /Registration deleted/ })).toContainText("Deleted registration");
  await expect(page.getByRole("row", { name: /Registration added/ })).toHaveCount(2);
});

test("leaving the wizard leaves the old registration as it is", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practice LMS", keys);
  await page.getByRole("link", { name: "View registration" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Delete and add again" }).click();
  await expect(portal.heading("Which app do you want to add?")).toBeVisible();
  await portal.openList();
  await expect(page.getByRole("rowheader")).toHaveText([/^Practice LMS/]);
});
