import { expect } from "@playwright/test";
import { people } from "../portal";
import { answerWith } from "../problem";
import type { Chapter } from "./chapter";

/** Registering an organization, and where it stands. */
export const organization: Chapter = async ({ page, portal, visit }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await expect(portal.heading("Register your organization")).toBeVisible();
  await visit("register");
  await portal.confirmOrganization();
  await visit("registered");

  const account = await portal.answer<object>("me");
  const tenant = await portal.answer<object>("tenant");
  await answerWith(page, /\/me$/, { json: { ...account, tenantState: "pending" } });
  await answerWith(page, /\/tenant$/, { json: { ...tenant, state: "pending" } });
  await portal.open("/tenant");
  await expect(portal.heading("Your organization waits for approval")).toBeVisible();
  await visit("waiting");
};
