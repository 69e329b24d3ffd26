// The pages of a sign-in that goes no further, for screen readers; the headings are those of the documentation.
import { expectAria } from "../../aria";
import { people } from "../../portal";
import { answerWith, changeAnswer, problem, refuseSignIn } from "../../problem";
import { expect, test } from "../../world";
import { FAILED } from "./parts";

/** A page that leads no further: the texts of its header and of its one part, and nothing else. */
function stop(account: string, main: string): string {
  return `
    - /children: equal
    - status
    - link "Skip to main content"
    - banner:
      - link "LMS Gateway"
      - link "Report a problem"
      - button "Help"
      - button ${account}
    - main:
      - /children: equal
      ${main.trim()}
  `;
}

const REFUSED: [error: string, main: string][] = [
  [
    "access_denied",
    `
      - heading "Your account doesn't have permission to access this page" [level=1]
      - paragraph: /isn’t registered .* neither an administrator nor an educator/
      - button "Sign out & switch accounts"
      - paragraph: /cookies and local storage .* access_denied \\(AADSTS50105\\)$/
  `,
  ],
  [
    "interaction_required",
    `
      - heading "Authentication failed. Try again" [level=1]
      - button "Sign in again"
      - paragraph: /cookies and local storage .* interaction_required \\(AADSTS50105\\)$/
  `,
  ],
  [
    "temporarily_unavailable",
    `
      - heading "Something went wrong. Try again later." [level=1]
      - button "Go to Home page"
      - button "Go to registration portal"
      - paragraph: "Error code: temporarily_unavailable (AADSTS50105)"
  `,
  ],
];

test("a sign-in that the identity provider answers with an error", async ({ page, portal }) => {
  for (const [error, main] of REFUSED) {
    await refuseSignIn(page, error, "AADSTS50105: Not for you.");
    await portal.open();
    await page.getByRole("main").getByRole("button", { name: "Go to registration portal" }).click();
    await expectAria(page.locator("body"), stop('"Sign in"', main));
  }
});

test("an account that gets no further", async ({ page, portal }) => {
  const body = page.locator("body");
  const may = (account: string, username: string, why: string, more = "") =>
    stop(
      `"Account of ${account}"`,
      `
      - heading "Your account doesn't have permission to access this page" [level=1]
      - paragraph: ${why}
      - strong: ${account}
      - text: ${username}
      ${more.trim()}
      - button "Sign out & switch accounts"
      - paragraph: /cookies and local storage/`,
    );
  const noRole = "/isn’t registered .* neither an administrator nor an educator/";
  await portal.signIn(people.student);
  await expectAria(body, may(people.student, "lidia.holloway@contoso.example", noRole));
  await portal.switchAccount();
  await portal.choosePerson(people.admin);
  const megan = [people.admin, "megan.bowen@contoso.example"] as const;
  await expectAria(
    body,
    may(
      ...megan,
      noRole,
      `
      - strong: Your organization isn’t registered yet.
      - text: You’re one of its administrators, so you can register it now.
      - link "Register your organization":
        - /url: /tenant`,
    ),
  );

  const approve = await changeAnswer<object>(page, /\/me$/, (account) => ({ ...account, tenantState: "pending" }));
  const organization = { id: "c0ffee00-0000-4000-8000-000000000001", displayName: "Contoso University", state: "pending", registeredAt: "2026-11-23T08:00:00Z" };
  await answerWith(page, /\/tenant$/, { json: organization });
  for (const path of ["/registrations", "/tenant"]) {
    await portal.open(path);
    await expectAria(
      page.getByRole("main"),
      `
    - main:
      - /children: equal
      - heading "Your organization is pending approval" [level=1]
      - paragraph
      - term: Organization
      - definition: Contoso University
      - term: Tenant ID
      - definition:
        - button "Copy Tenant ID"
      - term: Status
      - definition: Pending approval
      - term: Requested on
      - definition:
        - time: Nov 23, 2026
      - button "Check again"
  `,
    );
  }
  await approve();

  const refusals: [status: number, main: string][] = [
    [403, may(...megan, "In the gateway’s words.")],
    [
      401,
      stop(
        '"Account of Megan Bowen"',
        `
      - heading "Authentication failed. Try again" [level=1]
      - button "Sign in again"
      - paragraph: /cookies and local storage .* token_refused$/`,
      ),
    ],
    [
      500,
      stop(
        '"Account of Megan Bowen"',
        `
      - heading "This couldn’t be loaded" [level=1]${FAILED}`,
      ),
    ],
  ];
  for (const [status, snapshot] of refusals) {
    const mend = await answerWith(page, /\/me$/, problem(status, "refused", "In the gateway’s words."));
    await page.reload();
    await expectAria(body, snapshot);
    await mend();
  }
  await expect(page.getByRole("main")).toHaveCount(1);
});
