import { expect, type Page } from "@playwright/test";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, during, FAILURE, problem } from "../problem";
import type { Chapter } from "./chapter";

const ONE = /problem-reports\/[0-9a-f-]{36}$/;

/** Problem reports: sending one, with and without signing in, and what support makes of it. */
export const reports: Chapter = async ({ page, portal, lms, servers, visit }) => {
  const alert = page.getByRole("alert");
  await portal.open("/report");
  await expect(portal.heading("Report a problem")).toBeVisible();
  await visit("without-reference", { untitled: true });

  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status("is no longer approved")).toBeAttached();
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  const openReport = async (): Promise<Page> => {
    const opened = page.waitForEvent("popup");
    await refusal.getByRole("link", { name: "Report a problem" }).click();
    return opened;
  };
  const short = await openReport();
  await short.getByText("What will be sent", { exact: true }).click();
  await expect(short.getByText("Chrome/").first()).toBeVisible();
  await visit("short", { page: short, untitled: true });
  const reference = new URL(short.url()).searchParams.get("reference")!;
  await short.locator("form").evaluate((form: HTMLFormElement) => {
    form.noValidate = true;
    form.requestSubmit();
  });
  await expect(short.getByRole("alert").first()).toBeVisible();
  await visit("short-faults", { page: short, untitled: true });
  await short.getByLabel("Summary").fill("The activity doesn’t open");
  await short.getByLabel(/^What happened/).fill("It says that the registration wasn’t found.");
  await short.getByRole("button", { name: "Send report" }).click();
  await expect(short.getByRole("heading", { level: 1 })).toHaveText("Your report was sent");
  await visit("short-sent", { page: short, untitled: true });
  await short.close();

  await portal.open("/reports/new");
  await expect(portal.heading("Report a problem")).toBeVisible();
  await visit("form");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(alert.first()).toContainText("3 values need a change");
  await visit("form-faults");
  await portal.open(`/reports/new?reference=${reference.slice(0, -4)}ZZZZ`);
  await expect(page.getByText("Your organization has no launch with this reference.")).toBeVisible();
  await visit("form-unknown-reference");
  await portal.open(`/reports/new?reference=${reference}`);
  await expect(page.getByText("Found. Its details are listed under")).toBeVisible();
  await page.getByText("What the gateway checked").click();
  await visit("form-of-launch");
  await page.getByLabel("Summary").fill("Class Meetings doesn’t open in the practice LMS");
  await page.getByLabel("What happened, and what did you expect?").fill("It says that the registration wasn’t found.\n\nIt opened on Friday.");
  await page.reload();
  await expect(page.getByLabel("Summary")).toHaveValue("Class Meetings doesn’t open in the practice LMS");
  await visit("form-draft-kept");
  await during(answerWith(page, /problem-reports$/, FAILURE, "POST"), async () => {
    await page.getByRole("button", { name: "Send report" }).click();
    await expect(alert.first()).toContainText("Something went wrong");
    await visit("form-failed");
  });
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(portal.heading("Your report was sent")).toBeVisible();
  await visit("sent");
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expect(portal.heading(/^Class Meetings/)).toBeVisible();
  const own = page.url();
  await visit("own");
  await page.getByRole("button", { name: "Send answer" }).click();
  await expect(page.getByLabel("Your answer")).toHaveAttribute("aria-invalid", "true");
  await visit("answer-fault");
  await during(answerWith(page, ONE, problem(404, "report.not_found", "There is no such report.")), async () => {
    await page.reload();
    await expect(portal.heading("This report doesn’t exist")).toBeVisible();
    await visit("not-found");
  });
  await portal.open("/reports");
  await expect(page.locator("tbody").getByRole("row")).toHaveCount(2);
  await visit("list-of-administrator");

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.support);
  await expect(portal.heading("Problem reports")).toBeVisible();
  await visit("list-of-support");
  await page.goto(own);
  await expect(portal.heading(/^Class Meetings/)).toBeVisible();
  await page.getByLabel("Your answer").fill("The deployment was removed on Monday.\nAccept it again in the registration’s details.");
  await page.getByRole("button", { name: "Send answer" }).click();
  await expect(portal.status("Your answer was sent.")).toBeVisible();
  await visit("answered");
  await page.getByRole("button", { name: "Resolved" }).click();
  await expect(portal.status("The status is now: Resolved.")).toBeVisible();
  await visit("resolved");
  await during(answerWith(page, /problem-reports\/[^/]+\/state$/, FAILURE, "PUT"), async () => {
    await page.getByRole("button", { name: "In progress" }).click();
    await expect(alert).toContainText("Something went wrong");
    await visit("state-failed");
  });
  const dead = { id: crypto.randomUUID(), event: "report.created", channel: "webhook", state: "dead", attempts: 80, lastError: "the answer had HTTP status 500", nextAttemptAt: null };
  await during(changeAnswer(page, ONE, (report: object) => ({ ...report, deliveries: [dead] })), async () => {
    await page.reload();
    await expect(page.getByRole("main")).toContainText("Part of this report never reached the support desk.");
    await visit("undelivered");
  });
};
