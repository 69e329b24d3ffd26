import { expect } from "@playwright/test";
import { launchToken } from "../launch";
import { people } from "../portal";
import type { Chapter } from "./chapter";

/** What the portal tells of launches, and the audit trail. */
export const launches: Chapter = async ({ page, portal, lms, servers, visit }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await portal.deleteRegistration("Practice LMS");
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();

  await portal.open("/launches");
  await expect(page.getByRole("link", { name: "View launch" })).toHaveCount(1);
  await visit("list");
  await page.getByRole("link", { name: "View launch" }).first().click();
  await expect(page.getByRole("heading", { name: "What the gateway checked" })).toBeVisible();
  await visit("refused");
  await page.goBack();
  await page.getByText("Show the numbers as a table").click();
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("A reference has three groups")).toBeVisible();
  await visit("table-and-fault");
  await portal.open("/launches/5TFA-R7YN-2K8Q");
  await expect(portal.heading("No launch has this reference")).toBeVisible();
  await visit("not-found");
  await portal.open("/audit");
  await expect(page.getByRole("rowheader", { name: "Registration deleted" })).toBeVisible();
  await visit("audit");
};
