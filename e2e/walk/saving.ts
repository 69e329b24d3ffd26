import { expect } from "@playwright/test";
import { checked } from "../full";
import { MOODLE } from "../lms";
import { people } from "../portal";
import { answerWith, during, FAILURE, hold, NOTHING_WRONG, problem } from "../problem";
import type { Chapter } from "./chapter";

const CHECK = /registrations\/check$/;
const CREATED = /registrations$/;
const ONE = /registrations\/[^/]+$/;

/** The last step of the wizard, what comes after it, and a registration that takes another one's place. */
export const saving: Chapter = async ({ page, portal, visit }) => {
  const alert = page.getByRole("alert");
  const timeline = page.getByRole("main").locator(".timeline > li");
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  await portal.next();
  await portal.enterLmsKeys(MOODLE);

  const release = await hold(page, CHECK);
  await portal.checkKeys();
  await visit("checking");
  await page.unrouteAll();
  await during(answerWith(page, CHECK, FAILURE, "POST"), async () => {
    await page.reload();
    await expect(alert).toContainText("Something went wrong");
    await visit("check-failed");
  });
  await release();
  await answerWith(page, CHECK, NOTHING_WRONG, "POST");
  await alert.getByRole("button", { name: "Try again" }).click();
  const findings = { errors: checked("error", "warning", "info"), warnings: checked("warning", "warning"), infos: checked("info", "info"), nothing: checked() };
  for (const [name, answer] of Object.entries(findings)) {
    await during(answerWith(page, CHECK, answer, "POST"), async () => {
      await page.getByRole("button", { name: "Check again" }).click();
      await expect(timeline).toHaveCount(Math.max(1, answer.json.findings.length + (name === "infos" ? 1 : 0)));
      await visit(`checked-${name}`);
    });
  }

  const save = page.getByRole("button", { name: "Save registration" });
  const saved = (answer: Parameters<typeof answerWith>[2]) => answerWith(page, CREATED, answer, "POST");
  await during(saved(FAILURE), async () => {
    await save.click();
    await expect(alert).toContainText("Something went wrong");
    await visit("failed");
  });
  await during(saved(problem(401, "token.invalid", "The token isn't valid.")), async () => {
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toContainText("Authentication failed");
    await visit("not-signed-in");
  });
  await during(saved(problem(422, "registration.replaces_not_found", "The registration to replace isn't there (any more).")), async () => {
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toContainText("isn't there (any more)");
    await visit("refused-as-a-whole");
  });
  const fault = { detail: "The keyset URL must not hold a user name.", pointer: "/keysetUrl" };
  await during(saved(problem(422, "registration.invalid", "One value needs a change.", [fault])), async () => {
    await save.click();
    await expect(portal.heading(/Enter the keys/)).toBeVisible();
    await visit("refused-for-a-value");
  });
  await portal.checkKeys();
  const deployment = page.getByRole("textbox", { name: "Deployment ID" });
  const taken = { detail: "Your organization has a registration with this issuer, client ID and deployment 1 already: “Main campus”.", pointer: "/deploymentIds/0" };
  await during(saved(problem(409, "registration.duplicate", taken.detail, [taken])), async () => {
    await save.click();
    await expect(deployment).toHaveAccessibleDescription(/already/);
    await visit("taken");
  });

  await deployment.fill("");
  await portal.checkKeys();
  await portal.save();
  await expect(page.getByRole("heading", { name: "Approve the deployment" })).toBeVisible();
  await visit("saved-without-deployment");
  const path = new URL(page.url()).pathname;
  const id = path.split("/")[2];
  await page.reload();
  const states = [
    ["saved", { deploymentIds: ["1"] }, "Open it once from a course"],
    ["saved-with-shared-client-id", { clientIdShared: true }, "Enter the deployment ID"],
  ] as const;
  for (const [name, change, next] of states) {
    const registration = await portal.answer<object>(`registrations/${id}`);
    await during(answerWith(page, ONE, { json: { ...registration, ...change } }), async () => {
      await portal.open(path);
      await expect(page.getByRole("main").getByRole("listitem").first()).toContainText(next);
      await visit(name);
    });
  }

  await portal.open(`/registrations/new?replaces=${id}`);
  await expect(page.getByText("“Contoso Moodle” stays in use until you save.")).toBeVisible();
  await visit("replacing-begun");
  await portal.next();
  await portal.next();
  await portal.next();
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();
  await visit("replacing-checked");
  await during(answerWith(page, ONE, problem(404, "registration.not_found", "There is no such registration.")), async () => {
    for (const [name, address] of [["saved-is-gone", path], ["replaced-is-gone", `/registrations/new?replaces=${id}`]] as const) {
      await portal.open(address);
      await expect(portal.heading("This page doesn’t exist")).toBeVisible();
      await visit(name);
    }
  });
};
