import { expect } from "@playwright/test";
import { people } from "../portal";
import { answerWith, during, FAILURE, hold } from "../problem";
import type { Chapter } from "./chapter";

/** Adding a registration, up to the keys. */
export const wizard: Chapter = async ({ page, portal, visit }) => {
  const alert = page.getByRole("alert");
  await portal.signIn(people.admin);
  await portal.registerOrganization();

  await portal.open("/registrations/new");
  await expect(portal.heading(/Which app/)).toBeVisible();
  await visit("1-app");
  await portal.next();
  await expect(alert).toContainText("Choose an app");
  await visit("1-app-faults");
  await portal.chooseApp("Launch inspector");
  await visit("2-name-and-lms");
  await portal.next();
  await expect(alert).toContainText("Choose a platform");
  await visit("2-name-and-lms-faults");

  const back = async () => {
    await page.getByRole("link", { name: "Back" }).click();
  };
  /** From the second step to the fourth. */
  const chooseLms = async (lms: string) => {
    await portal.nameAndChooseLms("Contoso", lms);
    await portal.next();
    await expect(portal.heading(/Enter the keys/)).toBeVisible();
  };
  await portal.nameAndChooseLms("Contoso", "Canvas");
  await expect(page.getByRole("button", { name: "Copy JSON" })).toBeVisible();
  await visit("3-gateway-keys-canvas");
  await page.getByText("Enter the values one by one instead").click();
  await page.getByText("If Canvas is behind a firewall").click();
  await visit("3-gateway-keys-canvas-all-open");
  await back();
  const release = await hold(page, /tool-configuration$/);
  await portal.nameAndChooseLms("Contoso", "Moodle");
  await visit("3-gateway-keys-loading");
  await release();
  await expect(page.getByRole("textbox", { name: "Tool URL" })).toBeVisible();
  await visit("3-gateway-keys");
  await back();
  await during(answerWith(page, /tool-configuration$/, FAILURE), async () => {
    await portal.nameAndChooseLms("Contoso", "Sakai");
    await expect(alert).toContainText("Something went wrong");
    await visit("3-gateway-keys-failed");
  });

  for (const lms of ["Other", "Schoology Learning", "Blackboard", "Canvas (self-hosted)", "Moodle"]) {
    await portal.open("/registrations/new?step=name");
    await chooseLms(lms);
    await visit(`4-lms-keys-${lms.toLowerCase().replace(/\W+/g, "-").replace(/-$/, "")}`);
  }
  await page.getByRole("button", { name: "Check the keys" }).click();
  await expect(alert.first()).toBeVisible();
  await visit("4-lms-keys-faults");
  await page.getByRole("textbox", { name: "Issuer" }).fill("https://moodle.contoso.example/");
  await expect(page.getByRole("button", { name: "Remove the slash" })).toBeVisible();
  await page.getByRole("button", { name: "Add another deployment ID" }).click();
  await page.getByText("More settings").click();
  await visit("4-lms-keys-slash-and-settings");
  await page.reload();
  await expect(page.getByText("You’re back where you left off.")).toBeVisible();
  await visit("4-lms-keys-resumed");
};
