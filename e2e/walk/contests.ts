import { expect } from "@playwright/test";
import { LONG_NAME } from "../full";
import { MOODLE } from "../lms";
import { people } from "../portal";
import { answerWith, during, FAILURE, problem } from "../problem";
import type { Chapter } from "./chapter";

const CONTESTS = /contests$/;
const AT = "2026-11-23T08:00:00Z";
const ID = "0197c0de-0000-7000-8000-00000000000";

function contest(place: number, change: object): object {
  const { deploymentId, ...values } = MOODLE;
  const by = { id: "1", name: "Megan Bowen", kind: "user" };
  const common = { state: "open", createdAt: AT, createdBy: by, expiresAt: "2026-11-30T08:00:00Z", provenAt: null, registrationId: null };
  const registration = { ...values, deploymentIds: [deploymentId], appId: "launch-inspector", platform: "moodle", accessTokenAudience: null, allowAnonymous: false, acceptAnyDeployment: false };
  return { id: ID + place, name: "Contoso Moodle", ...common, ...registration, ...change };
}

/** LMSs that another organization registered: the offer in the wizard, the proof, the list, and the notice for the one that lost. */
export const contests: Chapter = async ({ page, portal, visit }) => {
  const alert = page.getByRole("alert");
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.open("/contests");
  await expect(page.getByRole("heading", { name: "No contests" })).toBeVisible();
  await visit("none");
  const all = [contest(1, {}), contest(2, { name: LONG_NAME, state: "proven", provenAt: AT, registrationId: ID + 9 }), contest(3, { state: "expired" })];
  await during(answerWith(page, CONTESTS, { json: { value: all } }), async () => {
    await portal.open("/contests");
    await expect(page.getByRole("row")).toHaveCount(4);
    await visit("list");
    await answerWith(page, /contests\/[^/]+$/, FAILURE, "DELETE");
    await page.getByRole("button", { name: /^Withdraw/ }).click();
    await expect(alert).toContainText("Something went wrong");
    await visit("not-withdrawn");
    await portal.openList();
    await expect(page.getByRole("link", { name: "1 open contest" })).toBeVisible();
    await visit("open");
  });

  const registration = { name: LONG_NAME, appId: "launch-inspector", platform: "moodle", deleted: true };
  const subject = { kind: "registration", id: ID + 1, registrationId: ID + 1, registration };
  const lost = { id: ID + 5, at: AT, by: { id: "gateway", name: "The LMS Gateway", kind: "app" }, action: "claim.lost", subject };
  await during(answerWith(page, /audit-events$/, { json: { value: [lost] } }), async () => {
    await portal.openList();
    await expect(page.getByText("Your organization lost an LMS.")).toBeVisible();
    await visit("lost");
  });

  await portal.openList();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  await portal.next();
  await portal.enterLmsKeys(MOODLE);
  const taken = { code: "registration.taken", severity: "error", field: "clientId", seen: "This issuer and client ID are registered elsewhere.", remedy: "Contest it." };
  await answerWith(page, /registrations\/check$/, { json: { findings: [taken], passed: false } }, "POST");
  await portal.checkKeys();
  const offer = page.getByRole("button", { name: "Contest the registration" });
  await expect(offer).toBeVisible();
  await visit("offered");
  await during(answerWith(page, CONTESTS, problem(409, "contest.unprovable", "The keys at this keyset URL aren't the issuer's own."), "POST"), async () => {
    await offer.click();
    await expect(alert).toContainText("aren't the issuer's own");
    await visit("unprovable");
  });
  const begun = contest(1, { code: "AAAAAAAAAAAAAAAAAAAAAA", loginUrl: `${portal.address}/lti/login?claim=AAAAAAAAAAAAAAAAAAAAAA` });
  await answerWith(page, CONTESTS, { status: 201, json: begun }, "POST");
  await offer.click();
  await expect(page.getByRole("textbox", { name: "Login URL" })).toBeVisible();
  await visit("begun");
};
