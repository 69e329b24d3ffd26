import { expect } from "@playwright/test";
import { fullPage, LONG_NAME } from "../full";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, during, hold } from "../problem";
import type { Chapter } from "./chapter";

interface Check {
  result: string;
  expected: string | null;
  seen: string | null;
}

/** A value as long as LMSs have them, with nowhere to break it. */
const LONG = `https://lernplattform.ingenieurwissenschaften.hochschule.contoso.example/${"weiterbildung".repeat(20)}`;

/** The pages about launches. */
export const launches: Chapter = async ({ page, portal, lms, servers, visit }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.open("/launches");
  await expect(page.getByRole("heading", { name: "No launches yet" })).toBeVisible();
  await visit("none-yet");

  await launchToken(servers.gateway, servers.lms);
  await portal.openList();
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status("is no longer approved")).toBeAttached();
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();

  await portal.open("/launches");
  const views = page.getByRole("link", { name: "View launch" });
  await expect(views).toHaveCount(2);
  await visit("both-outcomes");
  await page.getByText("Show the numbers as a table").click();
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("A reference has three groups")).toBeVisible();
  await visit("table-and-fault");
  const many = fullPage(await portal.answer("registrations"));
  await during(answerWith(page, /registrations$/, { json: many }), async () => {
    await page.getByRole("combobox", { name: "Registration" }).click();
    await expect(page.getByRole("option", { name: LONG_NAME }).first()).toBeVisible();
    await visit("registrations-to-choose");
    await page.keyboard.press("Escape");
  });
  await portal.open("/launches?outcome=refused&days=7");
  await expect(views).toHaveCount(1);
  await visit("narrowed");

  const shown = async (outcome: string, title: string) => {
    await portal.open(`/launches?outcome=${outcome}`);
    await views.click();
    await expect(portal.heading(title)).toBeVisible();
  };
  await shown("accepted", "The launch went through");
  await visit("accepted");
  await shown("refused", "Registration details not found");
  await visit("refused-for-its-deployment");
  const release = await hold(page, /launches\/[^/]+$/);
  await page.reload();
  await expect(page.getByRole("main")).toContainText("Loading the launch");
  await visit("loading", { untitled: true });
  await release();
  const long = (launch: { checks: Check[] }) => ({ ...launch, checks: launch.checks.map((check) => (check.result === "failed" ? { ...check, expected: LONG, seen: LONG } : check)) });
  await during(changeAnswer(page, /launches\/[^/]+$/, long), async () => {
    await page.reload();
    await expect(page.getByRole("main")).toContainText("weiterbildungweiterbildung");
    await visit("refused-for-long-values");
  });
  await portal.open("/launches/5TFA-R7YN-2K8Q");
  await expect(portal.heading("No launch has this reference")).toBeVisible();
  await visit("not-found");
  await portal.openList();
  await portal.deleteRegistration("Practice LMS");
  await shown("refused", "Registration details not found");
  await visit("refused-of-deleted-registration");
};
