import { expect } from "@playwright/test";
import { people } from "../portal";
import type { Chapter } from "./chapter";

const NAME = "Practice LMS";

/** Adding a registration. */
export const wizard: Chapter = async ({ page, portal, lms, visit }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await visit("lms-tool-settings", { untitled: true });

  await portal.openList();
  await portal.startRegistration();
  await visit("1-app");
  await portal.next();
  await visit("1-app-faults");
  await portal.chooseApp("Launch inspector");
  await visit("2-name-and-lms");
  await portal.nameAndChooseLms(NAME, "Canvas");
  await expect(page.getByRole("button", { name: "Copy JSON" })).toBeVisible();
  await visit("3-gateway-keys-canvas");
  await page.getByRole("link", { name: "Back" }).click();
  await portal.nameAndChooseLms(NAME, "Moodle");
  await expect(page.getByRole("textbox", { name: "Tool URL" })).toBeVisible();
  await visit("3-gateway-keys");
  await portal.next();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await visit("4-lms-keys");
  await page.getByRole("button", { name: "Check the keys" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await visit("4-lms-keys-faults");

  await portal.enterLmsKeys({ ...keys, keysetUrl: `${lms.address}/no-keyset` });
  await portal.checkKeys();
  await expect(page.getByText("Launches won’t work")).toBeVisible();
  await visit("5-check-errors");
  await page.goBack();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await portal.enterLmsKeys(keys);
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();
  await visit("5-check");
  await portal.save();
  await expect(page.getByRole("heading", { name: "What’s next" })).toBeVisible();
  await visit("done");
};
