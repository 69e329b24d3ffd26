// Failures of the gateway: the place says so, nothing that was typed is lost, and it can be tried again. Requests without an answer:
// walk/failing.ts.
import type { Page } from "@playwright/test";
import { register } from "../launch";
import { people } from "../portal";
import { answerWith, expectFailure, FAILURE, NOTHING_WRONG, problem } from "../problem";
import { expect, test } from "../world";

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

  // Faults of two steps: all are shown at the earlier one, and the later ones again when that step is come to.
  const name = { detail: "The name must not hold this.", pointer: "/name" };
  const keyset = { detail: "The keyset URL must not hold a user name.", pointer: "/keysetUrl" };
  mend = await answerWith(page, /registrations$/, problem(422, "registration.invalid", "2 values need a change.", [keyset, name]), "POST");
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(portal.heading("Name it and choose your LMS")).toBeVisible();
  await expect(alert.getByRole("link")).toHaveText(["Registration name: The name must not hold this.", "Public keyset URL: The keyset URL must not hold a user name."]);
  await expect(page.getByLabel("Registration name")).toHaveValue("Contoso Moodle");
  await page.getByLabel("Registration name").fill("Contoso");
  await mend();
  await portal.next();
  await expect(alert, "that step is in order").toHaveCount(0);
  await portal.next();
  await expect(alert.getByRole("link")).toHaveText(["Public keyset URL: The keyset URL must not hold a user name."]);
  const field = page.getByRole("textbox", { name: "Keyset URL" });
  await expect(field).toHaveAccessibleDescription(/must not hold a user name/);
  await alert.getByRole("link").click();
  await expect(field).toBeFocused();
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

test("what is decided, checked or registered in vain keeps what was typed", async ({ page, portal, servers }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  let mend = await answerWith(page, /\/tenant$/, FAILURE, "POST");
  const name = page.getByLabel("Organization name");
  await name.fill("Contoso University");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Register Contoso University" }).click();
  await expect(page.getByRole("alert")).toContainText("Something went wrong");
  await expect(name).toHaveValue("Contoso University");
  await expect(page.getByRole("checkbox")).toBeChecked();
  await mend();
  await page.getByRole("button", { name: "Register Contoso University" }).click();
  await expect(portal.status("Contoso University is registered")).toBeVisible();

  await register(servers.gateway, servers.lms);
  await portal.openList();
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  const alert = details.getByRole("alert");
  mend = await answerWith(page, /\/check$/, FAILURE, "POST");
  await details.getByRole("button", { name: "Check now" }).click();
  await expectFailure(page, "a check in vain");
  await mend();
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(details.getByText("Checked just now")).toBeVisible();

  const taken = problem(409, "registration.taken", "The deployment 17 of this issuer and client ID is registered elsewhere.");
  const field = details.getByRole("textbox", { name: "Enter a deployment ID" });
  const accept = details.getByRole("button", { name: "Approve", exact: true });
  await page.route(/\/deployments/, (route) => (route.request().method() === "GET" ? route.fallback() : route.fulfill(taken)));
  await field.fill("17");
  await accept.click();
  await expect(alert).toContainText("is registered elsewhere");
  await expect(field).toHaveValue("17");
  await details.getByRole("button", { name: "Remove deployment 1" }).click();
  await expect(details.getByRole("button", { name: "Remove deployment 1" }), "it is still accepted").toBeVisible();
  await page.unrouteAll({ behavior: "wait" });
  await accept.click();
  await expect(details.getByRole("button", { name: "Remove deployment 17" })).toBeVisible();
  await expect(alert).toHaveCount(0);
});
