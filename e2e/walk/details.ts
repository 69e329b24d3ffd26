import { expect } from "@playwright/test";
import { checked, inTrouble, set, withWaiting } from "../full";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, during, FAILURE, hold, problem } from "../problem";
import type { Chapter } from "./chapter";

const ONE = /registrations\/[^/]+$/;
const CHECK = /registrations\/[^/]+\/check$/;

/** The panel with everything about one registration. */
export const details: Chapter = async ({ page, portal, servers, visit }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const panel = page.getByRole("dialog");
  const alert = panel.getByRole("alert");
  await expect(panel.getByRole("img", { name: /^Launches a day/ })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Copy Tool URL" })).toBeVisible();
  await visit("shown");

  const release = await hold(page, ONE);
  await page.reload();
  await expect(panel).toContainText("Loading the registration");
  await visit("loading");
  await release();
  const gone = problem(404, "registration.not_found", "There is no such registration.");
  await during(answerWith(page, ONE, gone), async () => {
    await page.reload();
    await expect(panel).toContainText("It was deleted, or it belongs to another organization.");
    await visit("not-found");
  });

  const many = Array.from({ length: 12 }, (_, place) => ({ deploymentId: `${place + 1}:${"8865aa05b4b79b64a91a86042e43af5ea8ae79eb".slice(place)}`, state: "accepted", firstSeenAt: "2026-11-23T08:00:00Z" }));
  const states: [name: string, change: () => Promise<() => Promise<void>>, shows: string][] = [
    ["failing-with-a-long-name", () => changeAnswer(page, ONE, inTrouble), "the connection was refused"],
    ["waiting-deployments", () => changeAnswer(page, /deployments$/, withWaiting), "Rejected deployments"],
    ["many-deployments", () => answerWith(page, /deployments$/, { json: { value: many } }), "12:"],
    ["app-withdrawn", () => changeAnswer(page, ONE, set({ appWithdrawn: true })), "App withdrawn"],
    ["shared-client-id", () => changeAnswer(page, ONE, set({ clientIdShared: true })), "Refused until they are entered here"],
    ["no-launches", () => answerWith(page, /launches(\/daily)?$/, { json: { value: [] } }), "Nobody has opened the app"],
  ];
  for (const [name, change, shows] of states) {
    await during(change(), async () => {
      await page.reload();
      await expect(panel).toContainText(shows);
      await expect(panel.getByRole("button", { name: "Copy Tool URL" })).toBeVisible();
      await visit(name);
    });
  }

  await page.reload();
  const check = panel.getByRole("button", { name: "Check now" });
  const found = { errors: checked("error", "warning", "info"), warnings: checked("warning"), infos: checked("info") };
  for (const [name, answer] of Object.entries(found)) {
    await during(answerWith(page, CHECK, answer, "POST"), async () => {
      await check.click();
      await expect(panel.getByRole("region", { name: "Health" }).getByRole("listitem")).toHaveCount(answer.json.findings.length);
      await visit(`checked-${name}`);
    });
  }
  await during(answerWith(page, CHECK, FAILURE, "POST"), async () => {
    await check.click();
    await expect(alert).toContainText("Something went wrong");
    await visit("check-failed");
  });
  await page.reload();
  const taken = problem(409, "registration.taken", "The deployment 17 of this issuer and client ID is registered elsewhere.");
  await page.route(/\/deployments/, (route) => (route.request().method() === "GET" ? route.fallback() : route.fulfill(taken)));
  await panel.getByRole("textbox", { name: "Enter a deployment ID" }).fill("17");
  await panel.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(alert).toContainText("is registered elsewhere");
  await visit("decision-refused");
};
