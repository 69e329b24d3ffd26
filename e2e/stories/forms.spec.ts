// Forms keep the typed values, and name their errors.
import type { Page } from "@playwright/test";
import { launchToken, register } from "../launch";
import { people, type Portal } from "../portal";
import { answerWith, changeAnswer, hold, problem } from "../problem";
import { expect, test } from "../world";

const CONTOSO = "c0ffee00-0000-4000-8000-000000000001";

/** Asks the API as the signed-in person. */
async function ask<Answer>(portal: Portal, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${await portal.token()}`, "content-type": "application/json" };
  const answer = await fetch(`${portal.address}/api/v1/${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  expect(answer.ok, path).toBe(true);
  return (await answer.json()) as Answer;
}

/** The reference of the launch before this one. */
async function lastReference(portal: Portal): Promise<string> {
  return (await ask<{ value: { reference: string }[] }>(portal, "launches")).value[0]!.reference;
}

/** Sends a report, and answers with where it is shown. */
async function report(portal: Portal, more: object = {}): Promise<string> {
  const body = { category: "other", summary: "Nobody gets in", description: "Since Monday.", ...more };
  return `/reports/${(await ask<{ id: string }>(portal, "problem-reports", body)).id}`;
}

/** From now on the session has ended; the identity provider still knows who it is, where only one person signed in. */
async function endSession(page: Page): Promise<void> {
  await page.evaluate(() => {
    const key = "lms-gateway.session";
    const session = JSON.parse(sessionStorage.getItem(key)!) as object;
    sessionStorage.setItem(key, JSON.stringify({ ...session, issued_at: 0, expires_at: 0 }));
  });
  const ended = { error: "invalid_grant", error_description: "AADSTS700084: The refresh token has ended." };
  await page.route(/\/oauth2\/v2\.0\/token$/, (route) => route.fulfill({ status: 400, json: ended }), { times: 1 });
}

test("an answer to a report stays until it is sent, and an empty one is refused at its field", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  const [path, other] = [await report(portal), await report(portal, { summary: "Another one" })];
  await portal.switchTo(people.support);
  await portal.open(path);
  const answer = page.getByLabel("Your answer");
  const send = page.getByRole("button", { name: "Send answer" });

  await answer.fill(" \n");
  await send.click();
  await expect(answer).toBeFocused();
  await expect(answer).toHaveAccessibleDescription(/Enter a value/);

  const text = "The accounts had no role.\nThey have one now.";
  await answer.fill(text);
  await expect(answer).toHaveAttribute("aria-invalid", "false");
  await page.getByRole("button", { name: "Resolved" }).click();
  await expect(portal.status("The status is now: Resolved.")).toBeVisible();
  await expect(answer, "the status was changed").toHaveValue(text);
  await portal.open(other);
  await expect(portal.heading("Another one")).toBeVisible();
  await expect(answer, "each report has its own").toHaveValue("");
  await portal.open(path);
  await expect(answer, "another report was looked at").toHaveValue(text);
  await endSession(page);
  await send.click();
  await portal.choosePerson(people.support);
  await expect(portal.heading("Nobody gets in")).toBeVisible();
  await expect(answer, "the session had ended").toHaveValue(text);
  await send.click();
  await expect(portal.status("Your answer was sent.")).toBeVisible();
  await expect(page.getByRole("list").getByText("They have one now.")).toBeVisible();
  await expect(answer).toHaveValue("");
  await page.reload();
  await expect(portal.heading("Nobody gets in")).toBeVisible();
  await expect(answer).toHaveValue("");

  await answer.fill("a".repeat(5_001));
  await send.click();
  await expect(answer).toBeFocused();
  await expect(answer).toHaveAccessibleDescription(/At most 5000 characters/);

  // Answered when nobody is there any more.
  const release = await hold(page, /\/comments$/);
  await answer.fill("Anything else?");
  await send.click();
  await page.getByRole("link", { name: "Problem reports" }).first().click();
  await expect(portal.heading("Problem reports")).toBeVisible();
  const answered = page.waitForResponse(/\/comments$/);
  await release();
  await answered;
  await portal.open(path);
  await expect(page.getByText("Anything else?")).toBeVisible();
});

test("a launch that is named in a report goes along in words, unless that is unticked", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  const reference = await lastReference(portal);
  await portal.open("/reports/new");
  const field = page.getByLabel("Launch reference");
  const consent = page.getByRole("checkbox", { name: "Send the diagnostics of this launch" });
  const shown = page.getByRole("region", { name: "What will be sent" });
  await expect(consent).not.toBeChecked();

  const mend = await answerWith(page, /\/diagnostics\//, problem(500, "internal", "Something went wrong."));
  await field.fill(reference);
  await expect(field).toHaveAccessibleDescription(/Something went wrong/);
  await expect(consent).not.toBeChecked();
  await mend();
  await field.fill("0000-0000-0000");
  await expect(field).toHaveAccessibleDescription(/no launch with this reference/);
  await expect(consent).not.toBeChecked();

  await field.fill(reference);
  await expect(field).toHaveAccessibleDescription(/Found. Its details are listed under/);
  await expect(consent).toBeChecked();
  for (const text of [reference, "Launch inspector", "Moodle", "Resource link"]) await expect(shown).toContainText(text);
  await consent.uncheck();
  await expect(field).toHaveAccessibleDescription("Found. Tick “Send the diagnostics of this launch” to send its details along.");
  await expect(shown).toContainText("No details of a launch.");
  await page.reload();
  await expect(field).toHaveAccessibleDescription(/Found\. Tick/);
  await expect(consent, "as it was left").not.toBeChecked();
  await consent.check();

  await page.getByLabel("What is it about?").selectOption("launch");
  await page.getByLabel("Summary").fill("It opens, but it is empty");
  await page.getByLabel("What happened, and what did you expect?").fill("Nothing is shown.");
  await page.getByRole("button", { name: "Send report" }).click();
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expect(page.getByRole("region", { name: "Diagnostics" })).toContainText("Launch inspector");

  // A person who may read a launch finds it from the report.
  await page.getByRole("link", { name: reference }).click();
  await expect(portal.heading("The launch went through")).toBeVisible();
});

test("support staff who administer their own organization get no link to another’s launch", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  const reference = await lastReference(portal);
  const path = await report(portal, { launchReference: reference });
  await portal.switchTo(people.support);
  await changeAnswer<object>(page, /\/me$/, (account) => ({ ...account, tenantState: "registered", roles: ["admin", "support"] }));
  await portal.open(path);
  await expect(page.getByText(reference, { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: reference })).toHaveCount(0);
});

test("what is too long is told, not cut, and a fault that was mended goes", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  await portal.open("/reports/new");
  await expect(page.getByLabel("Answer to")).toHaveAttribute("autocomplete", "email");
  const summary = page.getByLabel("Summary");
  const description = page.getByLabel("What happened, and what did you expect?");
  await summary.fill("s".repeat(161));
  await description.fill("d".repeat(5_001));
  await page.getByRole("button", { name: "Send report" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toBeFocused();
  for (const [field, max] of [[summary, 160], [description, 5_000]] as const) {
    await expect(field).toHaveValue(new RegExp(`^.{${max + 1}}$`));
    await expect(field).toHaveAccessibleDescription(new RegExp(`At most ${max} characters`));
  }
  await summary.fill("Nobody gets in");
  await expect(summary).toBeFocused();
  await expect(summary).toHaveAttribute("aria-invalid", "false");
  await expect(description, "not mended yet").toHaveAttribute("aria-invalid", "true");

  await portal.open("/registrations");
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  const name = page.getByLabel("Registration name");
  await expect(name).toHaveAttribute("autocomplete", "off");
  await name.fill("n".repeat(201));
  await portal.next();
  await expect(name).toHaveValue("n".repeat(201));
  await expect(name).toHaveAccessibleDescription(/Enter at most 200 characters/);
});

test("what was entered of an organization survives the way to its consent and an ended session", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  const name = page.getByLabel("Organization name");
  const allowed = page.getByRole("checkbox", { name: "I’m allowed to register Contoso University" });
  await expect(name).toHaveAttribute("autocomplete", "organization");
  await name.fill("Contoso University");
  await allowed.check();
  const expectKept = async (after: string) => {
    await expect(name, after).toHaveValue("Contoso University");
    await expect(allowed, after).toBeChecked();
  };

  await page.getByRole("button", { name: "Give consent for the organization" }).click();
  await page.getByRole("button", { name: "Accept for Contoso University" }).click();
  await expect(portal.status("Consent is given.")).toBeVisible();
  await expectKept("consent was given");
  await endSession(page);
  const back = page.waitForURL(/\/auth\/callback/);
  await page.getByRole("button", { name: "Register Contoso University" }).click();
  await back;
  await expect(portal.heading("Register your organization")).toBeVisible();
  await expectKept("the session had ended");
  await page.getByRole("button", { name: "Register Contoso University" }).click();
  await expect(portal.status("Contoso University is registered")).toBeVisible();
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual(["lms-gateway.session"]);
});

test("an organization that waits was asked for on that day, and isn’t registered yet", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await changeAnswer<object>(page, /\/me$/, (account) => ({ ...account, tenantState: "pending" }));
  const tenant = { id: CONTOSO, displayName: "Contoso University", state: "pending", registeredAt: "2026-11-26T09:00:00Z" };
  await answerWith(page, /\/tenant$/, { json: tenant });
  await portal.open("/tenant");
  await expect(page.getByRole("main")).toContainText("Requested on");
  await expect(page.getByRole("main")).not.toContainText("Registered on");
});
