import { expect } from "@playwright/test";
import { people } from "../portal";
import { answerWith, during, FAILURE } from "../problem";
import type { Chapter } from "./chapter";

/** Registering an organization, and where it stands. */
export const organization: Chapter = async ({ page, portal, visit }) => {
  await portal.signIn(people.governmentAdmin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await page.getByLabel("Organization name").fill("Woodgrove");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Register Woodgrove" }).click();
  await expect(page.getByRole("alert")).toContainText("only available to public cloud tenants");
  await visit("government-cloud");

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.admin);
  await expect(portal.heading(/have permission/)).toBeVisible();
  await portal.open("/tenant");
  await expect(portal.heading("Register your organization")).toBeVisible();
  await visit("register");
  await page.getByRole("button", { name: "Register this organization" }).click();
  await expect(page.getByRole("alert")).toContainText("2 values need a change");
  await visit("register-faults");

  const give = page.getByRole("button", { name: "Give consent for the organization" });
  await give.click();
  await expect(page.getByRole("button", { name: "Accept for Contoso University" })).toBeVisible();
  await visit("consent-asked", { untitled: true });
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("main")).toContainText("Consent was not given.");
  await visit("consent-declined");
  await portal.open("/tenant?admin_consent=True&state=forged");
  await expect(page.getByRole("main")).toContainText("That answer wasn’t for your organization.");
  await visit("consent-of-others");
  await give.click();
  await page.getByRole("button", { name: "Accept for Contoso University" }).click();
  await expect(page.getByRole("main")).toContainText("Consent is given.");
  await visit("consent-given");

  await during(answerWith(page, /\/tenant$/, FAILURE, "POST"), async () => {
    await page.getByLabel("Organization name").fill("Contoso University");
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Register Contoso University" }).click();
    await expect(page.getByRole("alert")).toContainText("Something went wrong");
    await visit("register-failed");
  });
  await page.getByRole("button", { name: "Register Contoso University" }).click();
  await expect(portal.status("Contoso University is registered")).toBeVisible();
  await visit("registered");

  const account = await portal.answer<object>("me");
  const tenant = await portal.answer<object>("tenant");
  await answerWith(page, /\/me$/, { json: { ...account, tenantState: "pending" } });
  await answerWith(page, /\/tenant$/, { json: { ...tenant, state: "pending" } });
  await portal.open("/registrations");
  await expect(portal.heading("Your organization is pending approval")).toBeVisible();
  await visit("waiting");
};
