// Whatever the gateway fails at: the place says so, nothing that was typed is lost, and it can be tried again.
import type { Locator, Page } from "@playwright/test";
import { register } from "../launch";
import { faults } from "../look";
import { people } from "../portal";
import { answerWith, problem } from "../problem";
import { expect, test } from "../world";

const FAILURE = problem(500, "internal", "The gateway had a problem.");
const NOTHING_WRONG = { json: { findings: [], passed: true } };

/** The page says what is wrong, with the number for support, and keeps to what all pages keep to. */
async function expectFailure(page: Page, name: string): Promise<Locator> {
  const alert = page.getByRole("alert");
  await expect(alert, name).toContainText("Something went wrong. Try again later.");
  await expect(alert, `${name}: for support`).toContainText("5f0c6d0e");
  expect.soft(await faults(page), name).toEqual([]);
  return alert.getByRole("button", { name: "Try again" });
}

/** Enters what Moodle doesn't fill in by itself. */
async function fillIn(page: Page): Promise<void> {
  const field = (name: string) => page.getByRole("textbox", { name });
  await field("Issuer").fill("https://moodle.contoso.example");
  await field("Client ID").fill("0aEVzPOYmhw5mJi");
  await field("Deployment ID").fill("1");
  await expect(field("Keyset URL")).toHaveValue("https://moodle.contoso.example/mod/lti/certs.php");
}

test("the wizard goes on after every failure with everything in it", async ({ page, portal, context }) => {
  test.slow();
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  let mend = await answerWith(page, /tool-configuration$/, FAILURE);
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  const again = await expectFailure(page, "the gateway keys");
  await mend();
  await again.click();
  await expect(page.getByRole("textbox", { name: "Tool URL" })).toBeVisible();
  await portal.next();
  await fillIn(page);

  mend = await answerWith(page, /registrations\/check$/, FAILURE, "POST");
  await portal.checkKeys();
  const checkAgain = await expectFailure(page, "the check");
  await mend();
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  await checkAgain.click();
  await expect(page.getByText("The keys work")).toBeVisible();

  const save = page.getByRole("button", { name: "Save registration" });
  const alert = page.getByRole("alert");
  mend = await answerWith(page, /registrations$/, FAILURE, "POST");
  await save.click();
  await expectFailure(page, "saving");
  await expect(page.getByRole("region", { name: "LMS keys" })).toContainText("0aEVzPOYmhw5mJi");
  await mend();
  await context.setOffline(true);
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(alert).toContainText("The gateway can’t be reached");
  await expect(alert).toContainText("Nothing that you entered is lost");
  await context.setOffline(false);
  mend = await answerWith(page, /registrations$/, problem(401, "token.invalid", "The token isn't valid."), "POST");
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(alert).toContainText("Authentication failed. Try again");
  await mend();

  // Faults of two steps: each is led to, the earlier one first.
  const name = { detail: "The name must not hold this.", pointer: "/name" };
  const keyset = { detail: "The keyset URL must not hold a user name.", pointer: "/keysetUrl" };
  mend = await answerWith(page, /registrations$/, problem(422, "registration.invalid", "2 values need a change.", [keyset, name]), "POST");
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(portal.heading("Name it and choose your LMS")).toBeVisible();
  await expect(alert.getByRole("link")).toHaveText(["Registration name: The name must not hold this."]);
  await expect(page.getByLabel("Registration name")).toHaveValue("Contoso Moodle");
  await page.getByLabel("Registration name").fill("Contoso");
  await mend();
  mend = await answerWith(page, /registrations$/, problem(422, "registration.invalid", "1 value needs a change.", [keyset]), "POST");
  await portal.next();
  await portal.next();
  await portal.checkKeys();
  await save.click();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Keyset URL" })).toHaveAccessibleDescription(/must not hold a user name/);
  await mend();
  await portal.checkKeys();
  await portal.save();
  await portal.openList();
  await expect(page.getByRole("rowheader")).toHaveText([/^Contoso/]);
});

test("a registration that somebody else deleted meanwhile is added all the same", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Delete and add again" }).click();
  await portal.chooseApp("Launch inspector");
  await page.getByLabel("Registration name").fill("Practice LMS again");
  await portal.next();
  await portal.next();
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();

  const headers = { authorization: `Bearer ${await portal.token()}` };
  const listed = await page.request.get(`${portal.address}/api/v1/registrations`, { headers });
  const { id } = ((await listed.json()) as { value: { id: string }[] }).value[0]!;
  expect((await page.request.delete(`${portal.address}/api/v1/registrations/${id}`, { headers })).status()).toBe(204);

  await page.getByRole("button", { name: "Save registration" }).click();
  await expect(page.getByRole("alert")).toContainText("The registration to replace isn't there (any more).");
  await expect(page.getByText("stays in use until you save"), "it isn't there to stay").toHaveCount(0);
  await expect(page.getByRole("region", { name: "App and LMS" })).toContainText("Practice LMS again");
  await portal.save();
  await portal.openList();
  await expect(page.getByRole("rowheader")).toHaveText([/^Practice LMS again/]);
});
